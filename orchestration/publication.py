"""Publishing: the working file's tables become a second, read-only file that is swapped in by an atomic rename.

A reader keeps the file it opened and never sees half a build; a kill at any moment leaves the published file as it was.
Publishing costs what changed: each table's content hash is kept in the published file, an unchanged table is not
written again, and when nothing changed the file is not touched. A large table is written in the order of its accounts,
so that the page of one account reads a few groups of rows and not all of them.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, SimpleQueue

import duckdb

from ingestion.warehouse import ROW_GROUP
from orchestration import contents, run_lock
from orchestration.contents import Content
from orchestration.errors import RequestFault
from orchestration.warehouse import transaction

MARTS = "marts"
OPS = "ops"
# What people and BI read of `ops`; the rest (ledger, tickets, ...) is the engine's memory and is not published.
REPORTS = frozenset(
    {
        "ops.api_usage",
        "ops.check_results",
        "ops.ingestion_runs",
        "ops.step_resources",
        "ops.sync_conflicts",
        "ops.sync_drifts",
        "ops.sync_records",
        "ops.sync_runs",
    }
)

# Goes along with what changed and is no reason to publish by itself: a run writes it when all else is published.
_ALONG = frozenset({"ops.step_resources"})

_SIDE_BY_SIDE = 2  # connections that copy: most tables are too small for DuckDB to use two threads on

# What a page is about. A table of less than a group of rows gains nothing by an order.
_ORDER = "account_id"

_HASHES = """
create table if not exists meta.published_tables (
    table_name varchar primary key,
    content_hash varchar not null,
    row_count bigint not null,
    published_at timestamp not null
)
"""


@dataclass(frozen=True)
class Publication:
    """What one publish did: full table names, the rows now published and the seconds it took."""

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    rows: dict[str, int]
    seconds: float

    @property
    def touched(self) -> bool:
        """Whether the published file was replaced."""
        return bool(self.written or self.removed)


def publish(working: Path, published: Path, schema: str, *, is_afresh: bool = False) -> Publication:
    """Bring `schema` of the published file up to date with the working file.

    `is_afresh` makes a file that holds nothing else, and drops the publication that a rollback would bring back.

    One publisher at a time (the caller holds the run lock). Raises duckdb.Error or OSError and leaves the published
    file as it was.
    """
    started = time.monotonic()
    with duckdb.connect(str(working)) as connection:
        desired = contents.content_of_each(connection, _tables(connection, schema))
        present = None if is_afresh else _published(connection, published, schema)
        known = present or {}
        changed = [table for table, content in desired.items() if known.get(table) != content.digest]
        removed = [table for table in known if table not in desired]
        if _ALONG.issuperset(changed):
            changed = []
        if changed or removed or present is None:
            if schema == MARTS and present is not None:
                _keep_previous(published)
            with _next_file(published, copied=present is not None) as following:
                _write(connection, following, {table: desired[table] for table in changed}, removed)
    if is_afresh:
        _discard(_previous(published))
    return Publication(
        written=tuple(changed),
        unchanged=tuple(table for table in desired if table not in changed),
        removed=tuple(removed),
        rows={table: content.row_count for table, content in desired.items()},
        seconds=time.monotonic() - started,
    )


def roll_back(home: Path, published: Path) -> datetime:
    """Give readers the marts that were published before, and return when that was (UTC); a second time undoes it.

    Raises RunActive, or RequestFault when no earlier publication is kept.
    """
    previous, swapped = _previous(published), published.with_name(f"{published.name}.swap")
    with run_lock.hold(home):
        if not previous.exists():
            raise RequestFault(f"{previous} does not exist: only one publication was made so far.")
        with duckdb.connect(str(previous), read_only=True) as connection:
            ((at,),) = connection.execute("select max(published_at) from meta.published_tables").fetchall()
        _discard(swapped)
        link_or_copy(published, swapped)
        previous.replace(published)
        swapped.replace(previous)
        _sync_to_disk(published.parent)
    published_at: datetime = at
    return published_at


def _previous(published: Path) -> Path:
    return published.with_suffix(".previous.duckdb")


def _keep_previous(published: Path) -> None:
    """Readers of the old publication and a rollback share one file: a link costs nothing."""
    fresh = published.with_name(f"{published.name}.previous")
    _discard(fresh)
    link_or_copy(published, fresh)
    fresh.replace(_previous(published))
    fresh.unlink(missing_ok=True)  # a rename between two names of one file does nothing


def _tables(connection: duckdb.DuckDBPyConnection, schema: str) -> list[str]:
    found = [table for table in contents.tables(connection) if table.startswith(f"{schema}.")]
    return sorted(table for table in found if schema != OPS or table in REPORTS)


def _published(connection: duckdb.DuckDBPyConnection, published: Path, schema: str) -> dict[str, str] | None:
    """Content hashes by table; None when there is nothing to build on (no file, or one that cannot be read)."""
    if not published.exists():
        return None
    try:
        connection.execute(f"attach {contents.literal(published)} as published (read_only)")
    except duckdb.Error:  # damaged, of another version, or locked by somebody who opened it for writing
        return None
    try:
        rows = connection.execute(
            "select table_name, content_hash from published.meta.published_tables where starts_with(table_name, ?)",
            [f"{schema}."],
        ).fetchall()
    finally:
        connection.execute("detach published")
    return dict(rows)


@contextmanager
def _next_file(published: Path, *, copied: bool) -> Iterator[Path]:
    """A writable file, a copy of the published one or empty, that takes its place when the block ends well."""
    following = published.with_name(f"{published.name}.next")
    _discard(following)  # left over by a killed publish
    try:
        if copied:
            shutil.copyfile(published, following)
        yield following
        _sync_to_disk(following)
        following.chmod(0o444)
        following.replace(published)
        _sync_to_disk(published.parent)
    finally:
        _discard(following)


def _write(
    connection: duckdb.DuckDBPyConnection, following: Path, changed: dict[str, Content], removed: list[str]
) -> None:
    connection.execute(f"attach {contents.literal(following)} as following")
    try:
        connection.execute("create schema if not exists following.meta")
        connection.execute(_HASHES.replace("meta.", "following.meta."))
        with transaction(connection):
            for table in (*removed, *changed):
                connection.execute(f"drop table if exists following.{contents.quoted(table)}")
                connection.execute("delete from following.meta.published_tables where table_name = ?", [table])
        # Blocks of the dropped tables are free only after a checkpoint: without it the file grows by each publish.
        connection.execute("checkpoint following")
        now = datetime.now(UTC).replace(tzinfo=None)
        ordered = _ordered(connection)
        for schema in {table.partition(".")[0] for table in changed}:
            connection.execute(f'create schema if not exists following."{schema}"')
        waiting: SimpleQueue[tuple[str, str]] = SimpleQueue()
        for table in sorted(changed, key=lambda table: changed[table].row_count, reverse=True):
            is_sorted = table in ordered and changed[table].row_count > ROW_GROUP
            waiting.put((table, f" order by {_ORDER}" if is_sorted else ""))
        with ThreadPoolExecutor(_SIDE_BY_SIDE, thread_name_prefix="publish") as side:
            for copying in [side.submit(_copy, connection, waiting) for _ in range(_SIDE_BY_SIDE)]:
                copying.result()
        with transaction(connection):
            for table, content in changed.items():
                connection.execute(
                    "insert into following.meta.published_tables values (?, ?, ?, ?)",
                    [table, content.digest, content.row_count, now],
                )
        connection.execute("checkpoint following")
    finally:
        connection.execute("detach following")


def _copy(connection: duckdb.DuckDBPyConnection, waiting: SimpleQueue[tuple[str, str]]) -> None:
    with connection.cursor() as cursor, transaction(cursor):
        while True:
            try:
                table, order = waiting.get_nowait()
            except Empty:
                return
            name = contents.quoted(table)
            cursor.execute(f"create table following.{name} as select * from {name}{order}")


def _ordered(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The tables that have what pages are looked up by."""
    rows = connection.execute(
        "select schema_name || '.' || table_name from duckdb_columns()"
        " where database_name = current_database() and column_name = ?",
        [_ORDER],
    ).fetchall()
    return {table for (table,) in rows}


def link_or_copy(source: Path, target: Path) -> None:
    """Make `target` the same file as `source`, or a copy where the file system has no links."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _discard(file: Path) -> None:
    file.unlink(missing_ok=True)
    file.with_name(f"{file.name}.wal").unlink(missing_ok=True)


def _sync_to_disk(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
