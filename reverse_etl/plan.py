"""The plan of a run: desired minus acknowledged, field by field, in SQL over whole tables.

`make_plan` leaves temporary tables on the connection:
`sync_fields` (slot, field, family, mode, on_conflict): the mapped fields, slots from 1; slot 0 has no name and stands
for a record without values (the deletion of one whose values were never acknowledged),
`sync_desired` (record_key, is_prevented, sort_key, one canonical text per field, what look-ups and reasons need),
`sync_invalid` (record_key, records, message): rows that are never sent because of their key,
`sync_plan` (record_key, operation, is_removal, remote_id, cells, fingerprint, standing, message, is_known): records
with something to do, standing planned, deferred, kept (if_blank found a value lately), prevented or invalid; operation
create means that we never met the record: whether it exists is looked up before it is made;
a cell is (slot, was_set, before, after, reason, differs),
`sync_order` (record_key, position): the planned records, numbered from 1; removals first, so that an opt-out never
waits for the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from reverse_etl.counts import PlanCounts, count_plan
from reverse_etl.desired import desired_sql, expected_name, invalid_sql, reason_name
from reverse_etl.identifiers import literal, quoted
from reverse_etl.ledger import IS_OURS, REMOTE_ID, table
from reverse_etl.mapping import FieldMapping, MappedField
from reverse_etl.spec import SyncSpec
from reverse_etl.values import unsendable_sql

# Two characters that separate the parts of a fingerprint and stand in no name.
_NULL, _NEXT = "chr(30)", "chr(31)"
_NO_CELL = "{'slot': 0::utinyint, 'was_set': false, 'before': null::varchar, 'after': null::varchar, "
_NO_CELL += "'reason': null::varchar, 'differs': true}"


@dataclass(frozen=True)
class PlanTerms:
    """`now` is UTC; a resync plans every value whatever the ledger holds; a sample puts telling records first."""

    now: datetime
    blank_is_null: bool = True
    is_resync: bool = False
    sample_records: int = 0
    trims_text: bool = False


def make_plan(con: duckdb.DuckDBPyConnection, spec: SyncSpec, mapping: FieldMapping, terms: PlanTerms) -> PlanCounts:
    """Build the tables above and count them; the ledger of the sync must be prepared."""
    con.execute(fields_sql(mapping))
    con.execute(desired_sql(spec, mapping, blank_is_null=terms.blank_is_null, trims_text=terms.trims_text))
    con.execute(invalid_sql(spec))
    con.execute(plan_sql(spec, mapping, terms))
    con.execute(order_sql(terms.sample_records))
    return count_plan(con, spec)


def fields_sql(mapping: FieldMapping) -> str:
    """The mapped fields as a table."""
    rows = [
        f"({slot}, {literal(field.target)}, {literal(field.family)}, {literal(field.mode)}, "
        f"{literal(field.on_conflict if field.mode == 'always' else 'overwrite')})"
        for slot, field in enumerate(mapping.fields, start=1)
    ]
    named = "fields(slot, field, family, mode, on_conflict)"
    values = ", ".join(["(0, '', 'text', 'always', 'overwrite')", *rows])
    return f"create or replace temp table sync_fields as from (values {values}) as {named}"


def plan_sql(spec: SyncSpec, mapping: FieldMapping, terms: PlanTerms) -> str:
    """Records with something to do, and whether it may be done now."""
    fields = list(enumerate(mapping.fields, start=1))
    names = "([" + ", ".join(literal(field.target) for _, field in fields) + "]::varchar[])"
    parts = f"list_transform(cells, lambda cell: {names}[cell.slot] || '=' || coalesce(cell.after, {_NULL}))"
    known = "deferral.fingerprint = marked.fingerprint"
    waits = "false" if terms.is_resync else f"{known} and deferral.retry_at > timestamp '{terms.now}'"
    removals = f"union all by name {_removals(spec, fields)}" if _removes(spec) else ""
    return f"""
        create or replace temp table sync_plan as
        with differing as ({_differing(spec, fields, is_resync=terms.is_resync)} {removals}),
        marked as (
            select *, md5(
                operation || {_NEXT} || coalesce(list_aggregate({parts}, 'string_agg', {_NEXT}), '')
            ) as fingerprint,
            from differing
        )
        select
            marked.* exclude (is_prevented, unsendable),
            case
                when is_prevented then 'prevented'
                when unsendable is not null then 'invalid'
                when {waits} then if(deferral.status = 'filled', 'kept', 'deferred')
                else 'planned'
            end as standing,
            if(is_prevented, 'prevent-override is ticked', unsendable) as message,
            coalesce({known}, false) as is_known,
        from marked
        left join ops.sync_deferrals as deferral
            on deferral.sync = {literal(spec.name)} and deferral.record_key = marked.record_key
    """


def order_sql(sample_records: int) -> str:
    """Number the planned records by removal, sort key and key; a sample comes first.

    The sample holds per field the longest value, then a fixed mixture of the others.
    """
    return f"""
        create or replace temp table sync_order as
        with candidates as (
            select record_key, cells from sync_plan
            where standing = 'planned' and not is_removal and {sample_records} > 0
        ),
        ranked as (
            select arg_max(record_key, length(cell.after)) as record_key, 0 as turn, '' as mixture
            from (select record_key, unnest(cells) as cell from candidates)
            where cell.after is not null
            group by cell.slot
            union all
            select record_key, 1 as turn, md5(record_key) as mixture from candidates
        ),
        sampled as (
            select record_key
            from ranked
            group by record_key
            order by min(turn), min(mixture), record_key
            limit {sample_records}
        )
        select
            sync_plan.record_key,
            row_number() over (
                order by sampled.record_key is null, not is_removal, sort_key nulls last, sync_plan.record_key
            ) as position,
        from sync_plan
        left join sampled on sync_plan.record_key = sampled.record_key
        where sync_plan.standing = 'planned'
    """


def fingerprint_sql(operation: str, field: str, value: str) -> str:
    """The fingerprint of a record's cells as an aggregate; equal to that of `plan_sql` for the same cells."""
    parts = f"string_agg({field} || '=' || coalesce({value}, {_NULL}), {_NEXT} order by {field})"
    return f"md5({operation} || {_NEXT} || coalesce({parts} filter ({field} <> ''), ''))"


