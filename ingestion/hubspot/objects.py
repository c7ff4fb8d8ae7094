"""The rows of one kind of object: all of them by listing, then what a search says has changed, and what is gone.

Facts that the order of things rests on:
- a search shows 10,000 results at most, lags behind, never shows archived objects; its total counts all living ones;
- so one search, latest change first, tells whether anything happened: unknown versions on it, or another total;
- an archived object is in the bin (listed with archived=true for 90 days); a merged one is named by its survivor's
  hs_merged_object_ids; an erased one (GDPR) leaves no trace and is found missing by a sweep over all ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa

from ingestion.deletions import marked_deleted
from ingestion.hubspot.client import BATCH, moment
from ingestion.hubspot.fields import ObjectFields, Record, read_fields
from ingestion.hubspot.source import DATASET, HubSpot, Kind
from ingestion.rounds import Round, State
from ingestion.warehouse import fetch, quoted, rows

MOST_FILLED = 4  # a search has five filter groups, one is for what changed


@dataclass
class Reading:
    """One kind of object in one load."""

    hubspot: HubSpot
    kind: Kind
    state: State
    current: Round
    read: ObjectFields | None = None
    swallowed: set[str] = field(default_factory=set)

    @property
    def fields(self) -> ObjectFields:
        """The object's properties; asked for once, and only when there is something to read."""
        if self.read is None:
            definitions = self.hubspot.client.properties(self.kind.name)
            self.read = read_fields(definitions, self.state.get("columns", {}))
        return self.read

    def page(self, records: Sequence[Record]) -> pa.Table:
        """Records as rows, noted as landing in this round."""
        self.hubspot.landing[self.kind.name] = self.current
        return self.fields.page(records)


def object_pages(hubspot: HubSpot, kind: Kind, state: State, current: Round) -> Iterator[pa.Table]:
    """New and changed rows; the state moves only past rows that were yielded."""
    reading = Reading(hubspot, kind, state, current)
    if "cursor" not in state:
        yield from _first_listing(reading)
        current.unfinished.add(kind.name)  # what changed meanwhile is compared with what is committed by then
    else:
        yield from _since_cursor(reading)


def _first_listing(reading: Reading) -> Iterator[pa.Table]:
    """Every living object. What changes behind the reader's back is found after, from the time it began with."""
    state, client, kind = reading.state, reading.hubspot.client, reading.kind
    if "began" not in state:
        newest = client.newest(kind.name, kind.modified)["results"]
        state["began"] = newest[0]["properties"][kind.modified] if newest else "1970-01-01T00:00:00Z"
        yield reading.page([])
    state["columns"] = dict(reading.fields.columns)
    for records, after in client.listing(kind.name, list(reading.fields.types), state.get("after")):
        if records:
            yield reading.page(records)
        state["after"] = after
        if after is not None and reading.current.is_full:
            return
    state["cursor"] = moment(state.pop("began")).isoformat()
    state["swept"] = datetime.now(UTC).isoformat()
    state.pop("after", None)


def _since_cursor(reading: Reading) -> Iterator[pa.Table]:
    state, client, kind = reading.state, reading.hubspot.client, reading.kind
    cursor = datetime.fromisoformat(state["cursor"])
    since = cursor - reading.hubspot.options.overlap
    newest = client.newest(kind.name, kind.modified)
    seen = [moment(record["updatedAt"]) for record in newest["results"]]
    fresh = dict.fromkeys(_unknown(reading, newest["results"]))
    if fresh and seen[-1] >= since and len(seen) < newest["total"]:  # more has changed than one page shows
        for records in client.changed(kind.name, kind.modified, since):
            fresh |= dict.fromkeys(_unknown(reading, records))
    if fresh:
        fresh |= dict.fromkeys(_newly_filled(reading, since))
        yield from _by_id(reading, list(fresh))
    state["cursor"] = max([cursor, *seen[:1]]).isoformat()
    living = _living(reading)
    if len(living | fresh.keys()) != newest["total"]:
        yield from _gone(reading, living | fresh.keys(), newest["total"])


