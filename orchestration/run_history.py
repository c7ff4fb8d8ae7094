"""Dagster's event log in SQLite, with its connections kept open, its statements made once and a commit an event.

Dagster's own class makes an engine, several connections and the SQL anew for every event: 15-20 ms each. A run of ours
has some 2,200 events (of each table and check), which cost 2 to 3 ms each with all that Dagster does for them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import sqlalchemy as db
from dagster import AssetKey, DagsterEventType, EventLogEntry, EventLogRecord
from dagster._core.events import ASSET_CHECK_EVENTS, ASSET_EVENTS
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable, AssetKeyTable, SqlEventLogStorageTable
from dagster._serdes import ConfigurableClassData

_BUSY_TIMEOUT_SECONDS = 60
_CHECK_PLANNED = DagsterEventType.ASSET_CHECK_EVALUATION_PLANNED
# Made once: SQLAlchemy takes longer to put a statement together than SQLite to carry it out.
_INSERT_EVENT = SqlEventLogStorageTable.insert()
_RENEW_ASSET = AssetKeyTable.update().where(AssetKeyTable.c.asset_key == db.bindparam("of_asset"))


class RunHistory(ConsolidatedSqliteEventLogStorage):
    """Named in dagster.yaml as the `event_log_storage`."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engine: db.engine.Engine | None = None
        self._open = threading.local()
        self._tables: set[str] = set()
        self._stored: dict[str, tuple[str, EventLogRecord]] = {}
        super().__init__(base_dir, inst_data)

    @contextmanager
    def _connect(self) -> Iterator[db.engine.Connection]:
        outer: db.engine.Connection | None = getattr(self._open, "connection", None)
        if outer is not None:  # what this thread does within a block is committed at the block's end
            yield outer
            return
        if self._engine is None:
            self._engine = db.create_engine(
                self._conn_string, connect_args={"timeout": _BUSY_TIMEOUT_SECONDS, "check_same_thread": False}
            )
            db.event.listen(self._engine, "connect", _relax)
        with self._engine.connect() as connection, connection.begin():
            self._open.connection = connection
            try:
                yield connection
            finally:
                del self._open.connection

    def store_event(self, event: EventLogEntry) -> None:
        """Store an event and what follows from it in one transaction, where the class above makes three."""
        with self._connect() as connection:
            event_id = connection.execute(_INSERT_EVENT, self._event_to_row(event)).lastrowid
            happened = event.dagster_event
            if happened is None:
                return
            if happened.event_type in ASSET_EVENTS and happened.asset_key:
                self._store_asset_event_tags(connection, [event], [event_id])
                self._store_asset_event(connection, event, event_id)
            if happened.event_type in ASSET_CHECK_EVENTS:
                self.store_asset_check_event(event, event_id)

    def _store_asset_event(self, connection: db.engine.Connection, event: EventLogEntry, event_id: int) -> None:
        values = self._get_asset_entry_values(event, event_id, has_asset_key_index_cols=True)
        key = event.get_dagster_event().asset_key
        if not values or key is None:
            return
        if "last_materialization" in values:
            self._stored[key.to_string()] = values["last_materialization"], EventLogRecord(event_id, event)
        if not connection.execute(_RENEW_ASSET, {"of_asset": key.to_string(), **values}).rowcount:
            connection.execute(AssetKeyTable.insert(), {"asset_key": key.to_string(), **values})

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store many events in one transaction (the planned events of a run come together)."""
        with self._connect() as connection:
            planned = [event for event in events if event.dagster_event_type is _CHECK_PLANNED]
            if planned:
                self._store_planned_checks(connection, planned)
            super().store_event_batch([event for event in events if event.dagster_event_type is not _CHECK_PLANNED])

    def _store_planned_checks(self, connection: db.engine.Connection, events: Sequence[EventLogEntry]) -> None:
        """What the class above does for one event in two statements of its own, for all of them in two."""
        newest = db.select(db.func.coalesce(db.func.max(SqlEventLogStorageTable.c.id), 0))
        rows = [self._event_to_row(event) for event in events]
        connection.execute(SqlEventLogStorageTable.insert(), rows)  # holds the one lock on writing from here on
        last: int = connection.execute(newest).scalar_one()
        checks = [
            {
                "asset_key": planned.asset_key.to_string(),
                "check_name": planned.check_name,
                "run_id": event.run_id,
                "execution_status": AssetCheckExecutionRecordStatus.PLANNED.value,
                "evaluation_event": row["event"],
                "evaluation_event_timestamp": row["timestamp"],
                "evaluation_event_storage_id": storage_id,
            }
            for storage_id, event, row in zip(range(last - len(rows) + 1, last + 1), events, rows, strict=True)
            for planned in [event.get_dagster_event().asset_check_planned_data]
        ]
        connection.execute(AssetCheckExecutionsTable.insert(), checks)

    def _get_latest_materialization_records(
        self, raw_asset_rows: Sequence[Mapping[str, Any]]
    ) -> Mapping[AssetKey, EventLogRecord | None]:
        """As above; what this process has stored itself is not read anew (each table's output asks for its inputs')."""
        known: dict[AssetKey, EventLogRecord | None] = {}
        others = []
        for row in raw_asset_rows:
            text, record = self._stored.get(row["asset_key"], (None, None))
            key = AssetKey.from_db_string(row["asset_key"])
            # Whoever wipes an asset leaves its last materialization where it was, and says so in its details.
            is_ours = text == row["last_materialization"] and not row["asset_details"]
            if record is not None and key is not None and is_ours:
                known[key] = record
            else:
                others.append(row)
        return {**known, **super()._get_latest_materialization_records(others)} if others else known

    def _has_asset_key_col_on_connection(self, _conn: db.engine.Connection, _column_name: str) -> bool:
        return True  # since Dagster 0.14; asked of the database for every event and every look at an asset otherwise

    def has_asset_key_col(self, _column_name: str) -> bool:
        """Whether the table of assets has the column; without asking, for the same reason."""
        return True

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
