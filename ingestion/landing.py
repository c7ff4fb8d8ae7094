"""Fits pages to the raw table they land in: new columns are added, changed types widened, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dlt
import pyarrow as pa
from dlt.common.data_types import TDataType
from dlt.common.schema import TColumnSchema

from ingestion.frames import FLAG, MOMENT, NUMBER, TEXT, WHOLE
from ingestion.rounds import Table
from ingestion.warehouse import ROW_GROUP, execute, quoted, tables_by_schema

_KINDS: dict[TDataType, tuple[pa.DataType, str]] = {
    "text": (TEXT, "VARCHAR"),
    "bool": (FLAG, "BOOLEAN"),
    "bigint": (WHOLE, "BIGINT"),
    "double": (NUMBER, "DOUBLE"),
    "date": (pa.date32(), "DATE"),
    "timestamp": (MOMENT, "TIMESTAMP"),
}
_BY_DUCKDB = {name: kind for kind, (_, name) in _KINDS.items()}


# Row groups of a parquet file that are as long as DuckDB's own are taken as they are, all others put together anew.
_GROUP_ROWS = ROW_GROUP
_GROUP_BYTES = 128 << 20


class Dataset:
    """The raw tables of a source and dlt's staging copies of them, as they are in the warehouse."""

    def __init__(self, warehouse: Path, name: str) -> None:
        self._warehouse = warehouse
        self._schemas = tables_by_schema(warehouse, [name, f"{name}_staging"])
        self._name = name

    def kind(self, table: str, column: str) -> TDataType | None:
        """What a column holds; None if it is not there."""
        return _BY_DUCKDB.get(self._schemas[self._name].get(table, {}).get(column, ""))

    def holds(self, table: str, column: str, kind: TDataType) -> bool:
        """Whether the column has this type wherever it is; dlt makes its copy with the type that a load began with."""
        found = [tables[table][column] for tables in self._schemas.values() if column in tables.get(table, {})]
        return all(_BY_DUCKDB.get(name) in {kind, None} for name in found)

    def widen(self, table: str, column: str, kind: TDataType) -> None:
        """Change a column's type in place."""
        statements = []
        for schema, tables in self._schemas.items():
            if column in tables.get(table, {}):
                place = f"{quoted(schema)}.{quoted(table)}"
                statements.append(f"alter table {place} alter column {quoted(column)} type {_KINDS[kind][1]}")
                tables[table][column] = _KINDS[kind][1]
        execute(self._warehouse, statements)


class Landing:
    """One raw table; works inside the extraction of the table's dlt resource."""

    def __init__(self, dataset: Dataset, table: Table) -> None:
        self._dataset = dataset
        self._table = table
        self._target: dict[str, TDataType] = {}
        self._shape: pa.Schema | None = None

    def fit(self, page: pa.Table) -> pa.Table | None:
        """The page with the types of the table, which is told of new columns and wider types first.

        Columns that earlier pages had are added as nulls. None if the page does not fit into their file: it has a
        column or a type that they do not have.
        """
        self._reconcile(page.schema)
        if self._shape is None:
            key = self._table.key
            fields = [pa.field(name, _KINDS[self._target[name]][0], name not in key) for name in page.column_names]
            self._shape = pa.schema(fields)
        wanted = {field.name: field.type for field in self._shape}
        if any(wanted.get(name) != _KINDS[self._target[name]][0] for name in page.column_names):
            return None
        columns = [
            page[name].cast(kind) if name in page.column_names else pa.nulls(page.num_rows, kind)
            for name, kind in wanted.items()
        ]
        return pa.Table.from_arrays(columns, schema=self._shape)

    def _reconcile(self, schema: pa.Schema) -> None:
        table = self._table.name
        declared = dlt.current.source_schema().tables.get(table, {}).get("columns", {})
        new: dict[str, TColumnSchema] = {}
        for field in schema:
            name, incoming = field.name, _kind(field.type)
            stored = self._dataset.kind(table, name)
            known = stored or declared.get(name, {}).get("data_type")
            kind = self._target[name] = incoming if known is None else wider(known, incoming)
            if not self._dataset.holds(table, name, kind):
                self._dataset.widen(table, name, kind)
            if name in declared:
                # dlt refuses to change a column's type; its schema is told here what the table now is.
                declared[name]["data_type"] = kind
                continue
            new[name] = {"name": name, "data_type": kind, "nullable": name not in self._table.key}
            if kind == "timestamp":
                new[name]["timezone"] = False
        if new:
            dlt.current.source_schema().update_table({"name": table, "columns": new})


def row_groups(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The rows of tables of one shape in tables of `_GROUP_ROWS`, fewer where rows are very long."""
    waiting: list[pa.Table] = []
    rows = size = 0
    for table in tables:
        waiting.append(table)
        rows, size = rows + table.num_rows, size + table.nbytes
        if rows < _GROUP_ROWS and size < _GROUP_BYTES:
            continue
        joined = pa.concat_tables(waiting)
        whole = rows if size >= _GROUP_BYTES and rows < _GROUP_ROWS else rows - rows % _GROUP_ROWS
        for start in range(0, whole, _GROUP_ROWS):
            yield joined.slice(start, min(_GROUP_ROWS, whole - start))
        rest = joined.slice(whole)
        waiting, rows, size = ([rest], rest.num_rows, rest.nbytes) if rest.num_rows else ([], 0, 0)
    if waiting:
        yield pa.concat_tables(waiting)


def wider(stored: TDataType, incoming: TDataType) -> TDataType:
    """The narrowest type that holds both without loss: whole numbers fit a double, everything fits text."""
    if stored == incoming:
        return stored
    if {stored, incoming} == {"bigint", "double"}:
        return "double"
    return "text"


def _kind(type_: pa.DataType) -> TDataType:
    for kind, (arrow, _) in _KINDS.items():
        if type_ == arrow:
            return kind
    raise TypeError(f"no column type for {type_}")
