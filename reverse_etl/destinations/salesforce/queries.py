"""Finds records by the values of fields: SOQL with as many values as the address of a request may hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any
from urllib.parse import quote

import pyarrow as pa

from connections.http import Connection
from reverse_etl.destinations import CELLS, FOUND, ObjectDescription
from reverse_etl.destinations.salesforce.collections import canonical

# An address may have 16,384 bytes (HTTP 414 beyond); the rest is left for host, path and the words of the query.
_MOST_BYTES = 14_000
_ID_LENGTH = 15

Wanted = dict[str, str]


def find_records(connection: Connection, described: ObjectDescription, cells: pa.Table) -> pa.Table:
    """FOUND: live records that hold all the values given for a key; text is compared as the org does, caselessly."""
    families = {field.name: field.family or "text" for field in described.fields.values()}
    ids = {field.name for field in described.fields.values() if field.type_name in {"id", "reference"}}
    rows = sorted(zip(*(cells[name].to_pylist() for name in CELLS.names), strict=True), key=itemgetter(0, 1))
    wanted = {key: {field: value for _, field, value in group} for key, group in groupby(rows, key=itemgetter(0))}
    fields = sorted({field for _, field, _ in rows})
    keys_by_value: dict[tuple[str, ...], list[str]] = {}
    for key, values in wanted.items():
        if len(values) == len(fields):
            folded = tuple(_folded(values[field], is_id=field in ids) for field in fields)
            keys_by_value.setdefault(folded, []).append(key)
    found: set[tuple[str, str]] = set()
    for query in _queries(described.name, fields, list(wanted.values()), families):
        for record in _records(connection, query):
            held = {field: canonical(record[field], families.get(field, "text")) for field in fields}
            folded = tuple(_folded(held[field], is_id=field in ids) for field in fields)
            found.update((key, record["Id"]) for key in keys_by_value.get(folded, ()))
    return pa.Table.from_arrays(
        [pa.array(part, pa.string()) for part in (zip(*sorted(found), strict=True) if found else ([], []))],
        names=FOUND.names,
    )


def _queries(object_name: str, fields: list[str], wanted: list[Wanted], families: Mapping[str, str]) -> Iterator[str]:
    """SOQL whose conditions together cover what is wanted (with several fields, also some pairs that nobody wanted)."""
    lists: dict[str, dict[str, None]] = {field: {} for field in fields}
    size = 0
    for values in wanted:
        for field in fields:
            text = _literal(values.get(field), families.get(field, "text"))
            if text not in lists[field]:
                lists[field][text] = None
                size += len(quote(text)) + 3
        if size > _MOST_BYTES:
            yield _query(object_name, fields, lists)
            lists, size = {field: {} for field in fields}, 0
    if size:
        yield _query(object_name, fields, lists)


def _query(object_name: str, fields: list[str], lists: dict[str, dict[str, None]]) -> str:
    conditions = " AND ".join(f"{field} IN ({','.join(lists[field])})" for field in fields)
    return f"SELECT {', '.join(dict.fromkeys(['Id', *fields]))} FROM {object_name} WHERE {conditions}"


def _records(connection: Connection, query: str) -> Iterator[dict[str, Any]]:
    answer = connection.request("GET", "query", params={"q": query})
    while True:
        page = json.loads(answer.content, parse_float=str, parse_int=str)
        yield from page["records"]
        if page["done"]:
            return
        answer = connection.request("GET", page["nextRecordsUrl"])


def _literal(value: str | None, family: str) -> str:
    """A canonical text as a SOQL literal (SOQL and SOSL Reference, Quoted String Escape Sequences)."""
    if value is None:
        return "null"
    if family != "text":
        return value
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return f"'{escaped}'"


def _folded(value: str | None, *, is_id: bool) -> str:
    """What compares equal in the org: text without regard to case, ids by the 15 characters that tell them apart."""
    return (value or "")[:_ID_LENGTH] if is_id else (value or "").lower()
