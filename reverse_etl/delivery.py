"""Sends a judged window in batches: the intent is durable before a batch goes out, its outcome after.

`sync_waiting` and `sync_queue` (record_key, position, bytes) hold what is still to be sent. Refusals for the moment
(locks, limits) are sent again in the same run, in smaller batches and after a pause; lost answers are read back first.
"""

from __future__ import annotations

import time

import pyarrow as pa
import pyarrow.compute as pc

from connections.errors import ConnectionFailure, OutcomeUnknown
from reverse_etl.context import RunContext, utc_now
from reverse_etl.destinations import OUTCOMES, RECORDS, Batch, Channel
from reverse_etl.errors import SyncStopped
from reverse_etl.guards import rejection_fault
from reverse_etl.identifiers import literal
from reverse_etl.recording import record_outcomes
from reverse_etl.report import records
from reverse_etl.settlement import read_back

# A batch that met locks or limits is cut into this many.
_CUT = 4


def queue_window(ctx: RunContext) -> int:
    """Line up every record of `sync_judged` with values to send; returns how many."""
    ctx.con.execute("""
        create or replace temp table sync_waiting as
        select record_key, min(position) as position, sum(40 + coalesce(strlen(after), 0))::bigint as bytes
        from sync_judged where verdict = 'send' group by record_key
    """)
    return ctx.count("select count(*) from sync_waiting")


