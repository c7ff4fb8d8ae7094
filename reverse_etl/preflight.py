"""Does what a sync would write fit what the destination has? Everything that does not is named before the first write.

The object and its fields are judged by their description alone (pure); values are judged by the distinct or extreme
ones that the plan would write, found in SQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import duckdb

from reverse_etl.destinations import FieldDescription, Limits, ObjectDescription
from reverse_etl.identifiers import literal
from reverse_etl.mapping import FieldMapping, MappedField
from reverse_etl.report import records
from reverse_etl.spec import SyncSpec

_SHOWN = 5
_SHOWN_CHOICES = 10


def description_faults(
    spec: SyncSpec, mapping: FieldMapping, described: ObjectDescription | None, limits: Limits
) -> list[str]:
    """Faults of the object and of the mapped fields."""
    if described is None:
        remedy = "correct object in the sync's file, or give the user of the connection access to it"
        return [f"{spec.name}: {spec.destination} has no object {spec.object}; {remedy}"]
    faults = [*_operation_faults(spec, described, limits), *_key_faults(spec, described, limits)]
    if spec.prevent_override:
        tick = described.fields.get(spec.prevent_override.field)
        if tick is None or tick.family != "boolean":
            remedy = f"create it as a checkbox on {spec.object}, or remove prevent_override from the sync's file"
            faults.append(f"{spec.name}: {spec.object} has no checkbox {spec.prevent_override.field}; {remedy}")
    faults.extend(
        f"{spec.name}: {spec.object}.{field.target} belongs to people; unmap it, or name it under allow in the file"
        for field in mapping.fields
        if field.target in limits.guarded.get(spec.object, ()) and field.target not in spec.allow
    )
    for field in mapping.fields:
        faults.extend(_field_faults(spec, field, described.fields.get(field.target)))
    if "create" in spec.operations:
        given = {field.target for field in mapping.fields} | {spec.key.field}
        faults.extend(
            f"{spec.name}: {spec.object}.{name} must be given when a record is made; map a column to it"
            for name, field_described in described.fields.items()
            if field_described.is_required and name not in given
        )
    return faults


def _operation_faults(spec: SyncSpec, described: ObjectDescription, limits: Limits) -> Iterator[str]:
    """Objects we keep out of, modes that the destination cannot serve, rights that the user of the connection lacks."""
    if limits.objects and spec.object not in limits.objects:
        yield f"{spec.name}: {spec.object} is not ours to write, only {', '.join(limits.objects)} are; remove the sync"
    for operation in sorted(spec.operations - limits.operations):
        needs = f"mode {spec.mode} needs to {operation}, which {spec.destination} cannot do"
        yield f"{spec.name}: {needs}; use another mode"
    rights = {"create": described.is_createable, "update": described.is_updateable, "delete": described.is_deletable}
    for operation in sorted(spec.operations):
        if not rights[operation]:
            what = f"{spec.object} cannot be {operation}d by the user of the connection"
            yield f"{spec.name}: {what}; grant that right"


def _key_faults(spec: SyncSpec, described: ObjectDescription, limits: Limits) -> Iterator[str]:
    """Keys by which no record can be found again: after a lost answer it would be made twice."""
    known = ", ".join(limits.key_fields) or "fields that hold a key"
    if spec.key.field in limits.key_fields:
        if "create" in spec.operations:
            remedy = "use a field of your own as key.field, or mode update"
            yield f"{spec.name}: {spec.destination} itself gives a new record its {spec.key.field}; {remedy}"
        return
    if limits.reads == "nothing":
        return
    if not spec.key.field and not spec.key.match:
        remedy = f"{spec.destination} finds records by {known}; add one of them"
        yield f"{spec.name}: key has neither field nor match; {remedy}"
    for name in [spec.key.field, *spec.key.match]:
        if name and name not in described.fields and limits.reads == "values":
            remedy = "create it there as an external id, or correct the sync's file"
            yield f"{spec.name}: key: {spec.object} has no field {name}; {remedy}"


def _field_faults(spec: SyncSpec, field: MappedField, target: FieldDescription | None) -> Iterator[str]:
    where = f"{spec.name}: {spec.object}.{field.target}"
    if target is None:
        remedy = "create or show it there, or correct field_map.csv"
        yield f"{where}: {spec.destination} has no such field, or hides it from our user; {remedy}"
        return
    is_written = target.is_createable if field.mode == "on_create" else target.is_updateable
    if "update" not in spec.operations:
        is_written = target.is_createable
    if not is_written:
        yield f"{where}: the field cannot be written; give the user of the connection edit access, or unmap it"
    if target.family != field.family:  # where a cast is right only the model knows
        remedy = f"cast {field.column} in {spec.model} or map another field"
        yield f"{where}: {field.column} is {field.column_type}, the field is {target.type_name}; {remedy}"


def value_faults(
    con: duckdb.DuckDBPyConnection, spec: SyncSpec, mapping: FieldMapping, described: ObjectDescription
) -> list[str]:
    """Faults of the values in `sync_plan` that would be written; call it when `description_faults` found none."""
    _profile(con, described, mapping)
    return [
        line
        for field in mapping.fields
        for line in (
            *_extreme_faults(con, spec, field, described.fields[field.target]),
            *_choice_faults(con, spec, field, described.fields[field.target]),
        )
    ]


def _profile(con: duckdb.DuckDBPyConnection, described: ObjectDescription, mapping: FieldMapping) -> None:
    """`sync_profile`: per field, the values that stand out, with counts; one pass over the plan's cells."""
    rows = ", ".join(
        f"({literal(field.target)}, {target.decimal_digits if target.decimal_digits is not None else 'null'}::int)"
        for field in mapping.fields
        for target in (described.fields[field.target],)
    )
    con.execute(f"""
        create or replace temp table sync_profile as
        with cells as (
            select fields.field, fields.family, cell.after, scales.digits
            from (select unnest(cells) as cell from sync_plan where standing = 'planned' and operation <> 'delete')
            inner join sync_fields as fields on cell.slot = fields.slot
            inner join (values {rows}) as scales(field, digits) on fields.field = scales.field
        ),
        numbers as (
            select field, after, abs(try_cast(after as double)) as size,
                abs(round(try_cast(after as double), digits) - try_cast(after as double)) > 1e-9 as is_finer,
            from cells
            where family = 'number'
        ),
        texts as (
            select field, count(*) filter (after is null) as nulls, max(length(after)) as longest,
                arg_max(after, length(after)) as longest_value,
            from cells
            group by field
        ),
        ranges as (
            select field, max(size) as largest, arg_max(after, size) as largest_value,
                count(*) filter (is_finer) as finer, any_value(after) filter (is_finer) as finer_value,
            from numbers
            group by field
        )
        select texts.*, ranges.* exclude (field)
        from texts
        left join ranges on texts.field = ranges.field
    """)


