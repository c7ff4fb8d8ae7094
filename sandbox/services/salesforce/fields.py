"""Fields and objects of the simulated org, as declared in objects.yml and as found in the world's tables."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

# Field type -> type of its column
STORAGE = {
    "id": "VARCHAR", "reference": "VARCHAR", "string": "VARCHAR", "textarea": "VARCHAR", "email": "VARCHAR",
    "phone": "VARCHAR", "url": "VARCHAR", "picklist": "VARCHAR", "boolean": "BOOLEAN", "date": "DATE",
    "datetime": "TIMESTAMP", "int": "BIGINT", "double": "DOUBLE", "currency": "DOUBLE", "percent": "DOUBLE",
}  # fmt: skip
NUMERIC = ("int", "double", "currency", "percent")
FROM_COLUMN = {"BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "datetime", "VARCHAR": "string"}
SYSTEM_FIELDS = {
    "Id": "id 18 readonly lookup",
    "IsDeleted": "boolean readonly",
    "CreatedDate": "datetime required readonly",
    "CreatedById": "reference =>User required readonly",
    "LastModifiedDate": "datetime required readonly",
    "LastModifiedById": "reference =>User required readonly",
    "SystemModstamp": "datetime required readonly",
}


@dataclass(frozen=True)
class PicklistValue:
    """One value; `valid_for` names the controlling field's values under which it is offered (empty: all)."""

    value: str
    valid_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """One field, in the terms of a describe."""

    name: str
    type: str
    length: int = 0
    precision: int = 0
    scale: int = 0
    required: bool = False
    createable: bool = True
    updateable: bool = True
    defaulted: bool = False
    lookup: bool = False
    is_name: bool = False
    unique: bool = False
    external_id: bool = False
    restricted: bool = False
    cascade: bool = False
    references: tuple[str, ...] = ()
    values: tuple[PicklistValue, ...] = ()
    controller: str | None = None
    calculated: bool = False

    @property
    def custom(self) -> bool:
        """Say whether an administrator made it."""
        return self.name.endswith("__c")

    @property
    def label(self) -> str:
        """Return what people read: `Account_Tier__c` is "Account Tier"."""
        if self.custom:
            return self.name.removesuffix("__c").replace("_", " ")
        spaced = "".join(" " + c if c.isupper() and i and not self.name[i - 1].isupper() else c
                         for i, c in enumerate(self.name))  # fmt: skip
        return "Record ID" if self.name == "Id" else spaced

    @property
    def storage(self) -> str:
        """Return the column's type."""
        return STORAGE[self.type]

    @property
    def is_text(self) -> bool:
        """Say whether SOQL compares it without regard to case."""
        return self.storage == "VARCHAR" and self.type not in ("id", "reference")

    @property
    def is_id(self) -> bool:
        """Say whether it holds record ids."""
        return self.type in ("id", "reference")

    @property
    def relationship(self) -> str | None:
        """Return the name by which SOQL reaches the parent: OwnerId -> Owner, Region__c -> Region__r."""
        if self.type != "reference":
            return None
        return self.name[:-1] + "r" if self.custom else self.name.removesuffix("Id")


@dataclass
class SObject:
    """One object and its fields, in the order of a describe."""

    name: str
    prefix: str
    plural: str
    fields: dict[str, Field]
    derived: dict[str, str] = field(default_factory=dict)
    readonly: bool = False

    def find(self, name: str) -> Field | None:
        """Return a field by its name in any case."""
        return self.fields.get(name) or next((f for n, f in self.fields.items() if n.lower() == name.lower()), None)

    def parent(self, relationship: str) -> Field | None:
        """Return the reference field behind a relationship name in any case."""
        wanted = relationship.lower()
        return next((f for f in self.fields.values() if (f.relationship or "").lower() == wanted), None)

    @property
    def deletable(self) -> bool:
        """Say whether its records can be deleted (users cannot)."""
        return "IsDeleted" in self.fields

    def live(self, alias: str = "") -> str:
        """Return SQL that holds for records that are not deleted."""
        place = f"{alias}." if alias else ""
        return f'not {place}"IsDeleted"' if self.deletable else "true"

    @property
    def table(self) -> str:
        """Return the quoted table that stores it."""
        return f'salesforce."{self.name}"'


def parse_field(name: str, declaration: str) -> Field:
    """Read one declaration of objects.yml, such as `picklist restricted = A | B` or `double 5,2`."""
    head, _, listed = declaration.partition(" = ")
    kind, *words = head.split()
    size = words.pop(0) if words and words[0][0].isdigit() else "0"
    digits, _, scale = size.partition(",")
    references = tuple(word[2:] for word in words if word.startswith("=>"))
    numeric = kind in NUMERIC
    return Field(
        name,
        kind,
        length=0 if numeric else {"reference": 18, "picklist": 255}.get(kind, int(digits)),
        precision=int(digits) if numeric else 0,
        scale=int(scale or 0),
        required="required" in words,
        createable="readonly" not in words,
        updateable=not {"readonly", "insertonly"} & set(words),
        defaulted="defaulted" in words or kind == "boolean",
        lookup="lookup" in words,
        is_name="name" in words,
        unique="unique" in words or kind == "id",
        external_id="externalid" in words,
        restricted="restricted" in words,
        cascade="cascade" in words,
        references=references,
        values=tuple(PicklistValue(value.strip()) for value in listed.split("|") if value.strip()),
    )


def parse_object(name: str, declared: dict[str, Any]) -> SObject:
    """Read one object of objects.yml, system fields included."""
    system = {n: d for n, d in SYSTEM_FIELDS.items() if n not in declared.get("without", ())}
    fields = {n: parse_field(n, d) for n, d in (system | declared["fields"]).items()}
    readonly = bool(declared.get("readonly"))
    if readonly:
        fields = {n: replace(f, createable=False, updateable=False) for n, f in fields.items()}
    return SObject(name, declared["prefix"], declared["plural"], fields, declared.get("derived", {}), readonly)


def fit_to_column(declared: Field | None, name: str, column_type: str) -> Field:
    """Return the field as the column stores it: the world's type wins over a declaration that cannot hold it."""
    if column_type.startswith(("DECIMAL", "DOUBLE", "FLOAT")):
        kind = declared.type if declared and declared.type in NUMERIC and declared.type != "int" else "double"
    elif column_type.endswith(("INT", "INTEGER")):
        kind = declared.type if declared and declared.type in NUMERIC else "int"
    else:
        kind = FROM_COLUMN.get(column_type.removesuffix(" WITH TIME ZONE"), "string")
        if declared and declared.storage == STORAGE[kind]:
            kind = declared.type
    if declared and declared.type == kind:
        return declared
    size = {"string": "255", "double": "18,2", "int": "9"}.get(kind, "")
    return parse_field(name, f"{kind} {size}".strip())


def with_values_in_use(declared: Field, used: Iterable[str]) -> Field:
    """Return a picklist that also offers the values its records hold, unless it is restricted."""
    known = {value.value for value in declared.values}
    if declared.type != "picklist" or declared.restricted:
        return declared
    extra = tuple(PicklistValue(value) for value in used if value not in known)
    return replace(declared, values=declared.values + extra)
