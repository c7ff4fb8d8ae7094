"""A Salesforce describe as the engine understands it. Pure."""

from __future__ import annotations

from typing import Any

from reverse_etl.destinations import FieldDescription, ObjectDescription
from reverse_etl.values import Family

# Field types of the REST API (Object Reference, "Field Types"); location, address, base64 and anyType hold no text.
_TEXTS = "string textarea picklist multipicklist combobox reference id email phone url encryptedstring"
_FAMILIES: dict[str, Family] = {
    **dict.fromkeys(_TEXTS.split(), "text"),
    **dict.fromkeys(("double", "currency", "percent", "int", "long"), "number"),
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamp",
}


def object_description(describe: dict[str, Any]) -> ObjectDescription:
    """Read GET sobjects/X/describe."""
    fields = {field["name"]: _field(field) for field in describe["fields"]}
    return ObjectDescription(describe["name"], bool(describe["updateable"]), fields)


def _field(field: dict[str, Any]) -> FieldDescription:
    kind = field["type"]
    family = _FAMILIES.get(kind)
    is_integer = kind in {"int", "long"}
    # Integers state `digits`, other numbers `precision` (all digits) and `scale` (those after the point).
    digits = field["digits"] if is_integer else field["precision"] - field["scale"]
    restricted = field["restrictedPicklist"] and kind in {"picklist", "multipicklist"}
    active = tuple(choice["value"] for choice in field["picklistValues"] if choice["active"])
    return FieldDescription(
        name=field["name"],
        type_name=kind,
        family=family,
        is_updateable=bool(field["updateable"]),
        is_nullable=bool(field["nillable"]),
        max_length=field["length"] or None if family == "text" else None,
        integer_digits=digits or None if family == "number" else None,
        decimal_digits=(0 if is_integer else field["scale"]) if family == "number" else None,
        allowed_values=active if restricted else None,
        separator=";" if kind == "multipicklist" else None,
    )
