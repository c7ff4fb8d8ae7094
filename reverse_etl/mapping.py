"""Which column of a sync's model fills which field of its destination, read from seeds.field_map and checked whole."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

import duckdb

from reverse_etl.errors import SyncRefused
from reverse_etl.identifiers import is_column, is_field, literal, quoted_path
from reverse_etl.spec import SyncSpec
from reverse_etl.values import Family, family_of

Mode = Literal["always", "if_blank", "on_create", "never"]
Conflict = Literal["overwrite", "keep"]
OnNull = Literal["clear", "clear_ours", "keep"]
SEED = "seeds.field_map"
_ALLOWED = {
    "write_mode": ("always", "if_blank", "on_create", "never"),
    "direction": ("push", "pull", "both"),
    "authority": ("marketmap", "crm"),
    "on_conflict": ("overwrite", "keep"),
    "on_null": ("clear", "clear_ours", "keep"),
}
# Names that the tables of a run use for themselves.
_RESERVED = {"record_key", "remote_id", "version"}


@dataclass(frozen=True)
class SeedRow:
    """One row of the seed for one sync, as written there."""

    column_name: str
    target_field: str
    write_mode: str
    direction: str
    authority: str
    on_conflict: str = "overwrite"
    on_null: str = "clear"


@dataclass(frozen=True)
class MappedField:
    """A field that the sync writes; `column_type` is DuckDB's name of the column's type.

    on_conflict: what becomes of a value that somebody else put there since our last write, of a field in mode `always`.
    on_null: what a null of ours does to such a field: clears it, clears it only if we had filled it, or nothing.
    """

    column: str
    target: str
    mode: Mode
    column_type: str
    family: Family
    reason_column: str | None = None
    expected_column: str | None = None
    on_conflict: Conflict = "overwrite"
    on_null: OnNull = "clear"


@dataclass(frozen=True)
class FieldMapping:
    """What a sync writes, by target field in alphabetical order."""

    fields: tuple[MappedField, ...]
    column_types: Mapping[str, str]
    version: str


def read_mapping(con: duckdb.DuckDBPyConnection, spec: SyncSpec) -> FieldMapping:
    """The mapping of `spec` as the warehouse holds it now; raises SyncRefused with every fault."""
    try:
        types = {str(name): str(kind) for name, kind, *_ in _rows(con, f"describe {quoted_path(spec.model)}")}
    except duckdb.CatalogException as error:
        raise SyncRefused([f"{spec.name}: the warehouse has no {spec.model}; build the models first"]) from error
    try:
        held = {str(name) for name, *_ in _rows(con, f"describe {SEED}")}
        columns = ", ".join(_seed_column(name, held) for name in SeedRow.__annotations__)
        rows = con.execute(f"select {columns} from {SEED} where sync = ? order by all", [spec.name]).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise SyncRefused([f"{spec.name}: {SEED} is missing or lacks a column; load the seeds"]) from error
    return build_mapping(spec, [SeedRow(*row) for row in rows], types)


def build_mapping(spec: SyncSpec, rows: Iterable[SeedRow], types: Mapping[str, str]) -> FieldMapping:
    """Check `rows` against the model's column `types` and each other; raises SyncRefused with every fault."""
    rows = list(rows)
    faults = [*_row_faults(spec, rows), *_column_faults(spec, rows, types)]
    written = [row for row in rows if row.direction in {"push", "both"} and row.write_mode != "never"]
    targets = {row.target_field for row in written}
    faults.extend(
        f"{spec.name}: key.match names {field}, which field_map.csv does not fill; add a row for it"
        for field in spec.key.match
        if field not in targets
    )
    if not faults and not written and spec.mode != "delete":
        faults.append(f"{spec.name}: field_map.csv holds no field to push; add a row with direction push")
    if faults:
        raise SyncRefused(faults)
    fields = tuple(sorted((_mapped(spec, row, types) for row in written), key=lambda field: field.target))
    return FieldMapping(fields, dict(types), _version(spec, fields))


