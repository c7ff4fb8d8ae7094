"""Writes down what became of each planned value: the ledger, the records, the conflicts and what has to wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from reverse_etl.context import RunContext, utc_now
from reverse_etl.identifiers import literal
from reverse_etl.ledger import acknowledge, drop, enrol
from reverse_etl.plan import fingerprint_sql
from reverse_etl.verdicts import IS_UNSENT, hours, told


def record_outcomes(ctx: RunContext, batch: int) -> None:
    """Record the answers in `sync_outcomes` (record_key, status, message, remote_id, hours); the ledger takes accepted.

    Values whose outcome is unknown stay in flight; those refused for the moment are free to be sent again.
    """
    now = utc_now()
    answered = """(
        select judged.* exclude (message, remote_id), judged.message as own_words,
            outcomes.status, outcomes.message, outcomes.hours,
            coalesce(outcomes.remote_id, judged.remote_id) as remote_id,
        from sync_judged as judged
        inner join sync_outcomes as outcomes on judged.record_key = outcomes.record_key
    )"""
    accepted = f"{answered} where verdict = 'send' and status = 'accepted'"
    with ctx.transaction():
        ctx.con.execute(
            f"""
            insert into ops.sync_records
            select ?, ?, record_key, field, found, after, status, message, ?, reason, operation, remote_id
            from {answered} where verdict = 'send' and status in ('accepted', 'rejected')
            """,
            [ctx.run_id, ctx.spec.name, now],
        )
        keep_accepted(ctx, accepted, now)
        defer(
            ctx,
            settled="select record_key from sync_outcomes where status in ('accepted', 'rejected')",
            left=f"""
                select record_key, operation, field, after,
                    if(verdict = 'send', status, verdict) as status,
                    if(verdict = 'send', message, {told("words", "own_words")}) as message,
                    if(verdict = 'send', hours, {hours(ctx)}) as hours,
                from {answered}
                where {IS_UNSENT} or (verdict = 'send' and status = 'rejected')
            """,
            now=now,
        )
        ctx.con.execute(
            """
            delete from ops.sync_in_flight where run_id = ? and batch = ? and record_key in (
                select record_key from sync_outcomes where status <> 'unknown'
            )
            """,
            [ctx.run_id, batch],
        )
        ctx.con.execute(
            """
            delete from ops.sync_tickets where run_id = $run and batch = $batch and not exists (
                select 1 from ops.sync_in_flight where run_id = $run and batch = $batch
            )
            """,
            {"run": ctx.run_id, "batch": batch},
        )


def keep_accepted(
    ctx: RunContext, accepted: str, now: datetime, targets: Iterable[str] | None = None, run_id: str | None = None
) -> None:
    """Move the ledger to what was accepted: a relation with record_key, operation, remote_id, field and after.

    `targets` are its fields (default: the mapped ones), `run_id` the SQL of the run that sent it (default: this one).
    A record that was made is ours; one that was deleted is forgotten, unless deletions are what the sync is for.
    """
    made = "create" if ctx.spec.mode != "delete" else "delete"
    if not ctx.is_direct or ctx.spec.mode == "delete":
        remote_id = "null" if ctx.is_direct else "any_value(remote_id)"
        enrol(
            ctx.con,
            ctx.spec.name,
            f"""select record_key, {remote_id} as remote_id, {ctx.spec.mode != "delete"} as is_ours
                from {accepted} and operation = {literal(made)} group by record_key""",
        )
    acknowledge_values(ctx, f"{accepted} and operation <> 'delete'", now, targets, run_id)
    if ctx.spec.mode != "delete":
        drop(ctx.con, ctx.spec.name, f"select record_key from {accepted} and operation = 'delete'")


def acknowledge_values(
    ctx: RunContext, source: str, now: datetime, targets: Iterable[str] | None = None, run_id: str | None = None
) -> None:
    """Move the ledger to the `after` values of `source`."""
    news = f"""(
        select record_key, field, after as "value", timestamp '{now}' as acknowledged_at,
            {run_id or literal(ctx.run_id)} as run_id,
        from {source}
    )"""
    acknowledge(ctx.con, ctx.spec.name, news, ctx.targets if targets is None else targets)


def defer(ctx: RunContext, *, settled: str, left: str, now: datetime) -> None:
    """What is left of the settled records (record_key, field, after, status, message, hours) is not tried at once."""
    ctx.con.execute(
        f"delete from ops.sync_deferrals where sync = ? and record_key in ({settled})",
        [ctx.spec.name],
    )
    ctx.con.execute(
        f"""
        insert into ops.sync_deferrals
        select ?, record_key, {fingerprint_sql("any_value(operation)", "field", "after")},
            min(status), min(message), ?::timestamp,
            ?::timestamp + to_microseconds((max(hours) * 3600000000)::bigint), ?
        from ({left})
        where record_key in ({settled})
        group by record_key
        """,
        [ctx.spec.name, now, now, ctx.run_id],
    )


def leave_unknown(ctx: RunContext, unknowable: str, now: datetime) -> None:
    """What cannot be asked and might happen twice is not sent again while its values stay the same."""
    forever = 24 * 365 * 100
    defer(
        ctx,
        settled=f"select record_key from {unknowable}",
        left=f"""select record_key, operation, field, after, 'unknown' as status, message, {forever} as hours
            from {unknowable}""",
        now=now,
    )
