"""SOQL over REST: pages of up to 2,000 records, for what is small. The first page also tells how many there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from connections import Connection

# A longer address is refused with 414 (limit 16,384 bytes with the path); such a query goes through Bulk.
LONGEST_QUERY = 12_000
QUERY_HEADERS = {"Sforce-Query-Options": "batchSize=2000"}


@dataclass(frozen=True)
class Found:
    """The first page of a query."""

    records: list[dict[str, Any]]
    total: int
    answered_at: datetime
    next_url: str | None


def fits(soql: str) -> bool:
    """Whether a query fits into an address once it is percent-encoded."""
    return len(str(httpx.QueryParams({"q": soql}))) <= LONGEST_QUERY


def first_page(connection: Connection, soql: str) -> Found:
    """Run a query over all records, deleted ones included, and return its first page."""
    response = connection.request("GET", "queryAll", params={"q": soql}, headers=QUERY_HEADERS)
    return found_in(response.json(), response)


def found_in(answer: Mapping[str, Any], response: httpx.Response) -> Found:
    """The page in an answer; `response` is what it came with, which tells the time."""
    header = response.headers.get("date")
    answered_at = parsedate_to_datetime(header).astimezone(UTC) if header else datetime.now(UTC)
    moment = answered_at.replace(tzinfo=None)
    return Found(list(answer["records"]), int(answer["totalSize"]), moment, answer.get("nextRecordsUrl"))


def further_pages(connection: Connection, found: Found) -> Iterator[list[dict[str, Any]]]:
    """The pages after the first."""
    url = found.next_url
    while url is not None:
        answer = connection.request("GET", url, headers=QUERY_HEADERS).json()
        yield answer["records"]
        url = answer.get("nextRecordsUrl")


def count(connection: Connection, soql: str) -> int:
    """The number of records that a `SELECT COUNT() ...` finds, deleted ones included."""
    return int(connection.request("GET", "queryAll", params={"q": soql}).json()["totalSize"])
