"""Marketo's REST calls: pages of 300, ids by the hundred, activities from a moment on (Adobe, "REST API")."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pyarrow as pa

from connections import Connection
from ingestion.frames import DAY, FLAG, MOMENT, NUMBER, TEXT, WHOLE

Record = dict[str, Any]
Records = list[Record]
PAGE_RECORDS = 300
_IDS_PER_CALL = 300
_TYPES_PER_CALL = 10
_ASSETS_PER_CALL = 200
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_LEAD_TYPES = {
    "integer": WHOLE,
    "score": WHOLE,
    "boolean": FLAG,
    "float": NUMBER,
    "currency": NUMBER,
    "percent": NUMBER,
    "date": DAY,
    "datetime": MOMENT,
}


def lead_fields(connection: Connection) -> dict[str, pa.DataType]:
    """The fields that leads have in REST, custom ones included, with their types."""
    described = connection.request("GET", "v1/leads/describe.json").json()["result"]
    return {field["rest"]["name"]: _LEAD_TYPES.get(field["dataType"], TEXT) for field in described if field.get("rest")}


def leads_by_id(connection: Connection, ids: Sequence[int], fields: Sequence[str]) -> Iterator[Records]:
    """Those of the leads that exist. The query goes in the body: 300 ids and all fields are too long for an address."""
    for first in range(0, len(ids), _IDS_PER_CALL):
        values = ",".join(str(lead) for lead in ids[first : first + _IDS_PER_CALL])
        form = urlencode({"filterType": "id", "filterValues": values, "fields": ",".join(fields)})
        yield _result(
            connection.request(
                "POST", "v1/leads.json", params={"_method": "GET"}, content=form, headers=_FORM, idempotent=True
            ).json()
        )


def listing(connection: Connection, path: str, **params: str) -> Iterator[Records]:
    """A listing that is paged by nextPageToken."""
    token: str | None = None
    while True:
        query = {"batchSize": str(PAGE_RECORDS), **params} | ({"nextPageToken": token} if token else {})
        answer = connection.request("GET", path, params=query).json()
        yield _result(answer)
        token = answer.get("nextPageToken")
        if not token:
            return


def assets(connection: Connection, path: str) -> Records:
    """All assets of a kind; they are paged by offset, and a page past the end has no result at all.

    An asset deleted while we page moves the next page's begin past one that we have not seen. So each page repeats the
    last asset of the page before; where it does not, the listing is begun again.
    """
    found: Records = []
    while True:
        offset = max(len(found) - 1, 0)
        params = {"offset": str(offset), "maxReturn": str(_ASSETS_PER_CALL)}
        page = _result(connection.request("GET", path, params=params).json())
        if found and (not page or page[0]["id"] != found[-1]["id"]):
            found = []
            continue
        found = found[:offset] + page
        if len(page) < _ASSETS_PER_CALL:
            return found


def paging_token(connection: Connection, since: datetime) -> str:
    """The token of the activities from a UTC time on."""
    params = {"sinceDatetime": instant(since)}
    token: str = connection.request("GET", "v1/activities/pagingtoken.json", params=params).json()["nextPageToken"]
    return token


def activities(connection: Connection, since: datetime, types: Sequence[int]) -> Iterator[Records]:
    """Activities of these types from a UTC time on; a page may be short or empty although more follows."""
    token = paging_token(connection, since)
    for first in range(0, len(types), _TYPES_PER_CALL):
        params = {"activityTypeIds": ",".join(str(kind) for kind in types[first : first + _TYPES_PER_CALL])}
        for records, _ in token_pages(connection, "v1/activities.json", token, **params):
            yield records


def token_pages(connection: Connection, path: str, token: str, **params: str) -> Iterator[tuple[Records, str]]:
    """Pages of an activity stream from a token on, each with the token that follows it."""
    more = True
    while more:
        answer = connection.request("GET", path, params={"nextPageToken": token, **params}).json()
        token, more = answer.get("nextPageToken", token), bool(answer.get("moreResult"))
        yield _result(answer), token


def instant(moment: datetime) -> str:
    """A naive UTC time as Marketo reads it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _result(answer: dict[str, Any]) -> Records:
    return list(answer.get("result") or [])
