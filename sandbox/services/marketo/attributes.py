"""The lead's fields as the REST API names them, with their types."""

from dataclasses import dataclass
from typing import Any

from sandbox.framework.store import Store

TYPES = {"INTEGER": "integer", "BIGINT": "integer", "BOOLEAN": "boolean", "TIMESTAMP": "datetime", "DOUBLE": "float"}
SPECIAL = {"email": "email", "phone": "phone", "website": "url", "leadScore": "score"}
READ_ONLY = ("id", "createdAt", "updatedAt", "sfdcLeadId", "sfdcContactId", "sfdcAccountId")
DEFAULT_FIELDS = ("id", "email", "updatedAt", "createdAt", "firstName", "lastName")


@dataclass(frozen=True)
class Attribute:
    """One field of a lead."""

    number: int
    name: str
    type: str

    @property
    def label(self) -> str:
        """Return what people read: firstName is "First Name"."""
        spaced = "".join(f" {char}" if char.isupper() else char for char in self.name)
        return spaced[:1].upper() + spaced[1:]

    @property
    def read_only(self) -> bool:
        """Say whether the API may not write it."""
        return self.name in READ_ONLY

    def describe(self) -> dict[str, Any]:
        """Return it as leads/describe.json lists it."""
        entry: dict[str, Any] = {"id": self.number, "displayName": self.label, "dataType": self.type}
        if self.type in ("string", "email", "phone", "url"):
            entry["length"] = 255
        return entry | {"rest": {"name": self.name, "readOnly": self.read_only}}

    def fits(self, value: Any) -> bool:
        """Say whether a JSON value is of this type; null always is."""
        if value is None:
            return True
        if self.type in ("integer", "score"):
            return (isinstance(value, int) and not isinstance(value, bool)) or str(value).lstrip("-").isdigit()
        if self.type == "boolean":
            return isinstance(value, bool) or str(value).lower() in ("true", "false", "0", "1")
        if self.type == "email":
            return isinstance(value, str) and value.isascii() and len(value) <= 255
        return isinstance(value, str | int | float) and len(str(value)) <= 255


def attributes(store: Store) -> dict[str, Attribute]:
    """Return the lead's fields by name, as the table has them."""
    with store.read() as cursor:
        columns = cursor.execute("describe marketo.leads").fetchall()
    named = {str(row[0]): SPECIAL.get(row[0], TYPES.get(row[1], "string")) for row in columns}
    return {name: Attribute(number, name, kind) for number, (name, kind) in enumerate(named.items(), start=1)}
