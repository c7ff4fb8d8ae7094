"""Properties and object types: what one is, and how properties.yml declares it."""

from dataclasses import dataclass, replace
from typing import Any

FIELD_TYPES = {
    "bool": ("booleancheckbox", "calculation_equation"),
    "enumeration": ("booleancheckbox", "checkbox", "radio", "select", "calculation_equation"),
    "date": ("date",),
    "datetime": ("date",),
    "string": ("file", "text", "textarea", "calculation_equation", "html", "phonenumber"),
    "number": ("number", "calculation_equation"),
    "phone_number": ("phonenumber",),
}
# Properties that show an association: the primary company, the parent.
LINKS = {
    "associatedcompanyid": ("companies", 1),
    "hs_primary_associated_company": ("companies", 5),
    "hs_parent_company_id": ("companies", 14),
}


@dataclass(frozen=True)
class Property:
    """One property; `column` is the SQL expression of its text value over an object's table."""

    name: str
    label: str
    type: str
    field_type: str
    group: str
    options: tuple[tuple[str, str], ...] = ()
    read_only: bool = False
    unique: bool = False
    custom: bool = False
    owner: bool = False
    archived: bool = False
    derived: str = ""
    description: str = ""

    @property
    def column(self) -> str:
        """Return the expression of the value."""
        return self.derived or f'"{self.name}"'

    def as_row(self) -> dict[str, Any]:
        """Return it as the properties API does."""
        options = [
            {"label": label, "value": value, "displayOrder": place, "hidden": False}
            for place, (value, label) in enumerate(self.options)
        ]
        own = {"archivable": self.custom, "readOnlyDefinition": not self.custom, "readOnlyValue": self.read_only}
        return {
            "name": self.name, "label": self.label, "type": self.type, "fieldType": self.field_type,
            "description": self.description, "groupName": self.group, "options": options, "displayOrder": -1,
            "calculated": bool(self.derived), "externalOptions": self.owner, "hasUniqueValue": self.unique,
            "hidden": False, "hubspotDefined": not self.custom, "formField": not self.read_only,
            "archived": self.archived, "modificationMetadata": own,
        }  # fmt: skip


@dataclass(frozen=True)
class ObjectType:
    """One kind of object."""

    name: str
    type_id: str
    modified: str
    defaults: tuple[str, ...]
    properties: dict[str, Property]

    @property
    def table(self) -> str:
        """Return the object's table."""
        return f"hubspot.{self.name}"

    @property
    def singular(self) -> str:
        """Return the name of one of them."""
        return "company" if self.name == "companies" else self.name.rstrip("s")

    @property
    def live(self) -> dict[str, Property]:
        """Return the properties that are not archived."""
        return {name: one for name, one in self.properties.items() if not one.archived}


def declared_object(name: str, block: dict[str, Any]) -> ObjectType:
    """Read one block of properties.yml."""
    group = f"{name.rstrip('s')}information"
    properties = {key: _property(key, str(text), group) for key, text in block["properties"].items()}
    stamps = {
        "hs_object_id": "id::varchar",
        "createdate": _moment("createdAt"),
        block["modified"]: _moment("updatedAt"),
    }
    if name not in ("contacts", "companies", "deals"):
        stamps["hs_createdate"] = stamps["createdate"]
    for key, derived in stamps.items():
        kind = "number" if key == "hs_object_id" else "datetime"
        properties[key] = Property(
            key, key, kind, "number" if kind == "number" else "date", group, read_only=True, derived=derived
        )
    for key, (other, type_id) in LINKS.items():
        if key in properties:
            properties[key] = replace(properties[key], derived=_linked(name, other, type_id))
    defaults = tuple(sorted([*block["defaults"], "createdate", "hs_object_id", block["modified"]]))
    return ObjectType(name, block["type_id"], block["modified"], defaults, properties)


def _linked(name: str, other: str, type_id: int) -> str:
    return f"""(select min(to_id)::varchar from hubspot.associations where from_type = '{name}'
        and from_id = {name}.id and to_type = '{other}' and type_id = {type_id})"""


def _moment(column: str) -> str:
    return f"""strftime("{column}", '%Y-%m-%dT%H:%M:%S.%gZ')"""


def _property(name: str, text: str, group: str) -> Property:
    words, _, values = text.partition("=")
    kind, *flags = words.split()
    options = tuple(
        (value.strip(), value.strip().replace("_", " ").title()) for value in values.split("|") if value.strip()
    )
    if kind == "bool":
        options = (("true", "Yes"), ("false", "No"))
    field_type = {"bool": "booleancheckbox", "text": "textarea", "options": "checkbox", "owner": "select"}.get(kind, "")
    kind = {"text": "string", "options": "enumeration", "owner": "enumeration"}.get(kind, kind)
    if not field_type:
        field_type = "select" if kind == "enumeration" else FIELD_TYPES[kind][-1 if kind == "phone_number" else 0]
        field_type = "text" if kind == "string" else field_type
    return Property(
        name, name.replace("_", " ").title(), kind, field_type, group, options, read_only="readonly" in flags,
        unique="unique" in flags, custom="custom" in flags, owner=words.split()[0] == "owner",
    )  # fmt: skip