def _extreme_faults(
    con: duckdb.DuckDBPyConnection, spec: SyncSpec, field: MappedField, target: FieldDescription
) -> Iterator[str]:
    """Lengths, digits and nulls beyond what the field holds."""
    found = con.execute("select * exclude (field) from sync_profile where field = ?", [field.target]).fetchone()
    if found is None:
        return
    nulls, longest, longest_value, largest, largest_value, finer, finer_value = found
    where = f"{spec.name}: {spec.object}.{field.target}"
    if nulls and not target.is_nullable:
        yield f"{where}: the field must hold a value, {nulls:,} of {field.column} are null; fill them in {spec.model}"
    if field.family == "text" and target.max_length is not None and (longest or 0) > target.max_length:
        size = f"holds {target.max_length:,} characters, {_shown(longest_value)} has {longest:,}"
        yield f"{where}: the field {size}; shorten {field.column} in {spec.model} or lengthen the field"
    if target.integer_digits is not None and (largest or 0) >= 10**target.integer_digits:
        size = f"holds {target.integer_digits} digits before the point, {largest_value} has more"
        yield f"{where}: the field {size}; correct {field.column} in {spec.model} or enlarge the field"
    if target.decimal_digits is not None and finer:
        size = (
            f"holds {target.decimal_digits} digits after the point, {finer:,} values have more, such as {finer_value}"
        )
        yield f"{where}: the field {size}; round {field.column} in {spec.model}"


def _choice_faults(
    con: duckdb.DuckDBPyConnection, spec: SyncSpec, field: MappedField, target: FieldDescription
) -> Iterator[str]:
    """Values that a restricted picklist does not have; upper and lower case matter."""
    if target.allowed_values is None:
        return
    value = f"unnest(string_split(cell.after, {literal(target.separator)}))" if target.separator else "cell.after"
    query = f"""
        with chosen as (
            select {value} as choice
            from (select unnest(cells) as cell from sync_plan where standing = 'planned' and operation <> 'delete')
            inner join sync_fields on cell.slot = sync_fields.slot
            where sync_fields.field = ? and cell.after is not null
        )
        select choice, count(*) from chosen where not list_contains(?, choice) group by choice order by 2 desc, 1
    """
    wrong = con.execute(query, [field.target, list(target.allowed_values)]).fetchall()
    where, known = f"{spec.name}: {spec.object}.{field.target}", _listed(target.allowed_values)
    for choice, count in wrong[:_SHOWN_CHOICES]:
        told = f"{where}: {_shown(choice)} ({records(count)}) is not a value of the picklist"
        yield f"{told}; map it to one of {known} or add it to the picklist"
    if len(wrong) > _SHOWN_CHOICES:
        rest = sum(count for _, count in wrong[_SHOWN_CHOICES:])
        yield f"{where}: {len(wrong) - _SHOWN_CHOICES:,} more values ({records(rest)}) are not in the picklist"


def _listed(values: Iterable[str]) -> str:
    shown = [repr(value) for value in values]
    more = f" and {len(shown) - _SHOWN} more" if len(shown) > _SHOWN else ""
    return ", ".join(shown[:_SHOWN]) + more


def _shown(value: str) -> str:
    return repr(value if len(value) <= 40 else value[:39] + "…")
