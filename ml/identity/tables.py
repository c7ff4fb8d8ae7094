"""The tables that identity works with: its SQL, temporary tables of rows computed in Python, the seeds."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import duckdb
import pyarrow as pa


def statement(name: str, **parts: object) -> str:
    """The SQL of `sql/<name>.sql`, with identifiers and figures filled in."""
    text = (files("ml.identity") / "sql" / f"{name}.sql").read_text("utf-8")
    return text.format(**parts) if parts else text


def save(
    connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, pa.DataType], rows: Sequence[Sequence[object]]
) -> None:
    """Make a temporary table of rows computed in Python."""
    lists = {name: pa.array([row[place] for row in rows], kind) for place, (name, kind) in enumerate(columns.items())}
    save_table(connection, table, pa.table(lists))


def save_table(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table) -> None:
    """Make a temporary table of a table in memory."""
    connection.register("incoming", rows)
    connection.execute(f"create or replace temp table {table} as select * from incoming")
    connection.unregister("incoming")


def seed_rows(connection: duckdb.DuckDBPyConnection, seed: str, columns: str) -> list[tuple[Any, ...]]:
    """The rows of a seed; none where the warehouse holds no such seed."""
    try:
        return connection.execute(f"select {columns} from seeds.{seed} order by all").fetchall()
    except duckdb.CatalogException:
        return []


def setting(connection: duckdb.DuckDBPyConnection, name: str) -> str | None:
    """What the seed identity_settings says; None where it says nothing."""
    return dict(seed_rows(connection, "identity_settings", "setting, value")).get(name)
