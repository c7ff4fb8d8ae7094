"""The rows of one Salesforce object: all of them at first, then what changed, deletions and merges included.

Facts that the order of things rests on:
- deleting, undeleting and merging set SystemModstamp, and queryAll shows deleted records while they are in the bin;
- a transaction is stamped when it starts and seen when it ends, so that a record may turn up behind the cursor: each
  load looks back over an overlap and skips the versions it already has;
- pages of one query are read one after the other, so the cursor never passes the moment at which the query started.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from connections import Connection
from ingestion.frames import frame
from ingestion.rounds import Round, State
from ingestion.salesforce import bulk, rest
from ingestion.salesforce.fields import ObjectFields
from ingestion.salesforce.soql import changed_since, select
from ingestion.warehouse import fetch, quoted


@dataclass(frozen=True)
class SObject:
    """An object we read, the raw table it lands in, which records we want, and the field that dates a version."""

    name: str
    table: str
    condition: str | None = None
    deletable: bool = True
    stamp: str = "SystemModstamp"


@dataclass(frozen=True)
class SalesforceOptions:
    """`bulk_above` rows a bulk job takes over from REST; `overlap` is how long a transaction may run unseen.

    `change_events` also reads Change Data Capture, which costs three calls; for runs between the nightly ones.
    `formulas_every` is how often formula fields are read again for every record.
    """

    bulk_above: int = 10_000
    bulk_page_rows: int = 100_000
    overlap: timedelta = timedelta(minutes=10)
    patience_seconds: float = 3600.0
    change_events: bool = False
    formulas_every: timedelta = timedelta(hours=20)


@dataclass
class Reading:
    """How to read one object in this load. `deleted_ids` are the records that Salesforce calls deleted.

    `job` is a bulk job for all records that was started ahead, so that Salesforce works while we read other objects;
    `found` is the first page of what changed, asked for together with other objects'.
    """

    connection: Connection
    warehouse: Path
    scratch: Path
    sobject: SObject
    fields: ObjectFields
    approximate_count: int
    options: SalesforceOptions
    deleted_ids: frozenset[str]
    job: State | None = None
    found: rest.Found | None = None

    @property
    def is_large(self) -> bool:
        """Whether all records together are a case for a bulk job."""
        return self.approximate_count > self.options.bulk_above

    def start_job(self, since: datetime | None) -> State:
        """Start a bulk job for the records since a time, None for all."""
        return bulk.start_job(self.connection, _soql(self, since))


def change_query(reading: Reading, state: State) -> str | None:
    """The query for what changed; None where everything is wanted, or a job already runs."""
    since = None if "job" in state or "marking" in state else _since(reading, state)
    return None if since is None else _latest_first(reading, since)


def object_pages(reading: Reading, state: State, current: Round) -> Iterator[pa.Table]:
    """New and changed rows since the state's cursor; the state moves only past rows that were yielded."""
    if "marking" in state:
        yield from _deleted_versions(reading, state.pop("marking"))
        return
    if state.get("columns") != reading.fields.columns:
        yield frame([], reading.fields.types, reading.fields.columns)
    fetched: set[str] = set()
    if "job" not in state:
        yield from _by_rest_or_job(reading, state, fetched)
    if "job" in state:
        yield from _by_job(reading, state, current)
    if reading.sobject.table in current.unfinished:
        return
    state["columns"] = dict(reading.fields.columns)
    unmarked = sorted(_live_ids(reading) - fetched)
    if unmarked:
        # Purged without our seeing them in the bin; looked at again once what was fetched now is committed.
        state["marking"] = unmarked
        current.unfinished.add(reading.sobject.table)


def _by_rest_or_job(reading: Reading, state: State, fetched: set[str]) -> Iterator[pa.Table]:
    """Rows of a small answer; a large one leaves a started job in the state."""
    since = _since(reading, state)
    soql = _soql(reading, since)
    if since is None and reading.is_large:
        state["job"] = reading.job or reading.start_job(None)
        return
    known = set() if since is None or reading.fields.added else _known_versions(reading, since)
    ahead, reading.found = reading.found, None
    if ahead is None and not rest.fits(soql):
        if since is None or reading.fields.added or _count(reading, since) != len(known):
            state["job"] = reading.start_job(since)
        return
    found = ahead or rest.first_page(reading.connection, _latest_first(reading, since))
    page = frame(found.records, reading.fields.types, reading.fields.columns)
    fresh = _without(page, known, reading)
    if fresh.num_rows == 0 and found.total == len(known):
        _move_cursor(state, None, None)
        return
    if found.total > reading.options.bulk_above:
        state["job"] = reading.start_job(since)
        return
    newest = _latest(page, reading)
    fetched.update(page[reading.fields.columns["Id"]].to_pylist())
    yield fresh
    for records in rest.further_pages(reading.connection, found):
        page = frame(records, reading.fields.types, reading.fields.columns)
        fetched.update(page[reading.fields.columns["Id"]].to_pylist())
        yield _without(page, known, reading)
    # One page is one answer; over several, rows may have changed behind the reader after the first.
    _move_cursor(state, newest, found.answered_at if found.next_url else None)


