"""Seed files as typed tables, as dbt would load them: for trials of rules that must not touch the warehouse."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.seeds.declarations import read_declarations
from expectations.seeds.files import read_seed


def load_tables(connection: duckdb.DuckDBPyConnection, schema: str, project_dir: Path, names: Collection[str]) -> None:
    """Create `schema.<seed>` for each of the named seeds of a dbt project.

    The seeds must be without fault (`validate`): a cell that is not of its column's type raises duckdb.Error.
    """
    folder = project_dir / "seeds"
    declared = read_declarations(folder).seeds
    paths = {path.stem: path for path in folder.rglob("*.csv")}
    for name in sorted(names):
        declaration = declared[name]
        seed, _ = read_seed(paths[name], declaration)
        columns = {
            column: pa.array([row.get(column) or None for _, row in seed.rows], pa.string())
            for column in declaration.columns
        }
        connection.register("cells", pa.table(columns))
        typed = ", ".join(
            f'cast("{column.name}" as {column.data_type}) as "{column.name}"' for column in declaration.columns.values()
        )
        connection.execute(f'create table {schema}."{name}" as select {typed} from cells')
        connection.unregister("cells")
