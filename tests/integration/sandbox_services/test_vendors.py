"""ZoomInfo's enrichment and Bombora's weekly files."""

import csv
import hashlib
import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.integration.conftest import RunningSandbox

FIELDS = ["id", "name", "website", "employeeCount", "revenue", "primaryIndustry", "techAttributes", "lastUpdatedDate"]


@pytest.fixture
def zoominfo(clean_sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    env = clean_sandbox.env
    with clean_sandbox.client(env["ZOOMINFO_BASE_URL"]) as client:
        login = {"username": env["ZOOMINFO_USERNAME"], "password": env["ZOOMINFO_PASSWORD"]}
        client.headers["Authorization"] = f"Bearer {client.post('/authenticate', json=login).json()['jwt']}"
        yield client


@pytest.fixture
def bombora(clean_sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    with clean_sandbox.client(clean_sandbox.env["BOMBORA_BASE_URL"]) as client:
        client.headers["Authorization"] = f"Bearer {clean_sandbox.env['BOMBORA_API_KEY']}"
        yield client


def enrich(client: httpx.Client, inputs: list[dict[str, Any]], fields: list[str] | None = None) -> httpx.Response:
    return client.post("/enrich/company", json={"matchCompanyInput": inputs, "outputFields": fields or FIELDS})


def test_companies_are_matched(zoominfo: httpx.Client) -> None:
    inputs = [
        {"companyWebsite": "https://www.Company4.com/about"},
        {"companyName": "company 12"},
        {"companyId": "900009"},
        {"companyWebsite": "unknown.example", "companyName": "O'Brien & Söhne"},
    ]
    answer = enrich(zoominfo, inputs).json()
    assert answer["success"]
    results = answer["data"]["result"]
    assert [entry["matchStatus"] for entry in results] == ["FULL_MATCH"] * 3 + ["NO_MATCH"]
    assert [entry["data"][0]["name"] for entry in results[:3]] == ["Company 4", "Company 12", "Company 9"]
    assert results[3] == {"input": inputs[3], "data": [], "matchStatus": "NO_MATCH"}
    assert results[0]["data"][0]["primaryIndustry"] == ["Software"]
    assert results[0]["data"][0]["revenue"] == 4000


def test_credits(zoominfo: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    clean_sandbox.configure("zoominfo", credits=2)
    assert enrich(zoominfo, [{"companyId": "900004"}, {"companyId": "900005"}, {"companyId": "1"}]).status_code == 200
    assert enrich(zoominfo, [{"companyId": "900004"}]).status_code == 200  # bought already
    refused = enrich(zoominfo, [{"companyId": "900006"}])
    assert (refused.status_code, refused.json()["error"]) == (402, "Credit limit exceeded")
    usage = zoominfo.get("/lookup/usage").json()["usage"][0]
    assert (usage["totalLimit"], usage["currentUsage"], usage["usageRemaining"]) == (2, 2, 0)


@pytest.mark.parametrize(
    ("inputs", "fields"),
    [([{"companyId": "1"}] * 26, None), ([], None), ([{"nope": "x"}], None), ([{"companyId": "1"}], ["nope"])],
)
def test_refused_enrichments(zoominfo: httpx.Client, inputs: list[dict[str, Any]], fields: list[str] | None) -> None:
    answer = enrich(zoominfo, inputs, fields)
    assert (answer.status_code, answer.json()["success"]) == (400, False)


def test_zoominfo_tokens_run_out(zoominfo: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    clean_sandbox.advance(3601)
    assert zoominfo.get("/lookup/usage").status_code == 401
    assert zoominfo.post("/authenticate", json={"username": "x", "password": "y"}).status_code == 401


@pytest.mark.parametrize(("kind", "status"), [("429", 429), ("500", 500), ("quota", 402), ("expire_token", 401)])
def test_zoominfo_faults(zoominfo: httpx.Client, clean_sandbox: RunningSandbox, kind: str, status: int) -> None:
    clean_sandbox.fault("zoominfo", kind)
    assert enrich(zoominfo, [{"companyId": "900004"}]).status_code == status


def test_weekly_reports(bombora: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    reports = bombora.get("/surge/reports").json()["reports"]
    assert len(reports) == 4
    content = bombora.get(reports[0]["url"])
    assert hashlib.sha256(content.content).hexdigest() == reports[0]["sha256"]
    rows = list(csv.DictReader(io.StringIO(content.text)))
    assert len(rows) == reports[0]["rows"] == 30
    assert list(rows[0])[:2] == ["Company Name", "Domain"]
    issued = {"week": reports[0]["week"], "score_change": 7}
    clean_sandbox.control.post("/reissue", json=issued).raise_for_status()
    again = bombora.get("/surge/reports").json()["reports"]
    assert again[0]["sha256"] != reports[0]["sha256"]
    assert again[1:] == reports[1:]
    changed = list(csv.DictReader(io.StringIO(bombora.get(reports[0]["url"]).text)))
    assert int(changed[0]["Composite Score"]) == int(rows[0]["Composite Score"]) + 7


def test_bombora_refusals(bombora: httpx.Client) -> None:
    assert bombora.get("/surge/reports", headers={"Authorization": "Bearer junk"}).status_code == 401
    assert bombora.get("/surge/reports/1999-01-04.csv").status_code == 404
    assert bombora.get("/surge/reports/nonsense.csv").status_code == 400
