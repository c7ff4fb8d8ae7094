"""Dagster's event log in SQLite, with its connections kept open.

Dagster's own class makes an engine, a connection and a fresh compilation of the SQL for every event: 15-20 ms each.
A run of ours has some 1,300 events (a planned and a final one for each table and check), so that was 20 s of every
run. Kept open, an event costs about 2 ms.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as db
from dagster import EventLogEntry
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from dagster._serdes import ConfigurableClassData

_BUSY_TIMEOUT_SECONDS = 60


class RunHistory(ConsolidatedSqliteEventLogStorage):
    """Named in dagster.yaml as the `event_log_storage`."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engine: db.engine.Engine | None = None
        self._batch = threading.local()
        self._tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    @contextmanager
    def _connect(self) -> Iterator[db.engine.Connection]:
        batch: db.engine.Connection | None = getattr(self._batch, "connection", None)
        if batch is not None:
            yield batch
            return
        if self._engine is None:
            self._engine = db.create_engine(
                self._conn_string, connect_args={"timeout": _BUSY_TIMEOUT_SECONDS, "check_same_thread": False}
            )
            db.event.listen(self._engine, "connect", _relax)
        with self._engine.connect() as connection, connection.begin():
            yield connection

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store many events in one transaction (the planned events of a run come together)."""
        with self._connect() as connection:
            self._batch.connection = connection
            try:
                super().store_event_batch(events)
            finally:
                del self._batch.connection

    def has_table(self, table_name: str) -> bool:
        """Whether the database has the table; asked again for every check, and true for good once it is."""
        if table_name not in self._tables and super().has_table(table_name):
            self._tables.add(table_name)
        return table_name in self._tables

    def dispose(self) -> None:
        """Close the connections."""
        super().dispose()  # type: ignore[no-untyped-call] # Dagster's is not annotated
        if self._engine is not None:
            self._engine.dispose()


def _relax(connection: Any, _record: Any) -> None:
    # With the write-ahead log this can lose the last events to a power cut, never the file; a kill loses nothing.
    connection.execute("pragma synchronous = normal")
