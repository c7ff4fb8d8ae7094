"""The plan of a run: desired minus acknowledged, field by field, in SQL over whole tables.

`make_plan` leaves temporary tables on the connection:
`sync_fields` (slot, field, family, mode): the mapped fields, slots from 1,
`sync_desired` (record_key, is_prevented, one canonical text per field),
`sync_invalid` (record_key, records, message): rows that are never sent because of their key,
`sync_plan` (record_key, cells, fingerprint, standing, message, is_known): records with at least one value to write,
standing planned, deferred, kept (if_blank found a value lately), prevented or invalid;
a cell is (slot, was_set, before, after, reason, differs),
`sync_order` (record_key, position): the planned records, numbered from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import duckdb

from reverse_etl.counts import PlanCounts, count_plan
from reverse_etl.identifiers import literal, quoted, quoted_path
from reverse_etl.ledger import table
from reverse_etl.mapping import FieldMapping, MappedField
from reverse_etl.spec import SyncSpec
from reverse_etl.values import canonical_sql, unsendable_sql

# Two characters that separate the parts of a fingerprint and stand in no name.
_NULL, _NEXT = "chr(30)", "chr(31)"


@dataclass(frozen=True)
class PlanTerms:
    """`now` is UTC; a resync plans every value whatever the ledger holds; a sample puts telling records first."""

    now: datetime
    blank_is_null: bool = True
    is_resync: bool = False
    sample_records: int = 0


def make_plan(con: duckdb.DuckDBPyConnection, spec: SyncSpec, mapping: FieldMapping, terms: PlanTerms) -> PlanCounts:
    """Build the tables above and count them; the ledger of the sync must be prepared."""
    con.execute(fields_sql(mapping))
    con.execute(desired_sql(spec, mapping, blank_is_null=terms.blank_is_null))
    con.execute(invalid_sql(spec))
    con.execute(plan_sql(spec, mapping, terms))
    con.execute(order_sql(terms.sample_records))
    return count_plan(con, spec)


def fields_sql(mapping: FieldMapping) -> str:
    """The mapped fields as a table."""
    rows = ", ".join(
        f"({slot}, {literal(field.target)}, {literal(field.family)}, {literal(field.mode)})"
        for slot, field in enumerate(mapping.fields, start=1)
    )
    return f"create or replace temp table sync_fields as from (values {rows}) as fields(slot, field, family, mode)"


def desired_sql(spec: SyncSpec, mapping: FieldMapping, *, blank_is_null: bool) -> str:
    """The model's rows with every mapped column as canonical text."""
    prevent = spec.prevent_override
    ticked = f"coalesce({quoted(prevent.column)}, false)" if prevent else "false"
    columns = [
        f"nullif(cast({quoted(spec.key.column)} as varchar), '') as record_key",
        f"{ticked} as is_prevented",
    ]
    for field in mapping.fields:
        text = canonical_sql(quoted(field.column), field.column_type, blank_is_null=blank_is_null)
        columns.append(f"{text} as {quoted(field.target)}")
        if field.reason_column:
            columns.append(f"cast({quoted(field.reason_column)} as varchar) as {_reason(field)}")
    selected = ",\n    ".join(columns)
    return f"create or replace temp table sync_desired as select {selected} from {quoted_path(spec.model)}"


def invalid_sql(spec: SyncSpec) -> str:
    """Rows without a key, and keys that stand in more than one row: which of them is meant, nobody can say."""
    column = literal(spec.key.column)
    return f"""
        create or replace temp table sync_invalid as
        select
            record_key, count(*) as records,
            case
                when record_key is null then 'the key column ' || {column} || ' is null'
                else count(*) || ' rows of the model hold this key'
            end as message,
        from sync_desired
        group by record_key
        having record_key is null or count(*) > 1
    """