def _mapped(spec: SyncSpec, row: SeedRow, types: Mapping[str, str]) -> MappedField:
    kind = types[row.column_name]
    family, mode = cast("Family", family_of(kind)), cast("Mode", row.write_mode)
    on_null = cast("OnNull", row.on_null)
    if mode == "on_create" and "update" not in spec.operations:
        # Nothing is ever written after the create, and where a new record holds nothing of ours it has its defaults.
        mode, on_null = "always", "keep"
    return MappedField(
        column=row.column_name,
        target=row.target_field,
        mode=mode,
        column_type=kind,
        family=family,
        reason_column=spec.reasons.get(row.target_field),
        expected_column=spec.expects.get(row.target_field),
        on_conflict=cast("Conflict", row.on_conflict),
        on_null=on_null,
    )


def _seed_column(name: str, held: set[str]) -> str:
    """A column of the seed as text; one with a default may be missing, or blank."""
    default = literal(getattr(SeedRow, name, ""))
    return f"coalesce(nullif(cast({name} as varchar), ''), {default})" if name in held or default == "''" else default


def _row_faults(spec: SyncSpec, rows: list[SeedRow]) -> list[str]:
    """Faults that need nothing but the seed itself."""
    faults = []
    targets: set[str] = set()
    for row in rows:
        where = f"{spec.name}: field_map.csv {row.target_field or '(no target_field)'}"
        for name, allowed in _ALLOWED.items():
            value = getattr(row, name)
            if value not in allowed:
                faults.append(f"{where}: {name} is {value!r}; use one of {', '.join(allowed)}")
        if not is_field(row.target_field) or not is_column(row.column_name):
            faults.append(f"{where}: {row.column_name!r} -> {row.target_field!r} are not both names; correct the row")
        if row.target_field.lower() in _RESERVED:
            faults.append(f"{where}: a field of this name cannot be kept apart from our own; map another")
        if row.target_field.lower() in targets:
            faults.append(f"{where}: two columns fill this field; keep one row per target_field")
        if row.target_field == spec.key.field:
            faults.append(f"{where}: this field is the key and is never written; remove the row")
        targets.add(row.target_field.lower())
        if row.authority == "crm" and row.direction != "pull" and row.write_mode != "never":
            remedy = "set direction to pull or write_mode to never, or give marketmap the authority"
            faults.append(f"{where}: the CRM is the authority of this field, so it is not written; {remedy}")
    return faults


def _column_faults(spec: SyncSpec, rows: list[SeedRow], types: Mapping[str, str]) -> list[str]:
    """Columns that the model does not have, or whose type no field can hold."""
    wanted = {row.column_name: f"field_map.csv {row.target_field}" for row in rows if row.direction != "pull"}
    wanted |= {column: f"reasons.{target}" for target, column in spec.reasons.items()}
    wanted |= {column: f"expects.{target}" for target, column in spec.expects.items()}
    wanted[spec.key.column] = "key.column"
    if spec.order:
        wanted[spec.order] = "order"
    wanted |= {rule.column: f"creation.look_up {rule.object}.{rule.field}" for rule in spec.creation.look_up}
    if spec.prevent_override:
        wanted[spec.prevent_override.column] = "prevent_override.column"
    faults = []
    for column, place in wanted.items():
        if column not in types:
            faults.append(f"{spec.name}: {place}: {spec.model} has no column {column}; add it or correct the name")
        elif family_of(types[column]) is None:
            remedy = "turn it into text, number, boolean, date or timestamp in the model"
            faults.append(f"{spec.name}: {place}: {column} is of type {types[column]}; {remedy}")
    if spec.prevent_override and types.get(spec.prevent_override.column, "BOOLEAN") != "BOOLEAN":
        kind = types[spec.prevent_override.column]
        faults.append(f"{spec.name}: prevent_override.column is of type {kind}; make it boolean in the model")
    return faults


def _version(spec: SyncSpec, fields: tuple[MappedField, ...]) -> str:
    """Twelve hex digits that change when anything that decides what is written where changes."""
    parts = [[field.column, field.target, field.mode, field.family] for field in fields]
    head = [spec.name, spec.model, spec.destination, spec.object, spec.key.column, spec.key.field or [*spec.key.match]]
    head += [] if spec.mode == "update" else [spec.mode]
    return hashlib.sha256(json.dumps([head, parts]).encode()).hexdigest()[:12]


def _rows(con: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return con.execute(query).fetchall()
