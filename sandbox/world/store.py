"""The two files a world is written to."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow as pa

SCHEMAS = Path(__file__).parent / "schema"


class Store:
    """A DuckDB file under construction: tables from a schema file, filled column by column name."""

    def __init__(self, path: Path, *schema_files: str) -> None:
        path.unlink(missing_ok=True)
        path.with_name(path.name + ".wal").unlink(missing_ok=True)
        self.connection = duckdb.connect(str(path))
        self.rows: dict[str, int] = {}
        for name in schema_files:
            self.connection.execute((SCHEMAS / name).read_text("utf-8"))

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.connection.close()

    def insert(self, table: str, columns: dict[str, pa.Array | pa.ChunkedArray]) -> None:
        """Append rows; columns that are not named stay null. `table` is written as in SQL, quoted where needed."""
        rows = pa.table(columns)
        self.connection.register("incoming", rows)
        self.connection.execute(f"insert into {table} by name select * from incoming")
        self.connection.unregister("incoming")
        name = table.replace('"', "")
        self.rows[name] = self.rows.get(name, 0) + rows.num_rows
