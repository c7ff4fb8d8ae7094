"""One call that tells everything about the objects before their rows are asked for: fields, and what was deleted.

POST composite takes 25 requests and counts as one call (REST API Developer Guide, "Composite").
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import httpx

from connections import Connection, Unreachable
from ingestion.salesforce.rest import QUERY_HEADERS, Found, found_in
from ingestion.salesforce.soql import literal

_REQUESTS_PER_CALL = 25
_QUERIES_PER_CALL = 5
# Salesforce keeps deleted records findable for 15 days at least, and refuses a start before its 30th day.
_DELETIONS_KEPT = timedelta(days=14)


@dataclass(frozen=True)
class Deletions:
    """Deleted records of one object as (id, ISO time), and the ISO time up to which they are complete."""

    records: tuple[tuple[str, str], ...]
    covered: str


@dataclass
class Survey:
    """What Salesforce said about the objects at the start of a load; `refusals` holds its words for the others."""

    describes: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    deletions: dict[str, Deletions] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)


def make_survey(connection: Connection, sobjects: Iterable[str], deletions_since: Mapping[str, str | None]) -> Survey:
    """Describe `sobjects`, and list deletions since an ISO time per object (None: as far back as they are kept)."""
    now = datetime.now(UTC).replace(tzinfo=None)
    requests = [("describe", name, f"sobjects/{name}/describe") for name in sobjects]
    for name, since in deletions_since.items():
        start, end = since or literal(now - _DELETIONS_KEPT), literal(now)
        requests.append(("deleted", name, f"sobjects/{name}/deleted/?start={quote(start)}&end={quote(end)}"))
    survey = Survey()
    for first in range(0, len(requests), _REQUESTS_PER_CALL):
        batch = requests[first : first + _REQUESTS_PER_CALL]
        for (kind, name, _), answer in zip(batch, _composite(connection, batch), strict=True):
            _take(survey, kind, name, answer)
    return survey


def record_counts(connection: Connection, sobjects: Iterable[str]) -> dict[str, int]:
    """Approximate number of records per object, in one call; objects that Salesforce does not count are missing."""
    answer = connection.request("GET", "limits/recordCount", params={"sObjects": ",".join(sobjects)}).json()
    return {entry["name"]: int(entry["count"]) for entry in answer.get("sObjects", [])}


def first_pages(connection: Connection, queries: Mapping[str, str]) -> dict[str, Found]:
    """The first page of a query per object, five objects a call; a query that is refused there is left out."""
    found: dict[str, Found] = {}
    names = list(queries)
    for first in range(0, len(names), _QUERIES_PER_CALL):
        batch = names[first : first + _QUERIES_PER_CALL]
        # The queries are in the body: here no address is too long.
        requests = [("query", name, f"queryAll?{httpx.QueryParams({'q': queries[name]})}") for name in batch]
        response = _asked(connection, requests, QUERY_HEADERS)
        for name, answer in zip(batch, _answers(connection, response), strict=True):
            if answer["httpStatusCode"] < 400:
                found[name] = found_in(answer["body"], response)
    return found


def _composite(connection: Connection, requests: list[tuple[str, str, str]]) -> list[Mapping[str, Any]]:
    """The answers {body, httpStatusCode} in the order asked."""
    return _answers(connection, _asked(connection, requests, {}))


def _asked(connection: Connection, requests: list[tuple[str, str, str]], headers: Mapping[str, str]) -> httpx.Response:
    """One call with all of them. All of it is reading, so it may be repeated."""
    subrequests = [
        {"method": "GET", "url": f"{connection.root}/{path}", "referenceId": f"{kind}_{name}"}
        | ({"httpHeaders": dict(headers)} if headers else {})
        for kind, name, path in requests
    ]
    body = {"allOrNone": False, "compositeRequest": subrequests}
    return connection.request("POST", "composite", json=body, idempotent=True)


def _answers(connection: Connection, response: httpx.Response) -> list[Mapping[str, Any]]:
    answers = response.json()["compositeResponse"]
    for answer in answers:
        if answer["httpStatusCode"] >= 500:
            problem = f"{answer['referenceId']} was answered with {answer['httpStatusCode']}"
            raise Unreachable(connection.system, problem, "Run again later; nothing that was complete is lost")
    return list(answers)


def _take(survey: Survey, kind: str, name: str, answer: Mapping[str, Any]) -> None:
    body = answer["body"]
    if answer["httpStatusCode"] >= 400:
        error = body[0] if isinstance(body, list) and body else {}
        # Deletions that cannot be told (object without replication, window too old) are no reason to read nothing.
        if kind == "describe":
            survey.refusals[name] = f"{error.get('errorCode', answer['httpStatusCode'])} {error.get('message', '')}"
        return
    if kind == "describe":
        survey.describes[name] = body
        return
    records = tuple((record["id"], record["deletedDate"]) for record in body["deletedRecords"])
    survey.deletions[name] = Deletions(records, body["latestDateCovered"])
