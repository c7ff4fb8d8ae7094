"""A provider's list of dated things, page by page, from the last one seen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pyarrow as pa

from connections import Connection, KeyedSystem, Unreachable
from connections.keyed import opener
from ingestion.context import Context, SourceSpec
from ingestion.frames import MOMENT, TEXT, frame
from ingestion.rounds import Pages, Round, State, Table

Record = Mapping[str, Any]
_OVERLAP = timedelta(days=1)  # providers add what they found yesterday under yesterday's date


@dataclass(frozen=True)
class Listing:
    """Where one thing is listed.

    `params(since, page)` are the query of a page (since: ISO date, "" for all); `records` reads a page's rows, each
    with `id` and the moment field; a page of fewer than `page_size` rows is the last, and without `page_size` the
    first is.
    """

    table: str
    path: str
    moment: str
    params: Callable[[str, int], Sequence[tuple[str, str]]]
    records: Callable[[Any], list[dict[str, Any]]]
    page_size: int | None = None
    types: Mapping[str, pa.DataType] = field(default_factory=dict)


@dataclass(frozen=True)
class SignalOptions:
    """How far back a first load goes."""

    first_days: int = 365


def signal_source(system: KeyedSystem, listings: Sequence[Listing], probe: Callable[[Connection], str]) -> SourceSpec:
    """The source of one provider."""
    return SourceSpec(
        name=system.name,
        tables=tuple(Table(listing.table, ("id",), version=listing.moment) for listing in listings),
        opener=opener(system),
        pages=lambda context: _pages(context, listings),
        options=SignalOptions,
        probe=probe,
    )


def _pages(context: Context, listings: Sequence[Listing]) -> dict[str, Pages]:
    return {listing.table: partial(_listing_pages, context, listing) for listing in listings}


def _listing_pages(context: Context, listing: Listing, state: State, current: Round) -> Iterator[pa.Table]:
    seen = str(state.get("seen", ""))
    since = _since(seen, context.options.first_days)
    latest, known = seen, dict(state.get("rows", {}))
    edge: dict[str, str] = {}
    for number in range(1, 1_000_000):
        if current.is_full:
            current.unfinished.add(listing.table)
            return
        answer = context.connection.request("GET", listing.path, params=listing.params(since, number))
        records = _read(context.connection.system, listing, answer.json())
        latest = max([latest, *(str(record[listing.moment]) for record in records)])
        digests = {str(record["id"]): _digest(record) for record in records}
        edge |= digests
        news = [record for record in records if known.get(str(record["id"])) != digests[str(record["id"])]]
        if news:
            yield frame(news, {"id": TEXT, "domain": TEXT, listing.moment: MOMENT, **listing.types})
        if listing.page_size is None or len(records) < listing.page_size:
            break
    # What lay in the overlap is known by what it said, so that a load without news lands nothing.
    if (latest, edge) != (seen, known):
        state["seen"], state["rows"] = latest, edge


def _digest(record: Record) -> str:
    text = json.dumps(record, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _since(seen: str, first_days: int) -> str:
    if not seen:
        return (datetime.now(UTC) - timedelta(days=first_days)).date().isoformat()
    return (datetime.fromisoformat(seen).replace(tzinfo=None) - _OVERLAP).date().isoformat()


def _read(system: str, listing: Listing, body: Any) -> list[dict[str, Any]]:
    try:
        records = listing.records(body)
        if all(record["id"] and record[listing.moment] for record in records):
            return records
        problem = f"a row of {listing.path} has no id or no {listing.moment}"
    except (KeyError, TypeError, AttributeError) as error:
        problem = f"{listing.path} is not as documented ({type(error).__name__}: {error})"
    remedy = f"Check that {system.upper()}_BASE_URL is the address of the interface"
    raise Unreachable(system, problem, remedy)
