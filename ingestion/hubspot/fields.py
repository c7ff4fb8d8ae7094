"""The properties of an object: all that the portal has, custom ones included, with their types and columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ingestion.frames import DAY, FLAG, MOMENT, NUMBER, TEXT, WHOLE, retyped
from ingestion.naming import column_names

Record = dict[str, Any]
_TYPES = {"bool": FLAG, "number": NUMBER, "date": DAY, "datetime": MOMENT}
# What a record is beside its properties; "@" keeps these apart from properties of the same name.
_OWN: dict[str, tuple[str, pa.DataType]] = {
    "@id": ("id", TEXT),
    "@createdAt": ("created_at", MOMENT),
    "@updatedAt": ("updated_at", MOMENT),
    "@archived": ("is_deleted", FLAG),
    "@archivedAt": ("archived_at", MOMENT),
    "@mergedInto": ("merged_into_id", TEXT),
}


@dataclass(frozen=True)
class ObjectFields:
    """The properties of one object; `columns` maps them to the raw table's columns, `added` are new since last time."""

    types: dict[str, pa.DataType]
    columns: dict[str, str]
    added: tuple[str, ...]

    def page(self, records: Sequence[Record]) -> pa.Table:
        """Records as the interface gives them, as rows of the raw table."""
        data: dict[str, pa.Array] = {}
        for key, (name, kind) in _OWN.items():
            values = [record.get(key[1:]) for record in records]
            data[name] = pa.array(values, kind) if kind == FLAG else retyped(pa.array(values, TEXT), kind)
        for name, kind in self.types.items():
            # Every value is text in JSON; an unset property is null or, in older portals, the empty text.
            texts = pa.array([record["properties"].get(name) or None for record in records], TEXT)
            data[self.columns[name]] = _number(texts) if kind == NUMBER else retyped(texts, kind)
        return pa.table(data)


def _number(texts: pa.Array) -> pa.Array:
    """Whole numbers where all are (ids of other records among them), else floating point, else text."""
    whole = retyped(texts, WHOLE)
    return retyped(texts, NUMBER) if whole.type == TEXT else whole


def read_fields(properties: Sequence[Mapping[str, Any]], known: Mapping[str, str]) -> ObjectFields:
    """The readable properties; `known` holds the columns of earlier loads ({} before the first)."""
    types = {str(one["name"]): _TYPES.get(str(one.get("type")), TEXT) for one in properties if not one.get("archived")}
    own = {key: column for key, (column, _) in _OWN.items()}
    columns = column_names([*own, *types], own | dict(known))
    columns = {name: column for name, column in columns.items() if name in types}
    return ObjectFields(types, columns, tuple(sorted(types.keys() - known.keys())) if known else ())
