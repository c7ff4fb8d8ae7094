"""Picklist values that are right for the field and wrong for the record: its kind, or its controlling field, bars them.

A description of the field alone calls them valid; the destination refuses the record. Judged per record, just before
the write, on the kind and the controlling value that the record has (or is given in the same write).
"""

from __future__ import annotations

import pyarrow as pa

from reverse_etl.context import RunContext
from reverse_etl.destinations import FieldDescription, ObjectDescription
from reverse_etl.identifiers import literal

_SCHEMA = pa.schema(
    [("field", pa.string()), ("decides", pa.string()), ("decided", pa.string()), ("value", pa.string())]
)


def misfit_fields(ctx: RunContext) -> list[str]:
    """Fields that must be read to judge the choices of mapped picklists."""
    return sorted({decider for _, decider in _deciders(ctx)})


def refuse_misfits(ctx: RunContext) -> None:
    """Give values in `sync_judged` that their record does not allow the verdict misfit; a create falls as a whole."""
    deciders = _deciders(ctx)
    if ctx.described is None or not deciders:
        return
    ctx.con.register("choices", _choices(ctx.described, deciders))
    ctx.con.register("deciders", pa.table({"field": [f for f, _ in deciders], "decides": [d for _, d in deciders]}))
    kind = literal(ctx.described.kind_field or "")
    ctx.con.execute(f"""
        create or replace temp table sync_misfits as
        with cases as (
            select judged.record_key, judged.field, judged.after, deciders.decides,
                case
                    when own.record_key is not null then own.after
                    when judged.operation = 'create' and deciders.decides = {kind} then {_default(ctx.described)}
                    else found.value
                end as decided,
            from sync_judged as judged
            inner join deciders on judged.field = deciders.field
            inner join sync_fates as fates on judged.record_key = fates.record_key
            left join sync_judged as own
                on judged.record_key = own.record_key and deciders.decides = own.field and own.verdict = 'send'
            left join sync_found as found on fates.remote_id = found.remote_id and deciders.decides = found.field
            where judged.verdict = 'send' and judged.operation <> 'delete' and judged.after is not null
        )
        select record_key, field,
            field || ' cannot be ' || after || ' where ' || decides || ' is '
                || coalesce(decided, '(blank)') as message,
        from cases
        where
            -- a kind that restricts nothing allows everything; a controlling value without entries allows nothing
            (decides <> {kind} or decided in (select choices.decided from choices where choices.field = cases.field))
            and not exists (
                select 1 from choices
                where choices.field = cases.field and choices.decides = cases.decides
                    and choices.decided = cases.decided and choices.value = cases.after
            )
    """)
    ctx.con.execute("""
        update sync_judged set verdict = 'misfit', message = misfits.message
        from sync_misfits as misfits
        where sync_judged.record_key = misfits.record_key
            and (sync_judged.field = misfits.field or sync_judged.operation = 'create')
    """)
    ctx.con.unregister("choices")
    ctx.con.unregister("deciders")


def _deciders(ctx: RunContext) -> list[tuple[str, str]]:
    """(mapped picklist, the field that decides what it may hold)."""
    if ctx.described is None:
        return []
    pairs = []
    barred = {field for fields in ctx.described.values_by_kind.values() for field in fields}
    for target in ctx.targets:
        field = ctx.described.fields.get(target)
        if field is None or field.separator:  # several values in one text are left to the destination
            continue
        if field.controller:
            pairs.append((target, field.controller))
        if target in barred and ctx.described.kind_field:
            pairs.append((target, ctx.described.kind_field))
    return pairs


def _choices(described: ObjectDescription, deciders: list[tuple[str, str]]) -> pa.Table:
    rows = []
    for target, decider in deciders:
        if decider == described.kind_field:
            allowed = {kind: fields[target] for kind, fields in described.values_by_kind.items() if target in fields}
        else:
            field: FieldDescription = described.fields[target]
            allowed = dict(field.dependent_values)
        rows += [(target, decider, case, value) for case, values in allowed.items() for value in values]
    return pa.Table.from_pylist([dict(zip(_SCHEMA.names, row, strict=True)) for row in rows], _SCHEMA)


def _default(described: ObjectDescription) -> str:
    return literal(described.default_kind) if described.default_kind else "null"
