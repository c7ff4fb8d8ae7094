"""Under which id does the destination hold a record? Looked up before anything is made, so that nothing is made twice.

`sync_addressed` (record_key, position, operation, is_removal, remote_id, is_met, verdict, message): the records of a
window; is_met = the look-up found a record that we had not met before. Verdicts given here: ambiguous (several records
answer to the key), elsewhere (creation.look_up found the same person or thing under another name), nameless (key.match
lacks a value).
"""

from __future__ import annotations

import pyarrow as pa

from reverse_etl.context import RunContext
from reverse_etl.desired import look_up_name
from reverse_etl.identifiers import literal, quoted
from reverse_etl.ledger import REMOTE_ID, table
from reverse_etl.spec import LookUp

_OPEN = "remote_id is null and verdict is null"


def address_window(ctx: RunContext, chosen: str) -> None:
    """Make `sync_addressed` of the planned records that the condition `chosen` (on sync_order) picks."""
    remote_id = "sync_plan.record_key" if ctx.is_direct else "sync_plan.remote_id"
    ctx.con.execute(f"""
        create or replace temp table sync_addressed as
        select sync_plan.record_key, sync_order.position, sync_plan.operation, sync_plan.is_removal,
            {remote_id} as remote_id, false as is_met, null::varchar as verdict, null::varchar as message,
        from sync_plan
        inner join sync_order on sync_plan.record_key = sync_order.record_key
        where {chosen}
    """)
    if ctx.destination.limits.reads == "nothing" or ctx.is_direct:
        return
    find_addresses(ctx)
    for number, rule in enumerate(ctx.spec.creation.look_up):
        _look_up(ctx, number, rule)
    _refuse_second_keys(ctx)


def find_addresses(ctx: RunContext) -> None:
    """Find the records of `sync_addressed` that have no remote id yet by their key, or by the fields that name them."""
    key = ctx.spec.key
    if key.field:
        names = f"""select record_key, {literal(key.field)} as field, record_key as "value"
            from sync_addressed where {_OPEN}"""
    elif key.match:
        names = _matching(ctx)
        ctx.con.execute(f"""
            update sync_addressed set verdict = 'nameless',
                message = 'a record is found by ' || {literal(", ".join(key.match))} || ', and one of them is blank'
            where {_OPEN} and record_key not in (
                select record_key from ({names}) group by record_key having count(*) = {len(key.match)}
            )
        """)
    else:
        return
    _find(ctx, ctx.spec.object, names)
    _settle(ctx, adopts=True, where=f"{ctx.spec.object} records")


def _matching(ctx: RunContext) -> str:
    """Query of the values by which records are found: as wanted, or as acknowledged when they are to be removed."""
    columns = ", ".join(quoted(field) for field in ctx.spec.key.match)
    values = ", ".join(
        f'coalesce(desired.{quoted(field)}, ledger.{quoted(field)}."value") as {quoted(field)}'
        for field in ctx.spec.key.match
    )
    return f"""
        select record_key, field, "value"
        from (
            select addressed.record_key, {values}
            from (from sync_addressed where {_OPEN}) as addressed
            left join sync_desired as desired on addressed.record_key = desired.record_key
            left join {table(ctx.spec.name)} as ledger on addressed.record_key = ledger.record_key
        )
        unpivot ("value" for field in ({columns}))
    """


def _find(ctx: RunContext, object_name: str, names: str) -> None:
    """`sync_met` (record_key, remote_id, count): what the destination has under the names that a query gives."""
    cells: pa.Table = ctx.con.execute(names).to_arrow_table()
    found = ctx.destination.find(object_name, cells) if len(cells) else None
    if found is None:
        ctx.con.execute("create or replace temp table sync_met (record_key varchar, remote_id varchar, found bigint)")
        return
    ctx.con.register("arrived", found)
    ctx.con.execute("""
        create or replace temp table sync_met as
        select record_key, min(remote_id) as remote_id, count(distinct remote_id) as found
        from arrived group by record_key
    """)
    ctx.con.unregister("arrived")


def _settle(ctx: RunContext, *, adopts: bool, where: str) -> None:
    """Give each record that was met its remote id; one that several records answer to is nobody's."""
    ctx.con.execute(f"""
        update sync_addressed set
            remote_id = if(sync_met.found = 1 and {adopts}, sync_met.remote_id, null),
            is_met = sync_met.found = 1 and {adopts},
            verdict = case when not {adopts} then 'elsewhere' when sync_met.found > 1 then 'ambiguous' end,
            message = case
                when not {adopts} then {literal(where)} || ' (' || sync_met.remote_id || '); nothing is made'
                when sync_met.found > 1 then sync_met.found || ' ' || {literal(where)} || ' answer to this key'
            end
        from sync_met
        where sync_addressed.record_key = sync_met.record_key
    """)


def _look_up(ctx: RunContext, number: int, rule: LookUp) -> None:
    """Is what would be made there under another name? Of several wanted records with one name the first is made."""
    column = look_up_name(number)
    wanted = f"""
        select addressed.record_key, addressed.position, desired.{column} as "value"
        from (from sync_addressed where {_OPEN} and operation = 'create') as addressed
        inner join sync_desired as desired on addressed.record_key = desired.record_key
        where desired.{column} is not null
    """
    _find(ctx, rule.object, f"""select record_key, {literal(rule.field)} as field, "value" from ({wanted})""")
    is_ours = rule.then == "adopt"
    _settle(
        ctx,
        adopts=is_ours,
        where=f"{rule.object} records" if is_ours else f"the {rule.object} of the same {rule.field} exists",
    )
    ctx.con.execute(f"""
        update sync_addressed set verdict = 'elsewhere',
            message = 'another record that is to be made has the same ' || {literal(rule.field)}
        where record_key in (
            select record_key from ({wanted})
            qualify row_number() over (partition by lower("value") order by position) > 1
        )
    """)


def _refuse_second_keys(ctx: RunContext) -> None:
    """A record that is kept up to date under one key is not taken over under another."""
    ctx.con.execute(f"""
        update sync_addressed set verdict = 'ambiguous', remote_id = null, is_met = false,
            message = 'its record ' || owner.remote_id || ' is already kept under the key ' || owner.record_key
        from (
            select remote_id, min_by(record_key, position) as record_key from sync_addressed where is_met group by all
            union
            select {REMOTE_ID}, min(record_key) from {table(ctx.spec.name)} where {REMOTE_ID} is not null group by all
        ) as owner(remote_id, record_key)
        where sync_addressed.is_met and sync_addressed.remote_id = owner.remote_id
            and sync_addressed.record_key <> owner.record_key
    """)
