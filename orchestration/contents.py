"""The content of a table as one hash: equal tables have equal hashes, whatever the order of their rows."""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True)
class Content:
    """`shape` is the columns' names and types; `digest` covers the shape and every row, duplicates included."""

    shape: str
    digest: str
    row_count: int


def content(connection: duckdb.DuckDBPyConnection, table: str) -> Content:
    """The content of `schema.table`; dlt's own columns (`_dlt_*`) say when a row came, not what it says."""
    columns = connection.execute(f"describe {quoted(table)}").fetchall()
    kept = [(name, kind) for name, kind, *_ in columns if not name.startswith("_dlt_")]
    shape = ", ".join(f"{name} {kind}" for name, kind in kept)
    entry = ", ".join(f'"{name}"' for name, _ in kept)
    rows = connection.execute(
        "select md5(concat_ws('|', ?, count(*), sum(hash(entry)), bit_xor(hash(entry)))), count(*)"
        f" from (select {entry} from {quoted(table)}) as entry",
        [shape],
    ).fetchall()
    digest, row_count = rows[0]
    return Content(shape, digest, row_count)


def content_of_each(connection: duckdb.DuckDBPyConnection, tables: Iterable[str]) -> dict[str, Content]:
    """The same of many tables, several at a time: DuckDB takes one thread for a table of up to 120,000 rows."""

    def look(table: str) -> tuple[str, Content]:
        with connection.cursor() as cursor:
            return table, content(cursor, table)

    with ThreadPoolExecutor(os.cpu_count(), thread_name_prefix="contents") as side:
        return dict(side.map(look, tables))


def quoted(table: str) -> str:
    """`schema.table` as identifiers."""
    return ".".join(f'"{part}"' for part in table.split("."))


def literal(value: Path | str) -> str:
    """A path or text as an SQL text: where DuckDB takes no parameter (attach, copy, set, views)."""
    return "'" + str(value).replace("'", "''") + "'"


def tables(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Every table and view of the open file as `schema.table`."""
    rows = connection.execute(
        "select table_schema || '.' || table_name from information_schema.tables"
        " where table_catalog = current_database()"
    ).fetchall()
    return {name for (name,) in rows}