def _newly_filled(reading: Reading, since: datetime) -> Iterator[str]:
    """Ids of objects with a value in a property that is new to us: their versions need not have changed since."""
    added = reading.fields.added
    for first in range(0, len(added), MOST_FILLED):
        names = added[first : first + MOST_FILLED]
        for records in reading.hubspot.client.changed(reading.kind.name, reading.kind.modified, since, names):
            yield from (record["id"] for record in records)
    reading.state["columns"] = dict(reading.fields.columns)


def _by_id(reading: Reading, ids: Sequence[str]) -> Iterator[pa.Table]:
    """Whole objects, and the rows of those that were merged into them."""
    for first in range(0, len(ids), BATCH):
        names = list(reading.fields.types)
        records = reading.hubspot.client.batch(reading.kind.name, ids[first : first + BATCH], names)
        if records:
            yield reading.page(records)
            yield from _merged(reading, records)


def _merged(reading: Reading, records: Sequence[Record]) -> Iterator[pa.Table]:
    """Rows of objects that these have swallowed, marked."""
    into = {
        loser: record["id"]
        for record in records
        for loser in (record["properties"].get("hs_merged_object_ids") or "").split(";")
        if loser and loser != record["id"]
    }
    reading.swallowed |= into.keys()
    if not into:
        return
    sql = f"""select * exclude (_dlt_load_id) replace (true as is_deleted, winners.winner as merged_into_id)
        from {DATASET}.{quoted(reading.kind.name)} as losers
        inner join (select unnest(?::varchar[]) as loser, unnest(?::varchar[]) as winner) as winners
            on losers.id = winners.loser
        where losers.merged_into_id is distinct from winners.winner"""
    found = fetch(reading.hubspot.warehouse, sql, [list(into), list(into.values())])
    if found is not None and found.num_rows:
        yield found.drop_columns(["loser", "winner"])


def _gone(reading: Reading, living: set[str], total: int) -> Iterator[pa.Table]:
    """What was archived, what came back from the bin and, if that does not explain the total, what is missing."""
    state, kind, client = reading.state, reading.kind, reading.hubspot.client
    before, binned = set(state.get("bin", [])), set[str]()
    for records, _ in client.listing(kind.name, list(reading.fields.types), None, archived=True):
        binned |= {record["id"] for record in records}
        thrown = [record for record in records if record["id"] in living or record["id"] not in before]
        if thrown:
            yield reading.page(thrown)
    restored = before - binned - living
    yield from _by_id(reading, sorted(restored))
    state["bin"] = sorted(binned)
    living = (living | restored) - binned - reading.swallowed
    swept = datetime.fromisoformat(state["swept"])
    if len(living) != total and datetime.now(UTC) - swept >= reading.hubspot.options.sweep_every:
        yield from _swept(reading, living)


def _swept(reading: Reading, living: set[str]) -> Iterator[pa.Table]:
    """What is no longer listed although nothing said so, and what is listed although we did not know it."""
    kind = reading.kind
    listed = {r["id"] for page, _ in reading.hubspot.client.listing(kind.name, [kind.modified], None) for r in page}
    gone = marked_deleted(
        reading.hubspot.warehouse, DATASET, kind.name, "id in (select unnest(?))", [sorted(living - listed)]
    )
    if gone is not None:
        reading.hubspot.landing[kind.name] = reading.current
        yield gone
    yield from _by_id(reading, sorted(listed - living))
    reading.state["swept"] = datetime.now(UTC).isoformat()


def _unknown(reading: Reading, records: Sequence[Record]) -> Iterator[str]:
    """Ids of those records whose version is not landed, or landed as deleted."""
    sql = f"""select id, updated_at from {DATASET}.{quoted(reading.kind.name)}
        where id in (select unnest(?)) and not is_deleted"""
    known = dict(rows(reading.hubspot.warehouse, sql, [[record["id"] for record in records]]))
    return (record["id"] for record in records if known.get(record["id"]) != moment(record["updatedAt"]))


def _living(reading: Reading) -> set[str]:
    """Ids of the landed objects that are not gone."""
    sql = f"select id from {DATASET}.{quoted(reading.kind.name)} where not is_deleted"
    return {number for (number,) in rows(reading.hubspot.warehouse, sql)}
