"""What to do with each planned value, judged on what the destination holds just before the write.

Tables of a window (a slice of the plan): `sync_found` (remote_id, field, value) and `sync_present` (remote_id, version)
as read, `sync_fates` (record_key, position, operation, is_removal, remote_id, version, is_met, verdict, message), a row
per record, and `sync_judged` (record_key, position, operation, field, family, mode, was_set, acknowledged, after,
reason, found, verdict, message), a row per value.

Verdicts of a record are those of all its values: missing (no such record), ambiguous, elsewhere, nameless (see
`addresses`), prevented (ticked meanwhile), held (a record to be made is there, one to be deleted is gone). Of a value:
send; held (the destination holds it); filled (if_blank, and it is not blank); created (on_create, and the record was
there); conflict (somebody else changed it, and they are right); misfit (a picklist does not have it for this record).
"""

from __future__ import annotations

from collections.abc import Sequence

from reverse_etl.addresses import address_window, find_addresses
from reverse_etl.choices import misfit_fields, refuse_misfits
from reverse_etl.context import RunContext, utc_now
from reverse_etl.identifiers import literal, quoted
from reverse_etl.values import same_sql

_VALUE = '"value"'


def judge_window(ctx: RunContext, chosen: str) -> None:
    """Read the planned records that the condition `chosen` (on sync_order) picks, and judge each planned value."""
    address_window(ctx, chosen)
    ctx.con.execute("""
        create or replace temp table sync_window as
        select picked.record_key, fields.field, fields.family, fields.mode, fields.on_conflict,
            cell.was_set, cell.before as acknowledged, cell.after, cell.reason,
        from (
            select sync_plan.record_key, unnest(sync_plan.cells) as cell
            from sync_plan
            inner join sync_addressed on sync_plan.record_key = sync_addressed.record_key
        ) as picked
        inner join sync_fields as fields on cell.slot = fields.slot
    """)
    _read_window(ctx)
    _decide_records(ctx)
    _decide_values(ctx)
    refuse_misfits(ctx)


def read_values(ctx: RunContext, remote_ids: Sequence[str], fields: Sequence[str]) -> None:
    """`sync_found` and `sync_present`: what the destination holds now, a row per record and field; null = blank."""
    _forget_found(ctx)
    _add_found(ctx, remote_ids, fields)


def _read_window(ctx: RunContext) -> None:
    _forget_found(ctx)
    if ctx.destination.limits.reads != "values":
        ctx.con.execute(
            "insert into sync_present select remote_id, null from sync_addressed where remote_id is not null"
        )
        return
    fields = ctx.column("select distinct field from sync_window where field <> '' order by field")
    tick = ctx.spec.prevent_override
    fields = list(dict.fromkeys([*fields, *([tick.field] if tick else []), *misfit_fields(ctx)]))
    addressed = "from sync_addressed where remote_id is not null"
    _add_found(ctx, ctx.column(f"select remote_id {addressed} order by position"), fields)
    if ctx.is_direct:
        return
    # What we knew under an id may have been merged into another record, which has our key now.
    gone = "not is_met and remote_id is not null and remote_id not in (select remote_id from sync_present)"
    if ctx.count(f"select count(*) from sync_addressed where {gone}"):
        ctx.con.execute(f"update sync_addressed set remote_id = null where {gone}")
        find_addresses(ctx)
        fresh = f"{addressed} and remote_id not in (select remote_id from sync_present)"
        _add_found(ctx, ctx.column(f"select remote_id {fresh} order by position"), fields)


def _forget_found(ctx: RunContext) -> None:
    ctx.con.execute("create or replace temp table sync_found (remote_id varchar, field varchar, value varchar)")
    ctx.con.execute("create or replace temp table sync_present (remote_id varchar, version varchar)")


def _add_found(ctx: RunContext, remote_ids: Sequence[str], fields: Sequence[str]) -> None:
    if not remote_ids:
        return
    found = ctx.destination.read(ctx.spec.object, remote_ids, fields)
    ctx.con.register("arrived", found)
    version = "version" if "version" in found.column_names else "null"
    ctx.con.execute(f"insert into sync_present select remote_id, {version} from arrived")
    if fields:
        columns = ", ".join(quoted(field) for field in fields)
        ctx.con.execute(f"""
            insert into sync_found
            select remote_id, field, {_VALUE}
            from (select remote_id, {columns} from arrived)
            unpivot include nulls ({_VALUE} for field in ({columns}))
        """)
    ctx.con.unregister("arrived")


def _decide_records(ctx: RunContext) -> None:
    """`sync_fates`: a record to be made that is there becomes an update, or (nothing updates it) is held as it is."""
    tick = ctx.spec.prevent_override
    is_ticked = "coalesce(ticked.value = 'true', false)" if tick else "false"
    is_there = "sync_present.remote_id is not null"
    if ctx.destination.limits.reads == "nothing":  # what the ledger knows is all there is to know
        is_there = "sync_addressed.operation <> 'create'"
    updates = "update" in ctx.spec.operations
    ctx.con.execute(f"""
        create or replace temp table sync_fates as
        select
            record_key, position, is_removal, sync_addressed.remote_id, sync_present.version, is_met, message,
            if(operation = 'create' and {is_there} and {updates}, 'update', operation) as operation,
            case
                when verdict is not null then verdict
                when operation = 'update' and not {is_there} then 'missing'
                when operation = 'create' and {is_there} and not {updates} then 'held'
                when operation = 'delete' and not {is_there} then 'held'
                when {is_ticked} then 'prevented'
            end as verdict,
        from sync_addressed
        left join sync_present on sync_addressed.remote_id = sync_present.remote_id
        left join sync_found as ticked
            on sync_addressed.remote_id = ticked.remote_id and ticked.field = {literal(tick.field if tick else "")}
    """)


def _decide_values(ctx: RunContext) -> None:
    same = same_sql(f"found.{_VALUE}", "sync_window.after", "sync_window.family")
    as_acknowledged = same_sql(f"found.{_VALUE}", "sync_window.acknowledged", "sync_window.family")
    ctx.con.execute(f"""
        create or replace temp table sync_judged as
        select
            sync_window.*, fates.position, fates.operation, fates.remote_id, found.{_VALUE} as found, fates.message,
            case
                when fates.verdict is not null then fates.verdict
                when fates.operation <> 'update' then 'send'
                when mode = 'on_create' then 'created'
                when {same} then 'held'
                when mode = 'if_blank' and found.{_VALUE} is not null then 'filled'
                when on_conflict = 'keep' and was_set and not {as_acknowledged} then 'conflict'
                else 'send'
            end as verdict,
        from sync_window
        inner join sync_fates as fates on sync_window.record_key = fates.record_key
        left join sync_found as found on fates.remote_id = found.remote_id and sync_window.field = found.field
    """)


def count_window(ctx: RunContext) -> None:
    """Move records of the window that need no write, or may have none, from planned to where they belong."""
    query = """
        select
            case
                when bool_or(verdict = 'send') then 'send'
                when bool_or(verdict in ('missing', 'ambiguous', 'nameless', 'misfit')) then 'invalid'
                when bool_or(verdict in ('filled', 'prevented', 'elsewhere', 'conflict')) then 'skipped'
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
    ctx.tally.invalid += fates.get("invalid", 0)


def preview_window(ctx: RunContext) -> None:
    """Keep what a real run would send."""
    ctx.con.execute(
        "insert into ops.sync_previews "
        "select ?, ?, record_key, field, found, after, ?, operation, reason from sync_judged where verdict = 'send'",
        [ctx.run_id, ctx.spec.name, utc_now()],
    )
