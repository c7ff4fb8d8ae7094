"""The org's schema: objects.yml laid over the world's tables, changeable at run time like a real org's."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import yaml

from sandbox.framework.store import Store
from sandbox.services.salesforce.fields import (
    NUMERIC,
    STORAGE,
    Field,
    PicklistValue,
    SObject,
    fit_to_column,
    parse_object,
    with_values_in_use,
)

DECLARATIONS = Path(__file__).with_name("objects.yml")
MAX_VALUES = 100


class Schema:
    """All objects of the org. Custom fields added by a test live in the store, next to the data."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._declared: dict[str, Any] = yaml.safe_load(DECLARATIONS.read_text(encoding="utf-8"))
        self._objects: dict[str, SObject] = {}
        self._first: list[SObject] = []
        self.load()

    def load(self) -> None:
        """Read the declarations, the tables and the fields added so far."""
        with self._store.define() as cursor:
            cursor.execute("create schema if not exists salesforce")
            objects = [_settle(cursor, parse_object(name, entry)) for name, entry in self._declared.items()]
            added = cursor.execute("select value from sandbox.settings where name like 'field:%' order by name")
            changes = [json.loads(row[0]) for row in added.fetchall()]
        self._objects = {entry.name.lower(): entry for entry in objects}
        for change in changes:
            entry = self._objects[change["object"].lower()]
            entry.fields[change["field"]] = _custom_field(change)

    def restore(self) -> None:
        """Go back to what `load` found in the first state of the store."""
        if not self._first:
            self.load()
            self._first = list(self._objects.values())
        self._objects = {entry.name.lower(): replace(entry, fields=dict(entry.fields)) for entry in self._first}

    def objects(self) -> list[SObject]:
        """Return all objects."""
        return list(self._objects.values())

    def find(self, name: str) -> SObject | None:
        """Return an object by its name in any case."""
        return self._objects.get(name.lower())

    def by_prefix(self, record_id: str) -> SObject | None:
        """Return the object whose ids start like this one."""
        return next((entry for entry in self._objects.values() if entry.prefix == record_id[:3]), None)

    def add_field(self, change: dict[str, Any]) -> dict[str, Any]:
        """Add a custom field: {"object", "field", "type", "length"?, "precision"?, "scale"?, "values"?, "restricted"?,
        "required"?, "unique"?, "external_id"?, "reference_to"?, "controller"?, "formula"?}. Raises ValueError.

        A formula field holds what is edited into it: what it says changes without a stamp.
        """
        entry = self._target(change)
        new = _custom_field(change)
        if not new.custom:
            raise ValueError(f"field {new.name!r} must end in __c")
        if entry.find(new.name):
            raise ValueError(f"{entry.name}.{new.name} exists; remove it first")
        default = "default false" if new.type == "boolean" else ""
        with self._store.define() as cursor:
            cursor.execute(f'alter table {entry.table} add column "{new.name}" {new.storage} {default}')
            cursor.execute(
                "insert or replace into sandbox.settings values (?, ?)",
                [f"field:{entry.name}.{new.name}", json.dumps(change | {"object": entry.name})],
            )
        entry.fields = entry.fields | {new.name: new}
        return {"object": entry.name, "field": new.name, "type": new.type}

    def add_standard_field(self, entry: SObject, new: Field) -> None:
        """Add a field that the vendor adds, such as RecordTypeId with the first record type."""
        with self._store.define() as cursor:
            cursor.execute(f'alter table {entry.table} add column if not exists "{new.name}" {new.storage}')
        entry.fields = entry.fields | {new.name: new}

    def remove_field(self, change: dict[str, Any]) -> dict[str, Any]:
        """Remove a custom field and its values: {"object", "field"}. Raises ValueError."""
        entry = self._target(change)
        old = entry.find(str(change.get("field")))
        if not old or not old.custom:
            raise ValueError(f"{entry.name} has no custom field {change.get('field')!r}")
        entry.fields = {name: field for name, field in entry.fields.items() if name != old.name}
        with self._store.define() as cursor:
            cursor.execute(f'alter table {entry.table} drop column "{old.name}"')
            cursor.execute("delete from sandbox.settings where name = ?", [f"field:{entry.name}.{old.name}"])
            cursor.execute(
                "insert or replace into sandbox.settings values (?, '')", [f"removed:{entry.name}.{old.name}"]
            )
        return {"object": entry.name, "removed": old.name}

    def _target(self, change: dict[str, Any]) -> SObject:
        entry = self.find(str(change.get("object")))
        if entry is None:
            raise ValueError(f"object {change.get('object')!r} is unknown")
        return entry


def _settle(cursor: duckdb.DuckDBPyConnection, entry: SObject) -> SObject:
    """Bring declaration and table together: missing columns are made, undeclared ones become fields."""
    name = entry.name
    rows = cursor.execute("select value, name from sandbox.settings where name like 'removed:%'").fetchall()
    removed = {row[1].removeprefix(f"removed:{name}.") for row in rows}
    entry.fields = {field: spec for field, spec in entry.fields.items() if field not in removed}
    cursor.execute(f'create table if not exists {entry.table} ("Id" varchar)')
    columns: dict[str, str] = {row[0]: row[1] for row in cursor.execute(f"describe {entry.table}").fetchall()}
    for field in entry.fields.values():
        if field.name not in columns:
            default = "default false" if field.type == "boolean" else ""
            cursor.execute(f'alter table {entry.table} add column "{field.name}" {field.storage} {default}')
            columns[field.name] = field.storage
    fields = {n: fit_to_column(entry.find(n), n, kind) for n, kind in columns.items()}
    order = [*entry.fields, *(n for n in fields if n not in entry.fields)]
    used = _used(cursor, entry, [f.name for f in fields.values() if f.type == "picklist" and not f.restricted])
    entry.fields = {n: with_values_in_use(fields[n], used.get(n, ())) for n in order}
    return entry


def _used(cursor: duckdb.DuckDBPyConnection, entry: SObject, names: list[str]) -> dict[str, list[str]]:
    """Return the values that the records hold, by picklist."""
    if not names:
        return {}
    lists = ", ".join(f'list_sort(list(distinct "{name}"))[:{MAX_VALUES}]' for name in names)
    found = cursor.execute(f"select {lists} from {entry.table}").fetchall()[0]
    return {name: [value for value in values or () if value] for name, values in zip(names, found, strict=True)}


def _custom_field(change: dict[str, Any]) -> Field:
    kind = str(change.get("type", "string"))
    if kind not in STORAGE or kind == "id":
        raise ValueError(f"type {kind!r} is unknown; use one of {', '.join(STORAGE)}")
    values = [value if isinstance(value, dict) else {"value": value} for value in change.get("values", ())]
    numeric = kind in NUMERIC
    writable = not (change.get("readonly") or change.get("formula"))
    unique, external = bool(change.get("unique")), bool(change.get("external_id"))
    return Field(
        str(change["field"]),
        kind,
        length=0 if numeric or kind in ("boolean", "date", "datetime") else int(change.get("length", 255)),
        precision=int(change.get("precision", 18)) if numeric else 0,
        scale=int(change.get("scale", 0 if kind == "int" else 2)) if numeric else 0,
        required=bool(change.get("required")),
        createable=writable,
        updateable=writable,
        defaulted=kind == "boolean",
        lookup=external,
        unique=unique,
        external_id=external,
        restricted=bool(change.get("restricted")),
        references=tuple(change.get("reference_to", ())),
        values=tuple(PicklistValue(str(v["value"]), tuple(v.get("valid_for", ()))) for v in values),
        controller=change.get("controller"),
        calculated=bool(change.get("formula")),
    )
