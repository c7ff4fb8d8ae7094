"""`ops.enrichment_queue`: what is known about each record's enrichment after a run, also when no vendor is on.

One row per record: whether it may be asked about (and which input it lacks), the next vendor that would be asked for
it and for which fields, and how the attempts so far went.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from ingestion.ledger import WRITING
from ingestion.vendors.contract import TABLES, Adapter
from ingestion.vendors.planning import MOST_FAILURES, Planner
from ingestion.vendors.records import landed_sources, records_sql
from ingestion.vendors.rules import Rules

_TABLE = """create or replace table ops.enrichment_queue (
    entity varchar, source varchar, input_object varchar, record_id varchar, is_eligible boolean,
    missing_inputs varchar, status varchar, vendor varchar, wanted_fields varchar, priority bigint,
    failure_count bigint, last_error varchar)"""
_QUEUED = """create or replace temp table queued (
    place bigint, vendor varchar, input_object varchar, record_id varchar, wanted_fields varchar, priority bigint)"""
INELIGIBLE, QUEUED, FAILED, DONE = "ineligible", "queued", "failed", "done"


@dataclass(frozen=True)
class QueueReport:
    """How many records are in which state."""

    counts: Mapping[str, int]

    @property
    def rows(self) -> int:
        """All records."""
        return sum(self.counts.values())


def record_queue(warehouse: Path, rules: Rules, adapters: Collection[Adapter], active: Collection[str]) -> QueueReport:
    """Write the queue as the raw tables are now. `active` are the vendors that have credentials."""
    now = datetime.now(UTC).replace(tzinfo=None)
    planner = Planner(warehouse, rules, active)
    landed = landed_sources(warehouse, rules)
    by_name = {adapter.name: adapter for adapter in adapters}
    order = [by_name[name] for name in rules.order() if name in by_name]
    with WRITING, duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists ops")
        connection.execute(_TABLE)
        for entity in TABLES:
            records = records_sql(rules, entity, landed)
            if records:
                _plan(connection, planner, [adapter for adapter in order if entity in adapter.offers], entity, now)
                connection.execute(_fill(entity, records, connection))
        counts = connection.execute(
            "select status, count(*) from ops.enrichment_queue group by 1 order by 1"
        ).fetchall()
    return QueueReport(dict(counts))


def _plan(
    connection: duckdb.DuckDBPyConnection, planner: Planner, order: Sequence[Adapter], entity: str, now: datetime
) -> None:
    """The table `queued`: who waits to be asked about by whom, the vendors by their place in the order."""
    connection.execute(_QUEUED)
    for place, adapter in enumerate(order):
        table = planner.wanted(adapter.name, entity, adapter.offer(entity, planner.rules), now).table
        if table.num_rows:
            connection.register("wanted", table)
            columns = "input_object, record_id, wanted_fields, priority"
            connection.execute(f"insert into queued select {place}, '{adapter.name}', {columns} from wanted")
            connection.unregister("wanted")


def _fill(entity: str, records: str, connection: duckdb.DuckDBPyConnection) -> str:
    known = connection.execute(
        "select count(*) from duckdb_tables() where schema_name = 'ops' and table_name = 'enrichment_attempts'"
    ).fetchall()[0][0]
    attempts = (
        f"""select input_object, record_id, count(*) filter (where outcome = 'failed') as failure_count,
            arg_max(message, "at") filter (where outcome = 'failed') as last_error
            from ops.enrichment_attempts where entity = '{entity}' group by all"""
        if known
        else "select '' as input_object, '' as record_id, 0 as failure_count, '' as last_error where false"
    )
    return f"""
        insert into ops.enrichment_queue
        with records as ({records}),
        next_steps as (
            select input_object, record_id, arg_min(vendor, place) as vendor,
                arg_min(wanted_fields, place) as wanted_fields, arg_min(priority, place) as priority
            from queued group by all
        ),
        attempts as ({attempts})
        select '{entity}', records.source, records.input_object, records.record_id, records.is_eligible,
            nullif(records.missing_inputs, ''),
            case
                when not records.is_eligible then '{INELIGIBLE}'
                when next_steps.vendor is not null then '{QUEUED}'
                when coalesce(attempts.failure_count, 0) >= {MOST_FAILURES} then '{FAILED}'
                else '{DONE}'
            end,
            next_steps.vendor, next_steps.wanted_fields, next_steps.priority,
            coalesce(attempts.failure_count, 0), attempts.last_error
        from records
        left join next_steps using (input_object, record_id)
        left join attempts using (input_object, record_id)"""
