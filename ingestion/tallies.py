"""What a load left in the raw tables: unique keys, rows counted by the load that brought them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from ingestion.rounds import Table
from ingestion.warehouse import quoted, tables_of


@dataclass
class Tally:
    """Rows that are new or changed, by table, and how many of them say that their record is gone."""

    rows: dict[str, int] = field(default_factory=dict)
    deleted: int = 0

    def add(self, other: Tally) -> None:
        """Count another load on top."""
        for table, rows in other.rows.items():
            self.rows[table] = self.rows.get(table, 0) + rows
        self.deleted += other.deleted


def settle(warehouse: Path, dataset: str, tables: Sequence[Table], loads: Sequence[str]) -> Tally:
    """Leave one row of each key that these loads touched, the latest (of an immutable table the first), and count.

    Loading a file and noting that it is loaded are two steps in dlt: a process killed between them loads it twice.
    """
    tally = Tally()
    if not loads:
        return tally
    columns = tables_of(warehouse, dataset)
    with duckdb.connect(str(warehouse)) as connection:
        for table in tables:
            if table.name not in columns:
                continue
            name = f"{quoted(dataset)}.{quoted(table.name)}"
            _make_unique(connection, name, table, loads)
            deleted = "count(*) filter (where is_deleted)" if "is_deleted" in columns[table.name] else "0"
            counts = f"select count(*), {deleted} from {name} where _dlt_load_id in (select unnest(?))"
            rows, gone = connection.execute(counts, [list(loads)]).fetchall()[0]
            if rows:
                tally.rows[table.name] = rows
            tally.deleted += gone
    return tally


def _make_unique(connection: duckdb.DuckDBPyConnection, name: str, table: Table, loads: Sequence[str]) -> None:
    key, sent = ", ".join(quoted(column) for column in table.key), {"loads": list(loads)}
    rows = f"{name} semi join (select {key} from {name} where _dlt_load_id in (select unnest($loads))) using ({key})"
    others = f"select 1 from {name} where _dlt_load_id not in (select unnest($loads)) limit 1"
    if not connection.execute(others, sent).fetchall():
        rows = f"{name} where $loads is not null"  # a first fill: there is nothing else to be compared with
    repeated = f"select 1 from {rows} group by {key} having count(*) > 1 limit 1"
    if not connection.execute(repeated, sent).fetchall():
        return
    latest = f"{quoted(table.version)} desc nulls last, rowid desc" if table.version else "rowid desc"
    if table.immutable:
        latest = "rowid"
    connection.execute(
        f"""
        delete from {name} where rowid in (
            select place from (
                select rowid as place, row_number() over (partition by {key} order by {latest}) as number from {rows}
            ) as numbered where number > 1
        )""",
        sent,
    )
