"""Short looks into the warehouse file, and the few statements that dlt does not make."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

Columns = dict[str, dict[str, str]]
ROW_GROUP = 122_880  # rows that DuckDB stores, reads and skips together
# What DuckDB makes by itself can be read by its 1.0. In the format of its 1.4 it stores text in three quarters of the
# time.
_FORMAT = "v1.4.0"
_LOG_SIZE = "256MB"  # of the write-ahead log, which the next opening after a crash reads again

_LOCK = threading.Lock()
_HOLDERS: dict[Path, tuple[duckdb.DuckDBPyConnection, int]] = {}
_TIDYING: dict[Path, threading.Thread] = {}


def make(warehouse: Path) -> None:
    """Make the file unless it is there, in the format that it keeps for good."""
    if warehouse.exists():
        return
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    duckdb.connect(str(warehouse), config={"storage_compatibility_version": _FORMAT}).close()


@contextmanager
def kept_open(warehouse: Path) -> Iterator[None]:
    """Hold the file open while a block runs; threads of one process may do so at the same time.

    DuckDB refuses a connection that is opened in the moment in which another thread closes the last one. And each last
    close is a checkpoint, as is each commit of more than 100 kB: while the file is held what is committed stands in the
    write-ahead log, and few of the thousand checkpoints that a run would cost are made.
    """
    place = warehouse.absolute()
    with _LOCK:
        connection, holders = _HOLDERS.get(place, (None, 0))
        if connection is None:
            make(warehouse)
            connection = duckdb.connect(str(warehouse))
            connection.execute(f"set checkpoint_threshold = '{_LOG_SIZE}'")
        _HOLDERS[place] = (connection, holders + 1)
    try:
        yield
    finally:
        with _LOCK:
            connection, holders = _HOLDERS.pop(place)
            if holders > 1:
                _HOLDERS[place] = (connection, holders - 1)
            else:
                if tidying := _TIDYING.pop(place, None):
                    tidying.join()
                connection.close()


def tidy_up(warehouse: Path) -> None:
    """Start the checkpoint of a file that is held open, beside what its holder does next; ask for it once.

    Else the last closing makes its holder wait for all of it: 4 s after the first run of a demo. Others read and commit
    meanwhile. While somebody's transaction is open there is none, and the closing does it all as before.
    """
    place = warehouse.absolute()
    with _LOCK:
        if place in _HOLDERS and place not in _TIDYING:
            cursor = _HOLDERS[place][0].cursor()
            _TIDYING[place] = threading.Thread(target=_checkpoint, args=(cursor,), name="checkpoint", daemon=True)
            _TIDYING[place].start()


def _checkpoint(cursor: duckdb.DuckDBPyConnection) -> None:
    with cursor, suppress(duckdb.Error):  # what does not succeed here is done, or told, at the closing
        cursor.execute("checkpoint")


def quoted(identifier: str) -> str:
    """An identifier for SQL."""
    return '"' + identifier.replace('"', '""') + '"'


def tables_of(warehouse: Path, schema: str) -> Columns:
    """DuckDB type of each column of each table of a schema; {} if there is no such schema (or no warehouse) yet."""
    return tables_by_schema(warehouse, [schema])[schema]


def tables_by_schema(warehouse: Path, schemas: Collection[str]) -> dict[str, Columns]:
    """The same of several schemas; as quick as of one, because DuckDB lists the columns of all tables for it."""
    sql = """select schema_name, table_name, column_name, data_type from duckdb_columns()
        where database_name = current_database() and schema_name in (select unnest(?))
        order by table_name, column_index"""
    found: dict[str, Columns] = {schema: {} for schema in schemas}
    for schema, table, column, kind in rows(warehouse, sql, [list(schemas)]):
        found[schema].setdefault(table, {})[column] = kind
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
