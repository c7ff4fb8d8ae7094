"""Writes down what became of values that are not sent: held, protected, waiting, or never to be sent."""

from __future__ import annotations

from reverse_etl.context import RunContext, utc_now
from reverse_etl.identifiers import literal
from reverse_etl.ledger import drop, enrol
from reverse_etl.recording import acknowledge_values, defer
from reverse_etl.values import same_sql
from reverse_etl.verdicts import IS_UNSENT, hours, told


def note_standing(ctx: RunContext) -> None:
    """Record what the plan itself leaves out (ticked, invalid), once for the same values, not in every run."""
    now = utc_now()
    ctx.con.execute(f"""
        create or replace temp table sync_noted as
        select
            plan.record_key, plan.fingerprint, plan.standing, plan.message, plan.operation, plan.remote_id,
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
            select ?, ?, record_key, field, before, after, if(standing = 'invalid', standing, 'skipped'),
                message, ?, reason, operation, remote_id
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
    with ctx.transaction():
        ctx.con.execute(
            f"""
            insert into ops.sync_records
            select ?, ?, record_key, field, found, after, {told("status")}, {told("words")}, ?, reason, operation,
                remote_id
            from sync_judged where {IS_UNSENT}
            """,
            [ctx.run_id, ctx.spec.name, now],
        )
        ctx.con.execute(
            f"""
            insert into ops.sync_conflicts
            select ?, ?, record_key, field, acknowledged, found, after, ?, verdict = 'conflict'
            from sync_judged
            where was_set and operation = 'update' and mode = 'always' and verdict in ('send', 'conflict')
                and not {same_sql("found", "acknowledged", "family")}
            """,
            [ctx.run_id, ctx.spec.name, now],
        )
        _enrol_met(ctx)
        if ctx.count("select count(*) from sync_judged where verdict = 'held' and operation <> 'delete'"):
            acknowledge_values(ctx, "sync_judged where verdict = 'held' and operation <> 'delete'", now)
        defer(
            ctx,
            settled="select record_key from sync_judged group by record_key having bool_and(verdict <> 'send')",
            left=f"""
                select record_key, operation, field, after, verdict as status, {told("words")} as message,
                    {hours(ctx)} as hours
                from sync_judged where {IS_UNSENT}
            """,
            now=now,
        )
    ctx.tally.conflicts = ctx.count(
        f"select count(distinct record_key) from ops.sync_conflicts where run_id = {literal(ctx.run_id)}"
    )


def note_unfinished(ctx: RunContext) -> None:
    """Records that were changed by others each time we came to write them: the next run looks again."""
    count = ctx.count("select count(distinct record_key) from sync_changed")
    if not count:
        return
    ctx.con.execute(
        """
        insert into ops.sync_records
        select ?, ?, record_key, field, found, after, 'skipped', 'changed by somebody else while it was written', ?,
            reason, operation, remote_id
        from sync_judged where verdict = 'send' and record_key in (select record_key from sync_changed)
        """,
        [ctx.run_id, ctx.spec.name, utc_now()],
    )
    ctx.tally.planned -= count
    ctx.tally.skipped += count


def _enrol_met(ctx: RunContext) -> None:
    """Records that were there before we made them are known from now on; those that are gone already are forgotten."""
    if ctx.count("select count(*) from sync_fates where is_met and (verdict is null or verdict = 'held')"):
        enrol(
            ctx.con,
            ctx.spec.name,
            """select record_key, remote_id, false as is_ours from sync_fates
            where is_met and operation <> 'delete' and (verdict is null or verdict = 'held')""",
        )
    gone = "from sync_fates where operation = 'delete' and verdict = 'held'"
    if ctx.count(f"select count(*) {gone}"):
        if ctx.spec.mode == "delete":
            enrol(ctx.con, ctx.spec.name, f"select record_key, null as remote_id, false as is_ours {gone}")
        else:
            drop(ctx.con, ctx.spec.name, f"select record_key {gone}")
