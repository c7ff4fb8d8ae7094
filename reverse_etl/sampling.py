"""The first records of a new mapping version are written, read back and compared field by field before all others."""

from __future__ import annotations

from reverse_etl.context import RunContext, utc_now
from reverse_etl.errors import SyncStopped
from reverse_etl.identifiers import literal
from reverse_etl.judgement import read_values
from reverse_etl.ledger import unset
from reverse_etl.report import records
from reverse_etl.values import same_sql


def missing_sample(ctx: RunContext) -> int:
    """How many records of this mapping version must still be found equal before the rest may go."""
    query = "select coalesce(sum(records), 0)::bigint from ops.sync_validations where sync = ? and mapping_version = ?"
    validated = int(ctx.con.execute(query, [ctx.spec.name, ctx.mapping.version]).fetchall()[0][0])
    return max(0, ctx.spec.guards.sample_records - validated)


def validate_sample(ctx: RunContext, *, is_all: bool) -> int:
    """Compare what was just accepted with what the destination now holds; returns how many records are validated.

    Raises SyncStopped naming each difference; differing values become unset, so that they are sent again once the
    cause is removed. Also stops if the whole sample was refused and there is more to send (`is_all` = there is not).
    """
    mine = f"run_id = {literal(ctx.run_id)} and status = 'accepted'"
    keys = ctx.column(f"select distinct record_key from ops.sync_records where {mine} order by 1")
    if not keys:
        if not is_all:
            _stop_refused(ctx)
        return 0
    fields = ctx.column(f"select distinct field from ops.sync_records where {mine} order by 1")
    read_values(ctx, keys, fields)
    same = same_sql('found."value"', 'sent."after"', "fields.family")
    ctx.con.execute(f"""
        create or replace temp table sync_differences as
        select sent.record_key, sent.field, sent."after" as sent, found."value" as found
        from ops.sync_records as sent
        inner join sync_fields as fields on sent.field = fields.field
        left join sync_found as found on sent.record_key = found.record_key and sent.field = found.field
        where sent.{mine} and not {same}
    """)
    rows = ctx.con.execute("select * from sync_differences order by all").fetchall()
    if rows:
        with ctx.transaction():
            unset(ctx.con, ctx.spec.name, "sync_differences", ctx.targets)
        raise SyncStopped(_difference(ctx, *row) for row in rows)
    ctx.con.execute(
        "insert into ops.sync_validations values (?, ?, ?, ?, ?)",
        [ctx.spec.name, ctx.mapping.version, ctx.run_id, len(keys), utc_now()],
    )
    ctx.say(f"{ctx.spec.name}: sample of {records(len(keys))} written, read back and equal")
    return len(keys)


def _stop_refused(ctx: RunContext) -> None:
    query = f"select message from ops.sync_records where run_id = {literal(ctx.run_id)} and status = 'rejected' limit 1"
    words = "".join(ctx.column(query))
    raise SyncStopped([f"{ctx.spec.name}: every record of the sample was refused: {words}; nothing else was sent"])


def _difference(ctx: RunContext, record_key: str, field: str, sent: str | None, found: str | None) -> str:
    where = f"{ctx.spec.name}: sample record {record_key}: {field}"
    cause = f"an automation in {ctx.spec.destination} alters it; correct that or unmap the field"
    return f"{where}: sent {sent!r}, read back {found!r}; {cause}"