def plan_sql(spec: SyncSpec, mapping: FieldMapping, terms: PlanTerms) -> str:
    """Records with values to write, and whether they may be written now."""
    fields = list(enumerate(mapping.fields, start=1))
    cells = ", ".join(_cell(slot, field, is_resync=terms.is_resync) for slot, field in fields)
    differs = " or ".join(_differs(field, is_resync=terms.is_resync) for _, field in fields)
    unsendable = ", ".join(_unsendable(field, is_resync=terms.is_resync) for _, field in fields)
    names = "[" + ", ".join(literal(field.target) for _, field in fields) + "]"
    parts = f"list_transform(cells, lambda cell: {names}[cell.slot] || '=' || coalesce(cell.after, {_NULL}))"
    known = "deferral.fingerprint = differing.fingerprint"
    waits = "false" if terms.is_resync else f"{known} and deferral.retry_at > timestamp '{terms.now}'"
    return f"""
        create or replace temp table sync_plan as
        with differing as (
            select
                desired.record_key, desired.is_prevented, coalesce({unsendable}, null) as unsendable,
                list_filter([{cells}], lambda cell: cell.differs) as cells,
                md5(list_aggregate({parts}, 'string_agg', {_NEXT})) as fingerprint,
            from sync_desired as desired
            left join {table(spec.name)} as ledger on desired.record_key = ledger.record_key
            where
                ({differs})
                and desired.record_key is not null
                and desired.record_key not in (select record_key from sync_invalid where record_key is not null)
        )
        select
            differing.* exclude (is_prevented, unsendable),
            case
                when is_prevented then 'prevented'
                when unsendable is not null then 'invalid'
                when {waits} then if(deferral.status = 'filled', 'kept', 'deferred')
                else 'planned'
            end as standing,
            if(is_prevented, 'prevent-override is ticked', unsendable) as message,
            coalesce({known}, false) as is_known,
        from differing
        left join ops.sync_deferrals as deferral
            on deferral.sync = {literal(spec.name)} and deferral.record_key = differing.record_key
    """


def order_sql(sample_records: int) -> str:
    """Number the planned records by key; a sample (per field the longest value, then a fixed mixture) comes first."""
    return f"""
        create or replace temp table sync_order as
        with candidates as (
            select record_key, cells from sync_plan where standing = 'planned' and {sample_records} > 0
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
            row_number() over (order by sampled.record_key is null, sync_plan.record_key) as position,
        from sync_plan
        left join sampled on sync_plan.record_key = sampled.record_key
        where sync_plan.standing = 'planned'
    """


def fingerprint_sql(field: str, value: str) -> str:
    """The fingerprint of a record's cells as an aggregate; equal to that of `plan_sql` for the same cells."""
    return f"md5(string_agg({field} || '=' || coalesce({value}, {_NULL}), {_NEXT} order by {field}))"


def _differs(field: MappedField, *, is_resync: bool) -> str:
    target = quoted(field.target)
    moved = f'(ledger.{target} is null or desired.{target} is distinct from ledger.{target}."value")'
    differs = "true" if is_resync else moved
    # A blank that is filled with nothing is no write.
    return f"({differs} and desired.{target} is not null)" if field.mode == "if_blank" else differs


def _cell(slot: int, field: MappedField, *, is_resync: bool) -> str:
    target = quoted(field.target)
    parts = {
        "slot": f"{slot}::utinyint",
        "was_set": f"ledger.{target} is not null",
        "before": f'ledger.{target}."value"',
        "after": f"desired.{target}",
        "reason": f"desired.{_reason(field)}" if field.reason_column else "cast(null as varchar)",
        "differs": _differs(field, is_resync=is_resync),
    }
    return "{" + ", ".join(f"'{name}': {value}" for name, value in parts.items()) + "}"


def _unsendable(field: MappedField, *, is_resync: bool) -> str:
    value = f"desired.{quoted(field.target)}"
    test = unsendable_sql(value, literal(field.family))
    words = f"{literal(field.target + ' cannot hold ')} || replace({value}, chr(0), '\\0')"
    return f"if({_differs(field, is_resync=is_resync)} and {test}, {words}, null)"


def _reason(field: MappedField) -> str:
    return quoted(f"reason of {field.target}")
