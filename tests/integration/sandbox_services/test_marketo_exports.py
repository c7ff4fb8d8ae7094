"""Marketo's bulk extract: filters, states, files in part, budgets."""

import csv
import datetime as dt
import hashlib
import io
import json
import time
from typing import Any

import httpx
import pytest

from tests.integration.conftest import RunningSandbox


def span(sandbox: RunningSandbox, days: int, length: int = 31) -> dict[str, str]:
    start = dt.datetime.fromisoformat(sandbox.control.get("/clock").json()["now"]) - dt.timedelta(days=days)
    return {"startAt": start.isoformat(), "endAt": (start + dt.timedelta(days=length)).isoformat()}


def create(marketo: httpx.Client, kind: str, settings: dict[str, Any]) -> str:
    answer = marketo.post(f"/bulk/v1/{kind}/export/create.json", json=settings).json()
    return str(answer["result"][0]["exportId"]) if answer["success"] else str(answer["errors"][0]["code"])


def finish(marketo: httpx.Client, kind: str, export: str) -> dict[str, Any]:
    marketo.post(f"/bulk/v1/{kind}/export/{export}/enqueue.json").raise_for_status()
    for _ in range(200):
        status: dict[str, Any] = marketo.get(f"/bulk/v1/{kind}/export/{export}/status.json").json()["result"][0]
        if status["status"] in ("Completed", "Failed"):
            return status
        time.sleep(0.05)
    raise AssertionError(f"export {export} does not end")


@pytest.fixture(autouse=True)
def unhurried(clean_sandbox: RunningSandbox) -> None:
    """Polling here is faster than the vendor's rate allows."""
    clean_sandbox.configure("marketo", rate_calls=100_000)


def test_leads(marketo: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    settings = {
        "fields": ["id", "email", "title", "unsubscribed", "createdAt"],
        "columnHeaderNames": {"email": "E-Mail"},
        "filter": {"createdAt": span(clean_sandbox, 60)},
    }
    export = create(marketo, "leads", settings)
    path = f"/bulk/v1/leads/export/{export}/file.json"
    early = marketo.get(path)
    assert (early.status_code, early.headers["content-type"].split(";")[0]) == (404, "text/plain")
    status = finish(marketo, "leads", export)
    whole = marketo.get(path).content
    assert status["fileChecksum"] == f"sha256:{hashlib.sha256(whole).hexdigest()}"
    assert status["fileSize"] == len(whole)
    rows = list(csv.DictReader(io.StringIO(whole.decode())))
    assert len(rows) == status["numberOfRecords"] > 0
    assert list(rows[0]) == ["id", "E-Mail", "title", "unsubscribed", "createdAt"]
    assert rows[0]["title"] == "null"
    part = marketo.get(path, headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"


def test_activities(marketo: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    export = create(
        marketo, "activities", {"filter": {"createdAt": span(clean_sandbox, 31), "activityTypeIds": [1, 2]}}
    )
    finish(marketo, "activities", export)
    rows = list(csv.DictReader(io.StringIO(marketo.get(f"/bulk/v1/activities/export/{export}/file.json").text)))
    assert {row["activityTypeId"] for row in rows} == {"1", "2"}
    assert json.loads(rows[0]["attributes"]) == {"Webpage URL": "/pricing"}  # an object, where REST gives a list
    assert rows[0]["campaignId"] == "null"


@pytest.mark.parametrize(
    ("kind", "settings", "code"),
    [
        (
            "leads",
            {"fields": ["id"], "filter": {"createdAt": {"startAt": "2026-01-01", "endAt": "2026-02-02"}}},
            "1003",
        ),
        (
            "leads",
            {"fields": ["nope"], "filter": {"createdAt": {"startAt": "2026-01-01", "endAt": "2026-01-02"}}},
            "1006",
        ),
        ("leads", {"fields": ["id"], "filter": {"smartListId": 1}}, "1035"),
        ("leads", {"fields": ["id"]}, "1003"),
        ("activities", {"filter": {"activityTypeIds": [1]}}, "1003"),
        ("activities", {"filter": {"createdAt": {"startAt": "x", "endAt": "y"}}}, "704"),
    ],
)
def test_refused_jobs(marketo: httpx.Client, kind: str, settings: dict[str, Any], code: str) -> None:
    assert create(marketo, kind, settings) == code


def test_two_run_ten_wait(marketo: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    clean_sandbox.configure("marketo", export_seconds=0.4)
    settings = {"filter": {"createdAt": span(clean_sandbox, 31)}}
    exports = [create(marketo, "activities", settings) for _ in range(11)]
    answers = [marketo.post(f"/bulk/v1/activities/export/{export}/enqueue.json").json() for export in exports]
    assert [answer["success"] for answer in answers] == [True] * 10 + [False]
    assert answers[10]["errors"] == [{"code": "1029", "message": "Too many jobs in queue"}]
    states = [job["status"] for job in marketo.get("/bulk/v1/activities/export.json").json()["result"]]
    assert states.count("Processing") <= 2
    cancelled = marketo.post(f"/bulk/v1/activities/export/{exports[9]}/cancel.json").json()["result"][0]
    assert cancelled["status"] == "Cancelled"


def test_the_daily_volume(marketo: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    clean_sandbox.configure("marketo", export_bytes=10)
    settings = {"filter": {"createdAt": span(clean_sandbox, 31)}}
    finish(marketo, "activities", create(marketo, "activities", settings))
    assert create(marketo, "activities", settings) == "1029"