def deliver(ctx: RunContext, channel: Channel, most: int) -> None:
    """Send the first `most` records that wait in the window.

    Raises SyncStopped when too many are refused, ConnectionFailure when the destination is lost; whatever is unknown
    then stays in flight for the next run to read back.
    """
    limits = ctx.destination.limits
    ctx.con.execute("create or replace temp table sync_queue as from sync_waiting order by position limit ?", [most])
    ctx.con.execute("delete from sync_waiting where record_key in (select record_key from sync_queue)")
    size = channel.batch_records
    for attempt in range(1, limits.attempts + 1):
        is_last = attempt == limits.attempts
        again = _send_queue(ctx, channel, size, is_last=is_last)
        if not again:
            return
        ctx.say(f"{ctx.spec.name}: {records(again)} refused for the moment; trying again in smaller batches")
        channel, size = limits.channels[0], max(1, min(size, limits.channels[0].batch_records) // _CUT)
        time.sleep(limits.retry_seconds * 2 ** (attempt - 1))


def _send_queue(ctx: RunContext, channel: Channel, size: int, *, is_last: bool) -> int:
    """Send the queue once; returns how many records are left in it to be tried again."""
    ctx.con.execute(f"""
        create or replace temp table sync_batches as
        with placed as (
            select record_key, row_number() over rising as place, sum(bytes) over rising as bytes
            from sync_queue
            window rising as (order by position rows between unbounded preceding and current row)
        )
        select record_key, dense_rank() over (order by (place - 1) // {size}, bytes // {channel.batch_bytes}) as batch
        from placed
    """)
    ctx.con.execute("create or replace temp table sync_again (record_key varchar)")
    for number in range(1, ctx.count("select coalesce(max(batch), 0) from sync_batches") + 1):
        _send_batch(ctx, channel, number, is_last=is_last)
        _stop_if_refused(ctx)
    ctx.con.execute("delete from sync_queue where record_key not in (select record_key from sync_again)")
    return ctx.count("select count(*) from sync_queue")


def _send_batch(ctx: RunContext, channel: Channel, number: int, *, is_last: bool) -> None:
    ctx.batches += 1
    batch = ctx.batches
    chosen = f"""
        from sync_judged inner join sync_batches using (record_key)
        where sync_batches.batch = {number} and sync_judged.verdict = 'send'
    """
    with ctx.transaction():
        ctx.con.execute(
            f"""
            insert into ops.sync_in_flight
            select ?, ?, ?, record_key, field, family, found, after, reason, ? {chosen}
            """,
            [ctx.spec.name, ctx.run_id, batch, utc_now()],
        )
    cells = ctx.con.execute(f'select record_key, field, after as "value" {chosen} order by position, field')
    failure = _register_outcomes(ctx, channel, batch, number, cells.to_arrow_table())
    _close_outcomes(ctx, is_last=is_last)
    record_outcomes(ctx, batch)
    _tally(ctx)
    if failure:
        raise failure


def _register_outcomes(
    ctx: RunContext, channel: Channel, batch: int, number: int, cells: pa.Table
) -> ConnectionFailure | None:
    """Send, and leave one row per record in `sync_outcomes`; returns the failure that must end the run, if any."""

    def announce(ticket: str) -> None:
        ctx.con.execute(
            "insert into ops.sync_tickets values (?, ?, ?, ?, ?)", [ctx.spec.name, ctx.run_id, batch, ticket, utc_now()]
        )

    failure: ConnectionFailure | None = None
    unanswered = "unknown"
    try:
        answers = ctx.destination.write(
            Batch(
                object_name=ctx.spec.object,
                operation="update",
                records=_addresses(cells),
                cells=cells,
                channel=channel.name,
                key_field=ctx.spec.key.field,
                batch_id=f"{ctx.run_id}-{batch}",
                announce=announce,
            )
        )
    except OutcomeUnknown:
        answers = OUTCOMES.empty_table()
    except ConnectionFailure as error:
        answers, unanswered, failure = OUTCOMES.empty_table(), "unsent", error
    ctx.con.register("arrived", answers)
    ctx.con.execute(f"""
        create or replace temp table sync_outcomes as
        select batch.record_key, coalesce(arrived.status, '{unanswered}') as status,
            coalesce(arrived.message, '') as message, {ctx.spec.retry.rejected_after_hours}::double as hours,
        from sync_batches as batch
        left join arrived on batch.record_key = arrived.record_key
        where batch.batch = {number}
    """)
    ctx.con.unregister("arrived")
    if ctx.count("select count(*) from sync_outcomes where status = 'unknown'"):
        failure = _read_back(ctx, batch)
    return failure


def _addresses(cells: pa.Table) -> pa.Table:
    """RECORDS of updates whose key is the remote id."""
    keys = pc.unique(cells["record_key"])
    return pa.table([keys, keys, pa.nulls(len(keys), pa.string())], schema=RECORDS)


def _read_back(ctx: RunContext, batch: int) -> ConnectionFailure | None:
    """Turn unknown into accepted (it is there) or retryable (it is not); the failure if even reading is impossible."""
    ctx.say(f"{ctx.spec.name}: an answer was lost; reading back what was sent")
    mine = f"run_id = {literal(ctx.run_id)} and batch = {batch}"
    unknown = "record_key in (select record_key from sync_outcomes where status = 'unknown')"
    tickets = ctx.column(f"select ticket from ops.sync_tickets where {mine}")
    try:
        read_back(ctx, f"from ops.sync_in_flight where {mine} and {unknown}", tickets)
    except ConnectionFailure as error:
        return error
    ctx.con.execute("""
        update sync_outcomes set
            status = if(settled.is_written, 'accepted', 'retryable'),
            message = 'the answer was lost; read back and found ' || if(settled.is_written, 'written', 'not written')
        from sync_settled as settled
        where sync_outcomes.record_key = settled.record_key and sync_outcomes.status = 'unknown'
    """)
    return None


def _close_outcomes(ctx: RunContext, *, is_last: bool) -> None:
    """After the last attempt a refusal for the moment is a rejection, to be tried again in the next run."""
    if is_last:
        ctx.con.execute("update sync_outcomes set status = 'rejected', hours = 0 where status = 'retryable'")
    ctx.con.execute("insert into sync_again select record_key from sync_outcomes where status = 'retryable'")


def _tally(ctx: RunContext) -> None:
    counts = dict(ctx.con.execute("select status, count(*) from sync_outcomes group by status").fetchall())
    ctx.tally.accepted += counts.get("accepted", 0)
    ctx.tally.rejected += counts.get("rejected", 0)
    ctx.tally.unknown += counts.get("unknown", 0)
    ctx.say(f"{ctx.spec.name}: {ctx.tally.accepted:,} of {records(ctx.tally.planned)} written")


def _stop_if_refused(ctx: RunContext) -> None:
    answered = ctx.tally.accepted + ctx.tally.rejected
    words = "".join(
        ctx.column("select message from sync_outcomes where status = 'rejected' order by record_key desc limit 1")
    )
    fault = rejection_fault(ctx.spec.name, ctx.spec.guards, answered=answered, rejected=ctx.tally.rejected, words=words)
    if fault:
        raise SyncStopped([fault])