def _removes(spec: SyncSpec) -> bool:
    return "delete" in spec.operations and spec.mode != "delete"


def _differing(spec: SyncSpec, fields: list[tuple[int, MappedField]], *, is_resync: bool) -> str:
    """Rows of the model that need something: their operation, their remote id and the cells that differ."""
    is_new = "ledger.record_key is null"
    cells = ", ".join(_cell(slot, field, is_resync=is_resync) for slot, field in fields)
    values = f"list_filter([{cells}], lambda cell: cell.differs)" if cells else "[]"
    differs = " or ".join(_differs(field, is_resync=is_resync) for _, field in fields) or "false"
    unsendable = ", ".join(_unsendable(field, is_resync=is_resync) for _, field in fields)
    operation, needed = "'update'", differs
    if spec.mode != "update":
        values = f"if(len({values}) = 0, [{_NO_CELL}], {values})"
        needed = "true" if is_resync else f"({is_new} or {differs})" if "update" in spec.operations else is_new
        operation = f"if({is_new}, 'create', 'update')" if "update" in spec.operations else "'create'"
    if spec.mode == "delete":
        operation, values, unsendable = "'delete'", f"[{_NO_CELL}]", ""
    return f"""
        select
            desired.record_key, {operation} as operation, false as is_removal, ledger.{REMOTE_ID} as remote_id,
            desired.is_prevented, desired.sort_key, coalesce({unsendable or "null"}, null::varchar) as unsendable,
            {values} as cells,
        from sync_desired as desired
        left join {table(spec.name)} as ledger on desired.record_key = ledger.record_key
        where
            ({needed})
            and desired.record_key is not null
            and desired.record_key not in (select record_key from sync_invalid where record_key is not null)
    """


def _removals(spec: SyncSpec, fields: list[tuple[int, MappedField]]) -> str:
    """Records that left the model, with the values they were acknowledged with.

    A mirror deletes only what it made itself: a record that a person made is not ours to delete.
    """
    cells = ", ".join(
        f"{{'slot': {slot}::utinyint, 'was_set': true, 'before': ledger.{quoted(field.target)}.\"value\", "
        f"'after': null::varchar, 'reason': null::varchar, 'differs': ledger.{quoted(field.target)} is not null}}"
        for slot, field in fields
    )
    values = f"list_filter([{cells}], lambda cell: cell.differs)"
    ours = f"and ledger.{IS_OURS}" if spec.mode == "mirror" else ""
    return f"""
        select
            ledger.record_key, 'delete' as operation, true as is_removal, ledger.{REMOTE_ID} as remote_id,
            false as is_prevented, null::varchar as sort_key, null::varchar as unsendable,
            if(len({values}) = 0, [{_NO_CELL}], {values}) as cells,
        from {table(spec.name)} as ledger
        anti join sync_desired as desired on ledger.record_key = desired.record_key
        where true {ours}
    """


def _differs(field: MappedField, *, is_resync: bool) -> str:
    target = quoted(field.target)
    moved = f'(ledger.{target} is null or desired.{target} is distinct from ledger.{target}."value")'
    if field.expected_column:
        moved = f"desired.{target} is distinct from desired.{expected_name(field)}"
    differs = "true" if is_resync else moved
    if field.mode == "on_create":
        differs = "ledger.record_key is null"
    if field.mode == "always" and field.on_null == "clear":
        return differs
    # A blank that is filled with nothing is no write; nor is a null where nulls stay at home.
    says_something = f"desired.{target} is not null"
    if field.mode == "always" and field.on_null == "clear_ours":
        says_something = f'({says_something} or ledger.{target}."value" is not null)'
    return f"({differs} and {says_something})"


def _cell(slot: int, field: MappedField, *, is_resync: bool) -> str:
    target = quoted(field.target)
    was_set, before = f"ledger.{target} is not null", f'ledger.{target}."value"'
    if field.expected_column:
        was_set, before = f"desired.{expected_name(field)} is not null", f"desired.{expected_name(field)}"
    parts = {
        "slot": f"{slot}::utinyint",
        "was_set": was_set,
        "before": before,
        "after": f"desired.{target}",
        "reason": f"desired.{reason_name(field)}" if field.reason_column else "cast(null as varchar)",
        "differs": _differs(field, is_resync=is_resync),
    }
    return "{" + ", ".join(f"'{name}': {value}" for name, value in parts.items()) + "}"


def _unsendable(field: MappedField, *, is_resync: bool) -> str:
    value = f"desired.{quoted(field.target)}"
    test = unsendable_sql(value, literal(field.family))
    words = f"{literal(field.target + ' cannot hold ')} || replace({value}, chr(0), '\\0')"
    return f"if({_differs(field, is_resync=is_resync)} and {test}, {words}, null)"
