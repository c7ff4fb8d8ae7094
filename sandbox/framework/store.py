"""The mutable copy of the world, in DuckDB: many readers, one writer at a time."""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

MEMORY_LIMIT = "1GB"
LOG = """
create schema if not exists sandbox;
create sequence if not exists sandbox.write_numbers;
create sequence if not exists sandbox.record_numbers start 1;
create table if not exists sandbox.writes (
    seq bigint default nextval('sandbox.write_numbers'), "at" timestamp, service varchar, object varchar,
    record_id varchar, operation varchar, actor varchar, before varchar, after varchar
);
create table if not exists sandbox.settings (name varchar primary key, value varchar);
"""


class Undo(Exception):  # noqa: N818  (a decision, not a fault)
    """Raised inside `Store.write` to take everything back; caught by who opened it."""


class Store:
    """State of all services: `home/state.duckdb`, copied from `home/world.duckdb` when absent."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.world = home / "world.duckdb"
        self.scratch = home / "scratch"
        self._state = home / "state.duckdb"
        self._first = home / "first.duckdb"
        self._first.unlink(missing_ok=True)  # of another life, and perhaps of another world
        self._lock = threading.RLock()
        self._thread = threading.local()
        self.changed = True  # since `reset`; a sandbox nobody wrote to is reset at no cost
        if not self._state.exists():
            self._copy()
        self._connection = self._open()
        self._adopt()

    def _copy(self) -> None:
        fresh = self._state.with_suffix(".new")
        shutil.copyfile(self._first if self._first.exists() else self.world, fresh)
        fresh.replace(self._state)
        self._state.with_name(self._state.name + ".wal").unlink(missing_ok=True)

    def _open(self) -> duckdb.DuckDBPyConnection:
        try:
            connection = duckdb.connect(str(self._state))  # first: it fails when another sandbox has this home open
        except duckdb.IOException as error:
            raise OSError(f"{self._state} cannot be opened, another sandbox may be using it: {error}") from None
        shutil.rmtree(self.scratch, ignore_errors=True)
        self.scratch.mkdir(parents=True)
        connection.execute(f"set memory_limit = '{MEMORY_LIMIT}'")
        connection.execute("set timezone = 'UTC'")
        results = str(self.scratch / "results.duckdb").replace("'", "''")
        connection.execute(f"attach '{results}' as scratch")
        connection.execute(LOG)
        return connection

    def _adopt(self) -> None:
        """Copy what the world has gained since the state was made: the schemas of services that are new here."""
        world = str(self.world).replace("'", "''")
        schemas = "select distinct schema_name from duckdb_tables() where database_name = "
        with self.read() as cursor:
            cursor.execute(f"attach '{world}' as world (read_only)")
            gained = cursor.execute(f"{schemas} 'world' except {schemas} current_database()").fetchall()
            for (schema,) in gained:
                cursor.execute(f'create schema if not exists "{schema}"')
                named = "select table_name from duckdb_tables() where database_name = 'world' and schema_name = ?"
                for (table,) in cursor.execute(named, [schema]).fetchall():
                    cursor.execute(f'create table "{schema}"."{table}" as from world."{schema}"."{table}"')
            cursor.execute("detach world")

    @contextmanager
    def read(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a cursor for reading, or for tables in the `scratch` database; inside a `write`, the writer's."""
        writing: duckdb.DuckDBPyConnection | None = getattr(self._thread, "cursor", None)
        if writing:
            yield writing
            return
        cursor = self._connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()

    @contextmanager
    def write(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a cursor in a transaction, committed at the end and rolled back on any exception.

        Inside another `write` of the same thread it is part of that one's transaction.
        """
        if hasattr(self._thread, "cursor"):
            yield self._thread.cursor
            return
        with self._lock, self.read() as cursor:
            self.changed, self._thread.cursor = True, cursor
            cursor.execute("begin")
            try:
                yield cursor
            except BaseException:
                cursor.execute("rollback")
                raise
            else:
                cursor.execute("commit")
            finally:
                del self._thread.cursor

    @contextmanager
    def define(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a cursor for changing tables; DuckDB takes only one such change per transaction."""
        with self._lock, self.read() as cursor:
            self.changed = True
            yield cursor

    def drop_result(self, table: str) -> None:
        """Drop a table of results once it has been read."""
        with self.read() as cursor:
            cursor.execute(f'drop table if exists scratch."{table}"')

    def reset(self) -> None:
        """Go back to the world as it was generated, or as the services had prepared it when `keep_first` was called."""
        with self._lock:
            self._connection.execute("pragma disable_checkpoint_on_shutdown")  # what is thrown away need not be tidy
            self._connection.close()
            self._copy()
            self._connection = self._open()

    def keep_first(self) -> None:
        """Let every further `reset` lead back to what the store holds now."""
        if not self._first.exists():
            with self._lock:
                self._connection.execute("checkpoint")
                shutil.copyfile(self._state, self._first)

    def close(self) -> None:
        """Write everything to disk and let go of the file."""
        with self._lock:
            self._connection.close()
            self._first.unlink(missing_ok=True)
            shutil.rmtree(self.scratch, ignore_errors=True)
