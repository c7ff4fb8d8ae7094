"""Which fields of the org are missing, and a package of the Metadata API that makes them. Pure.

Format: package.xml and objects/<Object>.object (Metadata API Developer Guide, CustomField); `sf project deploy start
--metadata-dir DIR` or any deployment tool takes the folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.etree import ElementTree as ET

from reverse_etl.destinations import FieldDescription, ObjectDescription

_NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
_API_VERSION = "59.0"
# data_type of field_map.csv -> elements of a CustomField.
_TYPES: dict[str, tuple[tuple[str, str], ...]] = {
    "string": (("type", "Text"), ("length", "255")),
    "picklist": (("type", "Picklist"),),
    "double": (("type", "Number"), ("precision", "18"), ("scale", "2")),
    "currency": (("type", "Currency"), ("precision", "18"), ("scale", "2")),
    "integer": (("type", "Number"), ("precision", "9"), ("scale", "0")),
    "boolean": (("type", "Checkbox"), ("defaultValue", "false")),
    "date": (("type", "Date"),),
    "datetime": (("type", "DateTime"),),
}
State = Literal["fits", "missing", "missing standard", "no access", "values missing"]


@dataclass(frozen=True)
class Wanted:
    """A field that syncs write: its type in the words of field_map.csv, and the picklist values that we send.

    `is_key` = an external id by which new records are found again.
    """

    object_name: str
    name: str
    data_type: str
    description: str = ""
    values: tuple[str, ...] = ()
    is_key: bool = False


@dataclass(frozen=True)
class Check:
    """What the org has of a wanted field; `lacking` = picklist values that it does not offer."""

    wanted: Wanted
    state: State
    lacking: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()

    def __str__(self) -> str:
        words = {
            "fits": "fits",
            "missing": f"is missing (a {self.wanted.data_type})",
            "missing standard": "is missing, and standard fields cannot be made: correct the name in field_map.csv",
            "no access": "cannot be written: give the user of the connection edit access",
            "values missing": f"lacks the values {', '.join(map(repr, self.lacking))}",
        }
        return f"{self.wanted.object_name}.{self.wanted.name} {words[self.state]}"


def check_fields(wanted: Iterable[Wanted], described: ObjectDescription) -> list[Check]:
    """One check per wanted field of the object."""
    return [_check(field, described.fields.get(field.name)) for field in wanted]


def _check(wanted: Wanted, found: FieldDescription | None) -> Check:
    if found is None:
        return Check(wanted, "missing" if wanted.name.endswith("__c") else "missing standard")
    if not found.is_updateable and not found.is_createable:
        return Check(wanted, "no access")
    offered = found.allowed_values or ()
    lacking = tuple(value for value in wanted.values if found.allowed_values is not None and value not in offered)
    return Check(wanted, "values missing", lacking, offered) if lacking else Check(wanted, "fits")


def package(checks: Sequence[Check]) -> dict[str, str]:
    """Files by path that make what is missing; empty if nothing is, or nothing that a package can make."""
    makeable = [check for check in checks if check.state in {"missing", "values missing"}]
    if not makeable:
        return {}
    files = {}
    for object_name in sorted({check.wanted.object_name for check in makeable}):
        root = _root("CustomObject")
        for check in makeable:
            if check.wanted.object_name == object_name:
                _add_field(root, check)
        files[f"objects/{object_name}.object"] = _text(root)
    manifest = _root("Package")
    types = ET.SubElement(manifest, "types")
    for name in sorted(f"{check.wanted.object_name}.{check.wanted.name}" for check in makeable):
        _leaf(types, "members", name)
    _leaf(types, "name", "CustomField")
    _leaf(manifest, "version", _API_VERSION)
    return {"package.xml": _text(manifest), **files}


def _add_field(root: ET.Element, check: Check) -> None:
    wanted = check.wanted
    field = ET.SubElement(root, "fields")
    _leaf(field, "fullName", wanted.name)
    if wanted.description:
        _leaf(field, "description", wanted.description)
    if wanted.is_key:
        _leaf(field, "externalId", "true")
    _leaf(field, "label", wanted.name.removesuffix("__c").replace("_", " ")[:40])
    for name, text in _TYPES[wanted.data_type]:
        _leaf(field, name, "64" if wanted.is_key and name == "length" else text)
    if wanted.is_key:
        _leaf(field, "unique", "true")
        _leaf(field, "caseSensitive", "false")
    if wanted.data_type == "picklist":
        values = ET.SubElement(field, "valueSet")
        _leaf(values, "restricted", "true")
        definition = ET.SubElement(values, "valueSetDefinition")
        _leaf(definition, "sorted", "false")
        for choice in dict.fromkeys([*check.offered, *wanted.values]):
            entry = ET.SubElement(definition, "value")
            for name, text in (("fullName", choice), ("default", "false"), ("label", choice)):
                _leaf(entry, name, text)


def _root(name: str) -> ET.Element:
    return ET.Element(name, {"xmlns": _NAMESPACE})


def _leaf(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = text


def _text(root: ET.Element) -> str:
    ET.indent(root, "    ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
