"""What one call of a destination's `write` carries, gathered from the judged window."""

from __future__ import annotations

from typing import cast

from reverse_etl.context import RunContext, utc_now
from reverse_etl.destinations import Batch, Channel, Operation
from reverse_etl.identifiers import literal
from reverse_etl.plan import fingerprint_sql


def batch_of(ctx: RunContext, channel: Channel, number: int, chosen: str) -> Batch:
    """Batch `number` of `sync_batches`, the newest of the run; `chosen` = its values to send, as a from clause.

    A version goes with records that hold a value which somebody may fill or change meanwhile.
    """
    is_guarded = """record_key in (
        select record_key from sync_judged where verdict = 'send' and (mode = 'if_blank' or on_conflict = 'keep')
    )"""
    version = f"if({is_guarded}, version, null)" if ctx.destination.limits.conditional_records else "null::varchar"
    named = ctx.con.execute(f"""
        select fates.record_key, fates.remote_id, {version} as version, {_intent(ctx, number)} as intent
        from sync_fates as fates
        inner join sync_batches using (record_key)
        where sync_batches.batch = {number} order by sync_batches.position
    """).to_arrow_table()
    value = "if(sync_judged.operation = 'delete', coalesce(found, acknowledged), after)"
    cells = ctx.con.execute(f"""
        select record_key, field, {value} as "value" {chosen} and field <> '' order by sync_batches.position, field
    """).to_arrow_table()
    (operation,) = ctx.column(f"select any_value(operation) from sync_batches where batch = {number}")

    def announce(ticket: str) -> None:
        ctx.con.execute(
            "insert into ops.sync_tickets values (?, ?, ?, ?, ?)",
            [ctx.spec.name, ctx.run_id, ctx.batches, ticket, utc_now()],
        )

    return Batch(
        object_name=ctx.spec.object,
        operation=cast("Operation", operation),
        records=named,
        cells=cells,
        channel=channel.name,
        key_field=None if ctx.is_direct else ctx.spec.key.field,
        announce=announce,
    )


def _intent(ctx: RunContext, number: int) -> str:
    """SQL: what a receiver that cannot be asked may know a change by: what it says, and after which one it comes.

    A run that died and the next one that sends the same give it the same name; the same news a month later is news.
    """
    if ctx.destination.limits.reads != "nothing":
        return "null::varchar"
    says = fingerprint_sql("any_value(judged.operation)", "judged.field", "coalesce(after, found, acknowledged)")
    return f"""md5(concat_ws(chr(31), {literal(ctx.spec.name)}, fates.record_key, (
        select {says} from sync_judged as judged
        where judged.verdict = 'send' and judged.record_key = fates.record_key
    ), (
        select max(run_id) from ops.sync_records as told
        where told.sync = {literal(ctx.spec.name)} and told.status = 'accepted'
            and told.record_key = fates.record_key
            and told.record_key in (select record_key from sync_batches where batch = {number})
    )))"""
