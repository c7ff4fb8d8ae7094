"""What to do with each planned value, judged on what the destination holds just before the write.

Tables of a window (a slice of the plan): `sync_found` (record_key, field, value) as read, `sync_judged` (record_key,
position, field, family, mode, was_set, acknowledged, after, reason, found, verdict). Verdicts: send; held (it already
holds the value); filled (if_blank, and it is not blank); prevented (ticked meanwhile); missing (no such record).
"""

from __future__ import annotations

from collections.abc import Sequence

from reverse_etl.context import RunContext, utc_now
from reverse_etl.identifiers import literal, quoted
from reverse_etl.values import same_sql

_VALUE = '"value"'


def judge_window(ctx: RunContext, first: int, last: int) -> None:
    """Read the records at positions `first`..`last` of the plan and judge each of their planned values."""
    ctx.con.execute(
        """
        create or replace temp table sync_window as
        select chosen.record_key, chosen.position, fields.field, fields.family, fields.mode,
            cell.was_set, cell.before as acknowledged, cell.after, cell.reason,
        from (
            select sync_plan.record_key, sync_order.position, unnest(sync_plan.cells) as cell
            from sync_plan
            inner join sync_order on sync_plan.record_key = sync_order.record_key
            where sync_order.position between ? and ?
        ) as chosen
        inner join sync_fields as fields on cell.slot = fields.slot
        """,
        [first, last],
    )
    keys = ctx.column("select record_key from sync_window group by record_key order by min(position)")
    fields = ctx.column("select distinct field from sync_window order by field")
    tick = ctx.spec.prevent_override
    read_values(ctx, keys, [*fields, *([tick.field] if tick and tick.field not in fields else [])])
    is_ticked = f"coalesce(tick.{_VALUE} = 'true', false)" if tick else "false"
    same = same_sql(f"found.{_VALUE}", "sync_window.after", "sync_window.family")
    ctx.con.execute(f"""
        create or replace temp table sync_judged as
        select sync_window.*, found.{_VALUE} as found,
            case
                when present.record_key is null then 'missing'
                when {is_ticked} then 'prevented'
                when {same} then 'held'
                when sync_window.mode = 'if_blank' and found.{_VALUE} is not null then 'filled'
                else 'send'
            end as verdict,
        from sync_window
        left join (select distinct record_key from sync_found) as present
            on sync_window.record_key = present.record_key
        left join sync_found as found
            on sync_window.record_key = found.record_key and sync_window.field = found.field
        left join sync_found as tick
            on sync_window.record_key = tick.record_key and tick.field = {literal(tick.field if tick else "")}
    """)


def read_values(ctx: RunContext, keys: Sequence[str], fields: Sequence[str]) -> None:
    """`sync_found`: what the destination holds now, one row per record and field; null = blank."""
    found = ctx.destination.read(ctx.spec.object, keys, fields)
    ctx.con.register("arrived", found)
    columns = ", ".join(quoted(field) for field in fields)
    ctx.con.execute(f"""
        create or replace temp table sync_found as
        select record_key, field, "value"
        from (select remote_id as record_key, {columns} from arrived)
        unpivot include nulls ("value" for field in ({columns}))
    """)
    ctx.con.unregister("arrived")


def count_window(ctx: RunContext) -> None:
    """Move records of the window that need no write, or may have none, from planned to where they belong."""
    query = """
        select
            case
                when bool_or(verdict = 'send') then 'send'
                when bool_or(verdict = 'missing') then 'missing'
                when bool_or(verdict in ('filled', 'prevented')) then 'skipped'
                else 'held'
            end as fate,
            count(*) over (partition by fate)
        from sync_judged group by record_key
        qualify row_number() over (partition by fate) = 1
    """
    fates = dict(ctx.con.execute(query).fetchall())
    ctx.tally.planned -= sum(fates.values()) - fates.get("send", 0)
    ctx.tally.unchanged += fates.get("held", 0)
    ctx.tally.skipped += fates.get("skipped", 0)
    ctx.tally.invalid += fates.get("missing", 0)


def preview_window(ctx: RunContext) -> None:
    """Keep what a real run would send."""
    ctx.con.execute(
        "insert into ops.sync_previews select ?, ?, record_key, field, found, after, ? "
        "from sync_judged where verdict = 'send'",
        [ctx.run_id, ctx.spec.name, utc_now()],
    )
