"""What each destination has acknowledged: one wide table per sync, shown as ops.sync_ledger, one row per value.

A wide table makes the difference of a million records a join of two column sets (1-2 s); one row per value would be
ten times the join. A null cell = never acknowledged (unset); a cell with a null value = acknowledged as cleared.
Two columns are no fields, as their names have a blank: "remote id" (null where the record key is the remote id) and
"is ours" (we made the record there, so that we may delete it).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from reverse_etl.identifiers import literal, quoted

_CELL = 'struct("value" varchar, acknowledged_at timestamp, run_id varchar)'
_PREFIX = "sync_ledger__"
REMOTE_ID, IS_OURS = '"remote id"', '"is ours"'


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables of the ops schema that do not exist yet."""
    con.execute((Path(__file__).parent / "schema.sql").read_text(encoding="utf-8"))


def table(sync: str) -> str:
    """The quoted name of a sync's ledger."""
    return f"ops.{quoted(_PREFIX + sync)}"


def prepare_ledger(con: duckdb.DuckDBPyConnection, sync: str, targets: Iterable[str]) -> None:
    """Give the sync's ledger a column for each target field, unset in every record, and refresh ops.sync_ledger."""
    con.execute(f"""
        create table if not exists {table(sync)} (record_key varchar, {REMOTE_ID} varchar, {IS_OURS} boolean);
        alter table {table(sync)} add column if not exists {REMOTE_ID} varchar;
        alter table {table(sync)} add column if not exists {IS_OURS} boolean;
    """)
    held = {row[0].lower() for row in con.execute(f"describe {table(sync)}").fetchall()}
    missing = [target for target in targets if target.lower() not in held]
    for target in missing:
        con.execute(f"alter table {table(sync)} add column {quoted(target)} {_CELL}")
    if missing:
        _refresh_view(con)


def _refresh_view(con: duckdb.DuckDBPyConnection) -> None:
    """ops.sync_ledger(sync, record_key, field, value, acknowledged_at, run_id) over the ledgers of all syncs."""
    columns: dict[str, list[str]] = {}
    query = """
        select table_name, column_name from duckdb_columns()
        where database_name = current_database() and schema_name = 'ops' and starts_with(table_name, ?)
            and column_name <> 'record_key' and not contains(column_name, ' ')
        order by table_name, column_index
    """
    for table_name, column in con.execute(query, [_PREFIX]).fetchall():
        columns.setdefault(table_name.removeprefix(_PREFIX), []).append(column)
    parts = [
        f"select {literal(sync)} as sync, record_key, {literal(field)} as field, {quoted(field)} as cell "
        f"from {table(sync)} where {quoted(field)} is not null"
        for sync, fields in columns.items()
        for field in fields
    ]
    parts = parts or [f"select '' as sync, '' as record_key, '' as field, null::{_CELL} as cell where false"]
    con.execute(f"""
        create or replace view ops.sync_ledger as
        select sync, record_key, field, cell."value" as "value", cell.acknowledged_at, cell.run_id
        from ({" union all ".join(parts)})
    """)


def acknowledge(con: duckdb.DuckDBPyConnection, sync: str, source: str, targets: Iterable[str]) -> None:
    """Move the ledger to the values of `source` (record_key, field, value, acknowledged_at, run_id).

    `source` is a relation of this connection with at most one row per record and field.
    """
    names = list(targets)
    if not names:
        return
    cell = '{"value": "value", "acknowledged_at": acknowledged_at, "run_id": run_id}'
    picked = ", ".join(f"any_value({cell}) filter (field = {literal(name)}) as {quoted(name)}" for name in names)
    merged = ", ".join(f"{quoted(name)} = coalesce(news.{quoted(name)}, ledger.{quoted(name)})" for name in names)
    columns = ", ".join(quoted(name) for name in names)
    con.execute(f"""
        merge into {table(sync)} as ledger
        using (select record_key, {picked} from {source} group by record_key) as news
        on ledger.record_key = news.record_key
        when matched then update set {merged}
        when not matched then insert (record_key, {columns})
            values (news.record_key, {", ".join(f"news.{quoted(name)}" for name in names)})
    """)


def enrol(con: duckdb.DuckDBPyConnection, sync: str, source: str) -> None:
    """Note records that exist at the destination: `source` has record_key, remote_id and is_ours, a row per record."""
    con.execute(f"""
        merge into {table(sync)} as ledger using ({source}) as news on ledger.record_key = news.record_key
        when matched then update set {REMOTE_ID} = news.remote_id, {IS_OURS} = coalesce(ledger.{IS_OURS}, news.is_ours)
        when not matched then insert (record_key, {REMOTE_ID}, {IS_OURS})
            values (news.record_key, news.remote_id, news.is_ours)
    """)


def drop(con: duckdb.DuckDBPyConnection, sync: str, keys: str) -> None:
    """Forget records that no longer exist there; `keys` is a query of record keys."""
    con.execute(f"delete from {table(sync)} where record_key in ({keys})")


def unset(con: duckdb.DuckDBPyConnection, sync: str, source: str, targets: Iterable[str]) -> None:
    """Make the values of `source` (record_key, field) unset, so that the next run sends them again."""
    for name in targets:
        con.execute(f"""
            update {table(sync)} set {quoted(name)} = null
            where record_key in (select record_key from {source} where field = {literal(name)})
        """)
