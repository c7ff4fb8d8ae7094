"""Sends a judged window in batches: the intent is durable before a batch goes out, its outcome after.

`sync_waiting` and `sync_queue` (record_key, position, bytes) hold what is still to be sent. Refusals for the moment
(locks, limits) are sent again in the same run, in smaller batches and after a pause; lost answers are read back first;
a batch that was refused as a whole is halved until the culprit stands alone; records that changed while we wrote are
left in `sync_changed`, to be read and judged again.
"""

from __future__ import annotations

import random
import time
from collections import deque

from connections.errors import ConnectionFailure, OutcomeUnknown
from reverse_etl.batches import batch_of
from reverse_etl.context import RunContext, utc_now
from reverse_etl.destinations import OUTCOMES, Batch, Channel
from reverse_etl.errors import SyncStopped
from reverse_etl.guards import rejection_fault
from reverse_etl.identifiers import literal
from reverse_etl.recording import record_outcomes
from reverse_etl.report import records
from reverse_etl.settlement import read_back

# A batch that met locks or limits is cut into this many.
_CUT = 4
# So many batches in a row of which nothing was taken: the destination needs a pause, not the next batch.
_BREAK_AFTER = 3


def queue_window(ctx: RunContext) -> int:
    """Line up every record of `sync_judged` with values to send; returns how many."""
    ctx.con.execute("""
        create or replace temp table sync_waiting as
        select record_key, min(position) as position, any_value(operation) as operation,
            sum(40 + coalesce(strlen(after), 0))::bigint as bytes,
        from sync_judged where verdict = 'send' group by record_key
    """)
    ctx.con.execute("create or replace temp table sync_changed (record_key varchar)")
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
        time.sleep(limits.retry_seconds * 2 ** (attempt - 1) * random.uniform(0.5, 1.5))  # noqa: S311 - not a secret


def _send_queue(ctx: RunContext, channel: Channel, size: int, *, is_last: bool) -> int:
    """Send the queue once; returns how many records are left in it to be tried again."""
    ctx.con.execute(f"""
        create or replace temp table sync_batches as
        with placed as (
            select record_key, operation, position,
                row_number() over rising as place, sum(bytes) over rising as bytes,
                min(position) over (partition by operation) as first,
            from sync_queue
            window rising as (
                partition by operation order by position rows between unbounded preceding and current row
            )
        )
        select record_key, operation, position,
            dense_rank() over (order by first, (place - 1) // {size}, bytes // {channel.batch_bytes}) as batch,
        from placed
    """)
    ctx.con.execute("create or replace temp table sync_again (record_key varchar)")
    waiting = deque(range(1, ctx.count("select coalesce(max(batch), 0) from sync_batches") + 1))
    untaken = 0
    while waiting and (untaken < _BREAK_AFTER or is_last):
        number = waiting.popleft()
        taken = _send_batch(ctx, channel, number, is_last=is_last)
        untaken = 0 if taken else untaken + 1
        waiting.extendleft(reversed(_halves(ctx, number)))
        _stop_if_refused(ctx)
    if waiting:
        ctx.say(f"{ctx.spec.name}: {untaken} batches in a row were refused for the moment; pausing")
        listed = ", ".join(map(str, waiting))
        ctx.con.execute(f"insert into sync_again select record_key from sync_batches where batch in ({listed})")
    ctx.con.execute("delete from sync_queue where record_key not in (select record_key from sync_again)")
    return ctx.count("select count(*) from sync_queue")


def _send_batch(ctx: RunContext, channel: Channel, number: int, *, is_last: bool) -> bool:
    """Send one batch and record what came of it; returns whether the destination took anything of it."""
    ctx.batches += 1
    batch = ctx.batches
    mine = f"from sync_judged inner join sync_batches using (record_key) where sync_batches.batch = {number}"
    chosen = f"{mine} and sync_judged.verdict = 'send'"
    with ctx.transaction():
        ctx.con.execute(
            f"""
            insert into ops.sync_in_flight
            select ?, ?, ?, record_key, field, family, found, after, reason, ?, sync_judged.operation, remote_id
            {chosen}
            """,
            [ctx.spec.name, ctx.run_id, batch, utc_now()],
        )
    failure = _register_outcomes(ctx, batch_of(ctx, channel, number, chosen), number)
    _close_outcomes(ctx, is_last=is_last)
    record_outcomes(ctx, batch)
    taken = _tally(ctx)
    if failure:
        raise failure
    return taken


