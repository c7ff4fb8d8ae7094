"""Rows whose record is gone: they stay, marked `is_deleted`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.frames import FLAG
from ingestion.warehouse import fetch, quoted, tables_of


def living(page: pa.Table) -> pa.Table:
    """The page with `is_deleted` = false in each row."""
    return page.append_column("is_deleted", pa.repeat(pa.scalar(False, FLAG), page.num_rows))


def marked_deleted(
    warehouse: Path, dataset: str, table: str, condition: str, parameters: Sequence[Any] = ()
) -> pa.Table | None:
    """The rows that meet an SQL condition and are not marked yet, marked; None if there are none."""
    sql = f"""select * exclude (_dlt_load_id) replace (true as is_deleted) from {quoted(dataset)}.{quoted(table)}
        where ({condition}) and not coalesce(is_deleted, false)"""
    found = fetch(warehouse, sql, parameters)
    return found if found is not None and found.num_rows else None


def snapshot_changes(
    warehouse: Path, dataset: str, table: str, key: Sequence[str], page: pa.Table, scope: str = "true"
) -> pa.Table | None:
    """What a complete listing changes in a raw table: new and changed rows, and those that are no longer listed.

    `scope` is an SQL condition for the rows that the listing is complete about. None if nothing changes.
    """
    stored = tables_of(warehouse, dataset).get(table)
    listed = living(page)
    if stored is None:
        return listed
    if set(listed.column_names) - stored.keys():
        changed = "select * from listed"
    else:
        columns = ", ".join(quoted(name) for name in listed.column_names)
        changed = f"select * from listed except select {columns} from {quoted(dataset)}.{quoted(table)}"
    matched = " and ".join(f"listed.{quoted(name)} = stored.{quoted(name)}" for name in key)
    gone = f"""select * exclude (_dlt_load_id) replace (true as is_deleted)
        from {quoted(dataset)}.{quoted(table)} as stored
        where ({scope}) and not is_deleted and not exists (select 1 from listed where {matched})"""
    with duckdb.connect(str(warehouse)) as connection:
        connection.register("listed", listed)
        found = connection.execute(f"({changed}) union all by name ({gone})").to_arrow_table()
    return found if found.num_rows else None
