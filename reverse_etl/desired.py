"""The model's rows as the plan compares them: every mapped column as canonical text, and the rows that never go."""

from __future__ import annotations

from functools import partial

from reverse_etl.identifiers import literal, quoted, quoted_path
from reverse_etl.mapping import FieldMapping, MappedField
from reverse_etl.spec import SyncSpec
from reverse_etl.values import canonical_sql


def desired_sql(spec: SyncSpec, mapping: FieldMapping, *, blank_is_null: bool, trims_text: bool) -> str:
    """`sync_desired`: the model's rows with every mapped column as canonical text."""
    canonical = partial(canonical_sql, blank_is_null=blank_is_null, trims_text=trims_text)
    prevent = spec.prevent_override
    ticked = f"coalesce({quoted(prevent.column)}, false)" if prevent else "false"
    columns = [
        f"nullif(cast({quoted(spec.key.column)} as varchar), '') as record_key",
        f"{ticked} as is_prevented",
        f"cast({quoted(spec.order) if spec.order else 'null'} as varchar) as sort_key",
    ]
    for field in mapping.fields:
        text = canonical(quoted(field.column), field.column_type)
        columns.append(f"{text} as {quoted(field.target)}")
        if field.reason_column:
            columns.append(f"cast({quoted(field.reason_column)} as varchar) as {reason_name(field)}")
        if field.expected_column:
            kind = mapping.column_types[field.expected_column]
            text = canonical(quoted(field.expected_column), kind)
            columns.append(f"{text} as {expected_name(field)}")
    columns.extend(
        f"nullif(cast({quoted(rule.column)} as varchar), '') as {look_up_name(number)}"
        for number, rule in enumerate(spec.creation.look_up)
    )
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


def reason_name(field: MappedField) -> str:
    """The column of `sync_desired` that says why a field has its value; its blank keeps it apart from fields."""
    return quoted(f"reason of {field.target}")


def expected_name(field: MappedField) -> str:
    """The column of `sync_desired` with what the destination held when the value was decided."""
    return quoted(f"expected {field.target}")


def look_up_name(number: int) -> str:
    """The column of `sync_desired` that a look-up rule searches with."""
    return quoted(f"look up {number}")
