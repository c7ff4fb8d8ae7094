"""Object types and their properties: declared in properties.yml, extended through the properties API."""

import json
import re
from dataclasses import replace
from importlib.resources import files
from typing import Any

import duckdb
import yaml

from sandbox.framework.clock import Clock
from sandbox.framework.store import Store
from sandbox.services.hubspot.errors import not_found, refusal
from sandbox.services.hubspot.properties import FIELD_TYPES, ObjectType, Property, declared_object

TYPES = ("bool", "date", "datetime", "enumeration", "number", "phone_number", "string")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
MAX_UNIQUE = 10
_TABLE = """create table if not exists hubspot.custom_properties (object varchar, name varchar, definition varchar)"""


class Schema:
    """The portal's objects."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self.objects: dict[str, ObjectType] = {}
        self._first: dict[str, ObjectType] = {}
        self.load()

    def load(self) -> None:
        """Read the declarations, and what was added to this portal."""
        declared = yaml.safe_load(files("sandbox.services.hubspot").joinpath("properties.yml").read_text("utf-8"))
        self.objects = {name: declared_object(name, block) for name, block in declared.items()}
        with self._store.define() as cursor:
            cursor.execute(_TABLE)
            for name, kind in self.objects.items():
                self._offer_values_in_use(cursor, name, kind)
            for name, text in cursor.execute("select object, definition from hubspot.custom_properties").fetchall():
                one = Property(**json.loads(text))
                one = replace(one, options=tuple((value, label) for value, label in one.options))
                self.objects[name].properties[one.name] = one

    def restore(self) -> None:
        """Go back to what `load` found in the first state of the store."""
        if not self._first:
            self.load()
            self._first = self.objects
        self.objects = {name: replace(kind, properties=dict(kind.properties)) for name, kind in self._first.items()}

    def _offer_values_in_use(self, cursor: duckdb.DuckDBPyConnection, name: str, kind: ObjectType) -> None:
        for one in [p for p in kind.properties.values() if p.type == "enumeration" and p.options]:
            used = cursor.execute(
                f"select distinct {one.column} from hubspot.{name} where {one.column} <> ''"
            ).fetchall()
            values = dict(one.options) | {value: value for (value,) in sorted(used) if value not in dict(one.options)}
            kind.properties[one.name] = replace(one, options=tuple(values.items()))

    def find(self, name: str) -> ObjectType:
        """Return an object type by name, singular or type id; raises the vendor's 400."""
        for kind in self.objects.values():
            if name.lower() in (kind.name, kind.singular, kind.type_id):
                return kind
        raise refusal("VALIDATION_ERROR", f"Unable to infer object type from: {name}")

    def add(self, kind: ObjectType, body: dict[str, Any]) -> Property:
        """Create a custom property; raises the vendor's refusal."""
        name = str(body.get("name") or re.sub(r"\W+", "_", str(body.get("label", ""))).strip("_")).lower()
        missing = [key for key in ("label", "type", "fieldType", "groupName") if not body.get(key)]
        if missing:
            fields = ", ".join(f"Some required fields were not set: [{key}]" for key in missing)
            raise refusal("VALIDATION_ERROR", f"Invalid input JSON: {fields}")
        if not _NAME.fullmatch(name):
            raise refusal(
                "VALIDATION_ERROR", f"Property name {name!r} must start with a letter and hold a-z, 0-9, _ only"
            )
        known = kind.properties.get(name)
        if known and not known.archived:
            message = f"A property named '{name}' already exists."
            raise refusal("CONFLICT", message, subCategory="Properties.PROPERTY_EXISTS", context={"name": [name]})
        if body["type"] not in TYPES or body["fieldType"] not in FIELD_TYPES[body["type"]]:
            raise refusal("VALIDATION_ERROR", f"Property type {body['type']!r} does not go with {body['fieldType']!r}")
        unique = bool(body.get("hasUniqueValue"))
        if unique and sum(p.unique and p.custom for p in kind.live.values()) >= MAX_UNIQUE:
            raise refusal("VALIDATION_ERROR", f"An object has at most {MAX_UNIQUE} properties with unique values")
        options = tuple((str(option["value"]), str(option["label"])) for option in body.get("options") or [])
        if body["type"] == "bool" and not options:
            options = (("true", "Yes"), ("false", "No"))
        made = Property(
            name, str(body["label"]), body["type"], body["fieldType"], str(body["groupName"]), options,
            unique=unique, custom=True, description=str(body.get("description", "")),
        )  # fmt: skip
        with self._store.define() as cursor:
            cursor.execute(f'alter table {kind.table} add column if not exists "{name}" varchar')
        self._keep(kind, made)
        return made

    def change(self, kind: ObjectType, name: str, body: dict[str, Any]) -> Property:
        """Change label, description or options of a custom property."""
        one = self.property(kind, name)
        if not one.custom:
            raise refusal("VALIDATION_ERROR", f"The definition of '{name}' is read only")
        options = one.options
        if "options" in body:
            options = tuple((str(option["value"]), str(option["label"])) for option in body["options"])
        changed = replace(one, label=str(body.get("label", one.label)), options=options,
                          description=str(body.get("description", one.description)))  # fmt: skip
        self._keep(kind, changed)
        return changed

    def archive(self, kind: ObjectType, name: str) -> None:
        """Archive a custom property; its values are no longer given."""
        one = self.property(kind, name)
        if not one.custom:
            raise refusal("VALIDATION_ERROR", f"HubSpot-defined property '{name}' cannot be archived")
        self._keep(kind, replace(one, archived=True))

    def property(self, kind: ObjectType, name: str) -> Property:
        """Return a property that is not archived; raises 404."""
        one = kind.live.get(name)
        if one is None:
            raise not_found(f"Property '{name}' does not exist")
        return one

    def _keep(self, kind: ObjectType, one: Property) -> None:
        kind.properties[one.name] = one
        with self._store.write() as cursor:
            cursor.execute("delete from hubspot.custom_properties where object = ? and name = ?", [kind.name, one.name])
            cursor.execute(
                "insert into hubspot.custom_properties values (?, ?, ?)", [kind.name, one.name, json.dumps(vars(one))]
            )
