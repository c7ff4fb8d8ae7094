"""Does the destination still hold what it acknowledged? Every difference is named, with who changed the record last."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from reverse_etl import journal
from reverse_etl.context import RunContext, utc_now
from reverse_etl.destinations import Destination
from reverse_etl.identifiers import literal, quoted
from reverse_etl.judgement import read_values
from reverse_etl.ledger import REMOTE_ID, prepare, prepare_ledger, table
from reverse_etl.locks import defining, writing
from reverse_etl.mapping import FieldMapping, read_mapping
from reverse_etl.report import records
from reverse_etl.spec import SyncSpec
from reverse_etl.values import same_sql

_READ_AT_ONCE = 50_000
_SHOWN = 10


@dataclass(frozen=True)
class Reconciliation:
    """Records acknowledged and found, keys that stand twice there, values that differ; `lines` tell the differences."""

    sync: str
    acknowledged: int
    found: int
    duplicates: int
    differences: int
    lines: tuple[str, ...]

    @property
    def is_equal(self) -> bool:
        """Whether the destination holds each record once, with the values that it acknowledged."""
        return self.found == self.acknowledged and not self.duplicates and not self.differences


def verify_push(spec: SyncSpec, *, warehouse: Path, destination: Destination, run_id: str) -> Reconciliation | None:
    """What the destination holds of all that a full push (the first, a resync, a back-fill) wrote; None for others.

    Raises as `reconcile` does; None also where nothing can be read.
    """
    with duckdb.connect(str(warehouse)) as con:
        query = "select count(*) from ops.sync_runs where run_id = ? and reason is not null and accepted > 0"
        is_full = con.execute(query, [run_id]).fetchall()[0][0]
    if not is_full or destination.limits.reads != "values":
        return None
    return reconcile(spec, warehouse=warehouse, destination=destination, run_id=run_id)


def reconcile(
    spec: SyncSpec,
    *,
    warehouse: Path,
    destination: Destination,
    progress: Callable[[str], None] | None = None,
    run_id: str | None = None,
) -> Reconciliation:
    """Read every acknowledged record and compare; ops.sync_drifts holds the differences afterwards.

    With `run_id` only the records that this run wrote. Raises SyncFault (the mapping), ConnectionFailure, or ValueError
    if the destination cannot be read.
    """
    if destination.limits.reads != "values":
        raise ValueError(f"{spec.name}: {spec.destination} cannot be read, so there is nothing to compare with")
    with writing(warehouse, spec.name), duckdb.connect(str(warehouse)) as con:
        with defining(warehouse):
            prepare(con)
        ctx = RunContext(
            con=con,
            warehouse=warehouse,
            spec=spec,
            mapping=FieldMapping((), {}, ""),
            destination=destination,
            run_id=journal.new_run_id(),
            mode="dry_run",
            say=progress or (lambda _line: None),
        )
        ctx.mapping = read_mapping(con, spec)
        with defining(warehouse):
            prepare_ledger(con, spec.name, ctx.targets)
        _acknowledged(ctx, run_id)
        _compare(ctx)
        return _judge(ctx, is_whole=run_id is None)


def _acknowledged(ctx: RunContext, run_id: str | None) -> None:
    """`sync_checked` (record_key, remote_id): a row per acknowledged record; `sync_drift`: what differs, empty yet."""
    remote_id = "record_key" if ctx.is_direct else REMOTE_ID
    pushed = f"select record_key from ops.sync_records where run_id = {literal(run_id or '')} and status = 'accepted'"
    ctx.con.execute(f"""
        create or replace temp table sync_checked as
        select record_key, {remote_id} as remote_id from {table(ctx.spec.name)}
        where {remote_id} is not null and {f"record_key in ({pushed})" if run_id else "true"}
    """)
    ctx.con.execute("create or replace temp table sync_drift as from ops.sync_drifts limit 0")
    ctx.con.execute("create or replace temp table sync_seen (remote_id varchar)")


def _compare(ctx: RunContext) -> None:
    audit = ctx.destination.limits.audit_fields
    ids = ctx.column("select remote_id from sync_checked order by 1")
    for start in range(0, len(ids), _READ_AT_ONCE):
        read_values(ctx, ids[start : start + _READ_AT_ONCE], list(dict.fromkeys([*ctx.targets, *audit])))
        ctx.con.execute("insert into sync_seen select distinct remote_id from sync_present")
        for field in ctx.mapping.fields:
            _compare_field(ctx, field.target, field.family, audit)


def _compare_field(ctx: RunContext, target: str, family: str, audit: tuple[str, ...]) -> None:
    who, when = (f"(select any_value(value) from sync_found as audit where audit.remote_id = found.remote_id "
                 f"and audit.field = {literal(name)})" for name in (*audit, "", "")[:2])  # fmt: skip
    cell = f"ledger.{quoted(target)}"
    ctx.con.execute(
        f"""
        insert into sync_drift
        select ?, ?, checked.record_key, {literal(target)}, {cell}."value", found.value, 'altered',
            {cell}.acknowledged_at, {who}, {when}, ?
        from sync_checked as checked
        inner join {table(ctx.spec.name)} as ledger on checked.record_key = ledger.record_key
        inner join sync_found as found on checked.remote_id = found.remote_id and found.field = {literal(target)}
        where {cell} is not null and not {same_sql("found.value", f'{cell}."value"', literal(family))}
        """,
        [ctx.run_id, ctx.spec.name, utc_now()],
    )


def _judge(ctx: RunContext, *, is_whole: bool) -> Reconciliation:
    ctx.con.execute(
        """
        insert into sync_drift (run_id, sync, record_key, kind, checked_at)
        select ?, ?, record_key, 'missing', ? from sync_checked
        where remote_id not in (select remote_id from sync_seen)
        """,
        [ctx.run_id, ctx.spec.name, utc_now()],
    )
    with ctx.transaction():
        checked = "true" if is_whole else "record_key in (select record_key from sync_checked)"
        ctx.con.execute(f"delete from ops.sync_drifts where sync = ? and {checked}", [ctx.spec.name])
        ctx.con.execute("insert into ops.sync_drifts from sync_drift")
    acknowledged, found = ctx.count("select count(*) from sync_checked"), ctx.count("select count(*) from sync_seen")
    duplicates = ctx.count("select count(*) - count(distinct remote_id) from sync_checked")
    differences = ctx.count("select count(*) from sync_drift where kind = 'altered'")
    rows = ctx.con.execute(
        "select record_key, field, acknowledged, found, kind, changed_by, changed_at from sync_drift "
        f"order by kind desc, record_key, field limit {_SHOWN}"
    ).fetchall()
    head = f"{ctx.spec.name}: {records(acknowledged)} acknowledged, {found:,} found, {differences:,} values differ"
    lines = (head, *(_line(*row) for row in rows))
    return Reconciliation(ctx.spec.name, acknowledged, found, duplicates, differences, lines)


def _line(
    key: str, field: str | None, ours: str | None, theirs: str | None, kind: str, who: str | None, when: str | None
) -> str:
    if kind == "missing":
        return f"{key} is no longer there"
    by = f", changed last by {who} at {when}" if who else ""
    return f"{key} {field}: acknowledged {ours!r}, found {theirs!r}{by}"
