"""Which fields of an object are read, and as what: all that its describe shows to our user, custom ones included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ingestion.frames import DAY, FLAG, MOMENT, NUMBER, TEXT, WHOLE
from ingestion.naming import column_names

# Compound fields repeat their parts (BillingAddress), base64 is a file; queries in bulk allow neither.
_NOT_READ = {"address", "location", "base64", "complexvalue"}
_TYPES = {
    "boolean": FLAG,
    "int": WHOLE,
    "long": WHOLE,
    "double": NUMBER,
    "currency": NUMBER,
    "percent": NUMBER,
    "date": DAY,
    "datetime": MOMENT,
}


@dataclass(frozen=True)
class ObjectFields:
    """The fields of one object; `columns` maps API names to the raw table's columns, `formulas` are never stored."""

    types: dict[str, pa.DataType]
    columns: dict[str, str]
    added: frozenset[str]
    unfilterable: frozenset[str]
    formulas: frozenset[str]

    @property
    def added_values(self) -> str | None:
        """A SOQL condition for the records that have a value in an added field; None if SOQL cannot tell."""
        if self.added & self.unfilterable:
            return None
        return " OR ".join(
            f"{field} = true" if self.types[field] == FLAG else f"{field} != null" for field in sorted(self.added)
        )


def read_fields(describe: Mapping[str, Any], known: Mapping[str, str]) -> ObjectFields:
    """The readable fields of a describe result; `known` holds the columns of earlier loads ({} before the first)."""
    fields = [field for field in describe["fields"] if field["type"] not in _NOT_READ]
    names = [field["name"] for field in fields]
    return ObjectFields(
        types={field["name"]: _TYPES.get(field["type"], TEXT) for field in fields},
        columns=column_names(names, known),
        added=frozenset(names) - known.keys() if known else frozenset(),
        unfilterable=frozenset(field["name"] for field in fields if not field.get("filterable", True)),
        formulas=frozenset(field["name"] for field in fields if field.get("calculated")),
    )
