"""The two files a world is written to."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType

import duckdb
import pyarrow as pa

SCHEMAS = Path(__file__).parent / "schema"


class Store:
    """A DuckDB file under construction: tables from schema files, filled by column name, in one transaction."""

    def __init__(self, path: Path, *schema_files: str) -> None:
        path.unlink(missing_ok=True)
        path.with_name(path.name + ".wal").unlink(missing_ok=True)
        self.connection = duckdb.connect(str(path))
        self.rows: dict[str, int] = {}
        self.connection.execute("set enable_progress_bar = false")
        self.connection.execute("begin")
        for name in schema_files:
            self.connection.execute((SCHEMAS / name).read_text("utf-8"))

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.connection.execute("commit")
        self.connection.close()

    def insert(self, table: str, columns: dict[str, pa.Array | pa.ChunkedArray], order_by: str | None = None) -> None:
        """Append rows; columns that are not named stay null. `table` is written as in SQL, quoted where needed.

        `order_by` names a unique column to sort by, so that the order of rows does not tell how they were made.
        """
        rows = pa.table(columns)
        self.connection.register("incoming", rows)
        order = f'order by "{order_by}"' if order_by else ""
        self.connection.execute(f"insert into {table} by name select * from incoming {order}")
        self.connection.unregister("incoming")
        name = table.replace('"', "")
        self.rows[name] = self.rows.get(name, 0) + rows.num_rows
