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
    mine = f"run_id = {literal(ctx.run_id)} and status = 'accepted' and operation <> 'delete'"
    keys = ctx.column(f"select distinct record_key from ops.sync_records where {mine} order by 1")
    if not keys:
        if not is_all:
            _stop_refused(ctx)
        return 0
    if ctx.destination.limits.reads != "values":  # all that can be known is that it was taken
        return _note(ctx, len(keys), "accepted")
    fields = ctx.column(f"select distinct field from ops.sync_records where {mine} and field <> '' order by 1")
    remote_id = "record_key" if ctx.is_direct else "remote_id"
    read_values(ctx, ctx.column(f"select distinct {remote_id} from ops.sync_records where {mine} order by 1"), fields)
    same = same_sql("found.value", 'sent."after"', "fields.family")
    ctx.con.execute(f"""
        create or replace temp table sync_differences as
        select sent.record_key, sent.field, sent."after" as sent, found.value as found
        from (select * from ops.sync_records where {mine}) as sent
        inner join sync_fields as fields on sent.field = fields.field and fields.field <> ''
        left join sync_found as found on sent.{remote_id} = found.remote_id and sent.field = found.field
        where not {same}
    """)
    rows = ctx.con.execute("select * from sync_differences order by all").fetchall()
    if rows:
        with ctx.transaction():
            unset(ctx.con, ctx.spec.name, "sync_differences", ctx.targets)
        raise SyncStopped(_difference(ctx, *row) for row in rows)
    return _note(ctx, len(keys), "written, read back and equal")


def approve_sample(ctx: RunContext, approval: str | None) -> str | None:
    """Why the rest may not go yet, where a person must look at the sample first; an approval after it is noted."""
    if not ctx.spec.guards.sample_needs_approval:
        return None
    query = "select count(*), count(approval) from ops.sync_validations where sync = ? and mapping_version = ?"
    samples, approved = ctx.con.execute(query, [ctx.spec.name, ctx.mapping.version]).fetchall()[0]
    if not samples:
        size = ctx.spec.guards.sample_records
        remedy = f"run `marketmap sync {ctx.spec.name} --sample {size}` and look at the records there"
        return f"{ctx.spec.name}: no sample of mapping {ctx.mapping.version} was written yet; {remedy}"
    if not approved and not approval:
        remedy = "if the records look right there, pass an approval that says who looked"
        return f"{ctx.spec.name}: the sample of mapping {ctx.mapping.version} waits for a person; {remedy}"
    if approval and not approved and ctx.mode == "live":
        ctx.con.execute(
            "update ops.sync_validations set approval = ? where sync = ? and mapping_version = ?",
            [approval, ctx.spec.name, ctx.mapping.version],
        )
    return None


def _note(ctx: RunContext, count: int, how: str) -> int:
    ctx.con.execute(
        "insert into ops.sync_validations values (?, ?, ?, ?, ?, null)",
        [ctx.spec.name, ctx.mapping.version, ctx.run_id, count, utc_now()],
    )
    ctx.say(f"{ctx.spec.name}: sample of {records(count)} {how}")
    return count


def _stop_refused(ctx: RunContext) -> None:
    query = f"select message from ops.sync_records where run_id = {literal(ctx.run_id)} and status = 'rejected' limit 1"
    words = "".join(ctx.column(query))
    raise SyncStopped([f"{ctx.spec.name}: every record of the sample was refused: {words}; nothing else was sent"])


def _difference(ctx: RunContext, record_key: str, field: str, sent: str | None, found: str | None) -> str:
    where = f"{ctx.spec.name}: sample record {record_key}: {field}"
    cause = f"an automation in {ctx.spec.destination} alters it; correct that or unmap the field"
    return f"{where}: sent {sent!r}, read back {found!r}; {cause}"
