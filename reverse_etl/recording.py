"""Writes down what became of each planned value: the ledger, the records, the conflicts and what has to wait."""

from __future__ import annotations

from datetime import datetime

from reverse_etl.context import RunContext, utc_now
from reverse_etl.identifiers import literal
from reverse_etl.ledger import acknowledge
from reverse_etl.plan import fingerprint_sql
from reverse_etl.values import same_sql

# Why a judged value is not sent, and the status of its row in ops.sync_records.
_UNSENT = {
    "filled": ("skipped", "if_blank: the field already holds a value"),
    "prevented": ("skipped", "prevent-override is ticked"),
    "missing": ("invalid", "the destination has no record with this key"),
}


def note_standing(ctx: RunContext) -> None:
    """Record what the plan itself leaves out (ticked, invalid), once for the same values, not in every run."""
    now = utc_now()
    ctx.con.execute(f"""
        create or replace temp table sync_noted as
        select
            plan.record_key, plan.fingerprint, plan.standing, plan.message,
            fields.field, cell.before, cell.after, cell.reason,
        from (
            select *, unnest(cells) as cell from sync_plan where standing in ('prevented', 'invalid') and not is_known
        ) as plan
        inner join sync_fields as fields on plan.cell.slot = fields.slot
        union all by name
        select coalesce(invalid.record_key, '') as record_key, md5(invalid.message) as fingerprint,
            'invalid' as standing, invalid.message,
        from sync_invalid as invalid
        left join ops.sync_deferrals as known
            on known.sync = {literal(ctx.spec.name)} and known.record_key = coalesce(invalid.record_key, '')
        where known.fingerprint is distinct from md5(invalid.message)
    """)
    with ctx.transaction():
        ctx.con.execute(
            """
            insert into ops.sync_records
            select ?, ?, record_key, field, before, after, if(standing = 'invalid', standing, 'skipped'), message, ?,
                reason
            from sync_noted
            """,
            [ctx.run_id, ctx.spec.name, now],
        )
        ctx.con.execute(
            "delete from ops.sync_deferrals where sync = ? and record_key in (select record_key from sync_noted)",
            [ctx.spec.name],
        )
        ctx.con.execute(
            """
            insert into ops.sync_deferrals
            select distinct ?, record_key, fingerprint, standing, message, ?::timestamp, ?::timestamp, ?
            from sync_noted
            """,
            [ctx.spec.name, now, now, ctx.run_id],
        )


def settle_unsent(ctx: RunContext) -> None:
    """Record everything of the judged window that is not sent: held values are acknowledged, the others wait."""
    now = utc_now()
    columns = [f"case verdict {_cases(part)} end" for part in (0, 1)]
    with ctx.transaction():
        ctx.con.execute(
            f"""
            insert into ops.sync_records
            select ?, ?, record_key, field, found, after, {columns[0]}, {columns[1]}, ?, reason
            from sync_judged where verdict in ('filled', 'prevented', 'missing')
            """,
            [ctx.run_id, ctx.spec.name, now],
        )
        ctx.con.execute(
            f"""
            insert into ops.sync_conflicts
            select ?, ?, record_key, field, acknowledged, found, after, ?
            from sync_judged
            where was_set and mode = 'always' and verdict = 'send' and not {same_sql("found", "acknowledged", "family")}
            """,
            [ctx.run_id, ctx.spec.name, now],
        )
        if ctx.count("select count(*) from sync_judged where verdict = 'held'"):
            _acknowledge(ctx, "sync_judged where verdict = 'held'", now)
        hours = {"filled": ctx.spec.retry.skipped_after_hours, "missing": ctx.spec.retry.rejected_after_hours}
        wait = " ".join(f"when {literal(verdict)} then {value}" for verdict, value in hours.items())
        _defer(
            ctx,
            settled="select record_key from sync_judged group by record_key having bool_and(verdict <> 'send')",
            left=f"""
                select record_key, field, after, verdict as status, {columns[1]} as message,
                    case verdict {wait} else 0 end as hours
                from sync_judged where verdict in ('filled', 'prevented', 'missing')
            """,
            now=now,
        )
    ctx.tally.conflicts = ctx.count(
        f"select count(distinct record_key) from ops.sync_conflicts where run_id = {literal(ctx.run_id)}"
    )


def record_outcomes(ctx: RunContext, batch: int) -> None:
    """Record the answers in `sync_outcomes` (record_key, status, message, hours), the ledger moving on accepted only.

    Values whose outcome is unknown stay in flight; those of `retryable` records are free to be sent again.
    """
    now = utc_now()
    answered = "sync_judged inner join sync_outcomes using (record_key) where verdict = 'send'"
    with ctx.transaction():
        ctx.con.execute(
            f"""
            insert into ops.sync_records
            select ?, ?, record_key, field, found, after, status, message, ?, reason
            from {answered} and status in ('accepted', 'rejected')
            """,
            [ctx.run_id, ctx.spec.name, now],
        )
        _acknowledge(ctx, f"{answered} and status = 'accepted'", now)
        _defer(
            ctx,
            settled="select record_key from sync_outcomes where status in ('accepted', 'rejected')",
            left=f"""
                select record_key, field, after,
                    if(verdict = 'send', sync_outcomes.status, verdict) as status,
                    if(verdict = 'send', sync_outcomes.message, {literal(_UNSENT["filled"][1])}) as message,
                    if(verdict = 'send', sync_outcomes.hours, {ctx.spec.retry.skipped_after_hours}) as hours
                from sync_judged inner join sync_outcomes using (record_key)
                where verdict = 'filled' or (verdict = 'send' and sync_outcomes.status = 'rejected')
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


def _acknowledge(ctx: RunContext, source: str, now: datetime) -> None:
    """Move the ledger to the `after` values of `source`."""
    news = f"""(
        select record_key, field, after as "value", timestamp '{now}' as acknowledged_at,
            {literal(ctx.run_id)} as run_id,
        from {source}
    )"""
    acknowledge(ctx.con, ctx.spec.name, news, ctx.targets)


def _defer(ctx: RunContext, *, settled: str, left: str, now: datetime) -> None:
    """What is left of the settled records (record_key, field, after, status, message, hours) is not tried at once."""
    ctx.con.execute(
        f"delete from ops.sync_deferrals where sync = ? and record_key in ({settled})",
        [ctx.spec.name],
    )
    ctx.con.execute(
        f"""
        insert into ops.sync_deferrals
        select ?, record_key, {fingerprint_sql("field", "after")}, min(status), min(message), ?::timestamp,
            ?::timestamp + to_microseconds((max(hours) * 3600000000)::bigint), ?
        from ({left})
        where record_key in ({settled})
        group by record_key
        """,
        [ctx.spec.name, now, now, ctx.run_id],
    )


def _cases(part: int) -> str:
    return " ".join(f"when {literal(verdict)} then {literal(words[part])}" for verdict, words in _UNSENT.items())
