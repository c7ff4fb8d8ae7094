"""Short looks into the warehouse file, and the few statements that dlt does not make."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

Columns = dict[str, dict[str, str]]


def quoted(identifier: str) -> str:
    """An identifier for SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def tables_of(warehouse: Path, schema: str) -> Columns:
    """DuckDB type of each column of each table of a schema; {} if there is no such schema (or no warehouse) yet."""
    sql = """select table_name, column_name, data_type from duckdb_columns()
        where database_name = current_database() and schema_name = ? order by table_name, column_index"""
    found: Columns = {}
    for table, column, kind in rows(warehouse, sql, [schema]):
        found.setdefault(table, {})[column] = kind
    return found


def fetch(warehouse: Path, sql: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> pa.Table | None:
    """The result of a query; None if the warehouse or a table in it does not exist yet."""
    if not warehouse.exists():
        return None
    with duckdb.connect(str(warehouse)) as connection:
        try:
            return connection.execute(sql, parameters).to_arrow_table()
        except duckdb.CatalogException:
            return None


def rows(warehouse: Path, sql: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    """The rows of a query; none if the warehouse or a table in it does not exist yet."""
    if not warehouse.exists():
        return []
    with duckdb.connect(str(warehouse)) as connection:
        try:
            return connection.execute(sql, parameters).fetchall()
        except duckdb.CatalogException:
            return []


def execute(warehouse: Path, statements: Sequence[str]) -> None:
    """Run statements in one transaction."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.begin()
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def filled_tables(warehouse: Path, schema: str, tables: Sequence[str]) -> set[str]:
    """Those of the tables that exist and are not empty."""
    present = [table for table in tables_of(warehouse, schema) if table in tables]
    if not present:
        return set()
    probes = [f"(select '{table}' from {quoted(schema)}.{quoted(table)} limit 1)" for table in present]
    return {table for (table,) in rows(warehouse, " union all ".join(probes))}