def _register_outcomes(ctx: RunContext, batch: Batch, number: int) -> ConnectionFailure | None:
    """Send, and leave one row per record in `sync_outcomes`; returns the failure that must end the run, if any."""
    failure: ConnectionFailure | None = None
    unanswered = "unknown"
    try:
        answers = ctx.destination.write(batch)
    except OutcomeUnknown:
        answers = OUTCOMES.empty_table()
    except ConnectionFailure as error:
        answers, unanswered, failure = OUTCOMES.empty_table(), "unsent", error
    ctx.con.register("arrived", answers)
    ctx.con.execute(f"""
        create or replace temp table sync_outcomes as
        select batch.record_key, coalesce(arrived.status, '{unanswered}') as status,
            coalesce(arrived.message, '') as message, {ctx.spec.retry.rejected_after_hours}::double as hours,
            arrived.remote_id,
        from sync_batches as batch
        left join arrived on batch.record_key = arrived.record_key
        where batch.batch = {number}
    """)
    ctx.con.unregister("arrived")
    if ctx.count("select count(*) from sync_outcomes where status = 'unknown'"):
        failure = _read_back(ctx, ctx.batches) or failure
    return failure


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
            status = case settled.fate
                when 'written' then 'accepted' when 'unwritten' then 'retryable' else 'unknown'
            end,
            remote_id = coalesce(settled.remote_id, sync_outcomes.remote_id),
            message = settled.message
        from sync_settled as settled
        where sync_outcomes.record_key = settled.record_key and sync_outcomes.status = 'unknown'
    """)
    return None


def _halves(ctx: RunContext, number: int) -> list[int]:
    """Batch numbers of the two halves of a batch that was refused as a whole; none if it was not."""
    undivided = ctx.count("select count(*) from sync_outcomes where status = 'undivided'")
    if not undivided:
        return []
    last = ctx.count("select max(batch) from sync_batches")
    ctx.con.execute(f"""
        update sync_batches set batch = {last} + 1 + (place > {undivided} // 2)::int
        from (
            select record_key, row_number() over (order by position) as place
            from sync_batches where batch = {number} and record_key in (
                select record_key from sync_outcomes where status = 'undivided'
            )
        ) as halved
        where sync_batches.record_key = halved.record_key
    """)
    return [last + 1, last + 2]


def _close_outcomes(ctx: RunContext, *, is_last: bool) -> None:
    """After the last attempt a refusal for the moment is a rejection, to be tried again in the next run."""
    if ctx.count("select count(*) from sync_outcomes where status = 'undivided'") == 1:
        ctx.con.execute("update sync_outcomes set status = 'rejected' where status = 'undivided'")
    if is_last:
        ctx.con.execute("update sync_outcomes set status = 'rejected', hours = 0 where status = 'retryable'")
    ctx.con.execute("insert into sync_again select record_key from sync_outcomes where status = 'retryable'")
    ctx.con.execute("insert into sync_changed select record_key from sync_outcomes where status = 'changed'")


def _tally(ctx: RunContext) -> bool:
    counts = dict(ctx.con.execute("select status, count(*) from sync_outcomes group by status").fetchall())
    ctx.tally.accepted += counts.get("accepted", 0)
    ctx.tally.rejected += counts.get("rejected", 0)
    ctx.tally.unknown += counts.get("unknown", 0)
    ctx.say(f"{ctx.spec.name}: {ctx.tally.accepted:,} of {records(ctx.tally.planned)} written")
    return set(counts) != {"retryable"}


def _stop_if_refused(ctx: RunContext) -> None:
    answered = ctx.tally.accepted + ctx.tally.rejected
    words = "".join(
        ctx.column("select message from sync_outcomes where status = 'rejected' order by record_key desc limit 1")
    )
    fault = rejection_fault(ctx.spec.name, ctx.spec.guards, answered=answered, rejected=ctx.tally.rejected, words=words)
    if fault:
        raise SyncStopped([fault])
