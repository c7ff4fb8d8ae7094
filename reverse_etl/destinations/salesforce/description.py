"""A Salesforce describe as the engine understands it. Pure."""

from __future__ import annotations

import base64
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


# Fields by which the org finds a record in an upsert although they are no external ids do not keep keys apart.
_NO_KEY = {"id", "reference"}


def object_description(describe: dict[str, Any]) -> ObjectDescription:
    """Read GET sobjects/X/describe."""
    controllers = {
        field["name"]: [choice["value"] for choice in field["picklistValues"]] for field in describe["fields"]
    }
    fields = {field["name"]: _field(field, controllers) for field in describe["fields"]}
    kinds = [kind for kind in describe.get("recordTypeInfos", ()) if kind["active"] and kind["available"]]
    default = next((kind["recordTypeId"] for kind in kinds if kind["defaultRecordTypeMapping"]), None)
    return ObjectDescription(
        describe["name"],
        bool(describe["updateable"]),
        fields,
        is_createable=bool(describe.get("createable", True)),
        is_deletable=bool(describe.get("deletable", True)),
        kind_field="RecordTypeId" if "RecordTypeId" in fields else None,
        default_kind=default,
    )


def has_kinds(describe: dict[str, Any]) -> bool:
    """Whether there are record types beside the one that every object has."""
    return any(not kind.get("master") for kind in describe.get("recordTypeInfos", ()))


def values_by_kind(layouts: dict[str, Any]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Picklist values by record type and field: GET sobjects/X/describe/layouts lists them by record type."""
    return {
        mapping["recordTypeId"]: {
            picklist["picklistName"]: tuple(
                choice["value"] for choice in picklist["picklistValues"] if choice["active"]
            )
            for picklist in mapping.get("picklistsForRecordType") or ()
        }
        for mapping in layouts.get("recordTypeMappings", ())
        if not mapping.get("master")
    }


def _field(field: dict[str, Any], controllers: dict[str, list[str]]) -> FieldDescription:
    kind = field["type"]
    family = _FAMILIES.get(kind)
    is_integer = kind in {"int", "long"}
    # Integers state `digits`, other numbers `precision` (all digits) and `scale` (those after the point).
    digits = field["digits"] if is_integer else field["precision"] - field["scale"]
    restricted = field["restrictedPicklist"] and kind in {"picklist", "multipicklist"}
    active = tuple(choice["value"] for choice in field["picklistValues"] if choice["active"])
    controller = field.get("controllerName") if field.get("dependentPicklist") else None
    # A required field may be left out only if the org fills it itself.
    is_required = bool(field.get("createable")) and not field["nillable"] and not field.get("defaultedOnCreate")
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
        is_createable=bool(field.get("createable", True)),
        is_required=is_required and kind != "boolean",
        is_unique=bool(field.get("externalId")) and kind not in _NO_KEY,
        controller=controller,
        dependent_values=_dependents(field, controllers.get(controller, [])) if controller else {},
    )


def _dependents(field: dict[str, Any], controlling: list[str]) -> dict[str, tuple[str, ...]]:
    """Values by controlling value: `validFor` is a base64 bitmap over the controller's values, bit 0 the highest.

    A checkbox as controller has two: false, true.
    """
    allowed: dict[str, list[str]] = {name: [] for name in controlling or ("false", "true")}
    for choice in field["picklistValues"]:
        bits = base64.b64decode(choice.get("validFor") or "")
        for number, name in enumerate(allowed):
            # Values without a bitmap are offered under every controlling value.
            if choice["active"] and (
                not bits or (number // 8 < len(bits) and bits[number // 8] & (0x80 >> number % 8))
            ):
                allowed[name].append(choice["value"])
    return {name: tuple(values) for name, values in allowed.items()}