def _by_job(reading: Reading, state: State, current: Round) -> Iterator[pa.Table]:
    """Rows of a bulk job, from where the last round or run left it."""
    job = state["job"]
    try:
        bulk.wait_for(reading.connection, job, reading.options.patience_seconds)
        results = bulk.result_pages(
            reading.connection,
            job,
            reading.scratch,
            reading.fields.types,
            reading.fields.columns,
            reading.options.bulk_page_rows,
        )
        for page in results:
            if page is not None:
                latest = _latest(page, reading)
                newest = datetime.fromisoformat(job["newest"]) if "newest" in job else None
                if latest is not None and (newest is None or latest > newest):
                    job["newest"] = latest.isoformat()
                yield page
            elif current.is_full and job["locator"] is not False:
                current.unfinished.add(reading.sobject.table)
                return
    except bulk.JobLost:
        del state["job"]
        raise
    newest = datetime.fromisoformat(job["newest"]) if "newest" in job else None
    _move_cursor(state, newest, _moment(job["created"]))
    del state["job"]


def _since(reading: Reading, state: State) -> datetime | None:
    """From when on records are asked for; None = all of them."""
    if "cursor" not in state or (reading.fields.added and reading.fields.added_values is None):
        return None  # SOQL cannot filter long text: who has a value in such a new field shows only by reading all
    return datetime.fromisoformat(state["cursor"]) - reading.options.overlap


def _soql(reading: Reading, since: datetime | None) -> str:
    wanted = None if since is None else changed_since(since, reading.sobject.stamp)
    if wanted and reading.fields.added:
        wanted = f"{wanted} OR {reading.fields.added_values}"
    return select(reading.fields.types, reading.sobject.name, reading.sobject.condition, wanted)


def _latest_first(reading: Reading, since: datetime | None) -> str:
    return f"{_soql(reading, since)} ORDER BY {reading.sobject.stamp} DESC"


def _count(reading: Reading, since: datetime) -> int:
    soql = select(
        ["COUNT()"], reading.sobject.name, reading.sobject.condition, changed_since(since, reading.sobject.stamp)
    )
    return rest.count(reading.connection, soql)


def _known_versions(reading: Reading, since: datetime) -> set[tuple[str, datetime]]:
    """(id, SystemModstamp) of the landed rows that the overlap asks for again."""
    columns = reading.fields.columns
    stamp = quoted(columns[reading.sobject.stamp])
    sql = f"""select {quoted(columns["Id"])}, {stamp}
        from raw_salesforce.{quoted(reading.sobject.table)} where {stamp} >= ?"""
    found = fetch(reading.warehouse, sql, [since])
    return set() if found is None else set(zip(*(part.to_pylist() for part in found.columns), strict=True))


def _without(page: pa.Table, known: set[tuple[str, datetime]], reading: Reading) -> pa.Table:
    """The rows of a page whose version is not landed yet."""
    columns = reading.fields.columns
    versions = zip(page[columns["Id"]].to_pylist(), page[columns[reading.sobject.stamp]].to_pylist(), strict=True)
    return page.filter(pa.array([version not in known for version in versions], pa.bool_())) if known else page


def _latest(page: pa.Table, reading: Reading) -> datetime | None:
    latest: datetime | None = pc.max(page[reading.fields.columns[reading.sobject.stamp]]).as_py()
    return latest


def _move_cursor(state: State, newest: datetime | None, ceiling: datetime | None) -> None:
    """Move the cursor to the newest row seen, not past `ceiling`, never back."""
    cursor = datetime.fromisoformat(state["cursor"]) if "cursor" in state else datetime(1970, 1, 1)  # noqa: DTZ001
    reached = cursor if newest is None else newest if ceiling is None else min(newest, ceiling)
    state["cursor"] = max(cursor, reached).isoformat()


def _live_ids(reading: Reading) -> set[str]:
    """Ids that Salesforce calls deleted and the raw table does not."""
    if not reading.deleted_ids:
        return set()
    sql = f"""select id from raw_salesforce.{quoted(reading.sobject.table)}
        where id in (select unnest(?)) and not coalesce(is_deleted, false)"""
    found = fetch(reading.warehouse, sql, [sorted(reading.deleted_ids)])
    return set() if found is None else set(found["id"].to_pylist())


def _deleted_versions(reading: Reading, ids: list[str]) -> Iterator[pa.Table]:
    """The landed rows of these ids, marked as deleted, unless they were by now."""
    sql = f"""select * exclude (_dlt_load_id) replace (true as is_deleted)
        from raw_salesforce.{quoted(reading.sobject.table)}
        where id in (select unnest(?)) and not coalesce(is_deleted, false)"""
    found = fetch(reading.warehouse, sql, [ids])
    if found is not None and found.num_rows:
        yield found


def _moment(text: str) -> datetime:
    """A time as Salesforce writes it (2026-11-22T01:02:03.000+0000) as naive UTC."""
    return datetime.fromisoformat(text).astimezone(UTC).replace(tzinfo=None)
