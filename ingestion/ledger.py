"""`ops.ingestion_runs` and `ops.api_usage`: what each load brought and cost, also when it failed."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from connections import Usage

WRITING = threading.Lock()  # whoever makes tables in `ops`: DuckDB lets only one transaction do so at a time
_TABLES = (
    "create schema if not exists ops",
    """create table if not exists ops.ingestion_runs (
        run_id varchar, source varchar, resource varchar, rows_loaded bigint, started_at timestamp,
        finished_at timestamp, status varchar, message varchar)""",
    """create table if not exists ops.api_usage (
        run_id varchar, system varchar, calls bigint, retries bigint, errors bigint, daily_limit bigint,
        daily_remaining bigint, "at" timestamp)""",
)


def utc_now() -> datetime:
    """The time as the warehouse keeps it: UTC, without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)


@dataclass(frozen=True)
class Entry:
    """How one resource fared: status succeeded, unfinished (goes on with the next run), failed or skipped."""

    resource: str
    rows: int
    status: str
    message: str = ""


@dataclass
class RunLedger:
    """One load of one source."""

    source: str
    started_at: datetime = field(default_factory=utc_now)
    run_id: str = ""

    def __post_init__(self) -> None:
        self.run_id = f"{self.source}_{self.started_at:%Y%m%dT%H%M%S}_{uuid.uuid4().hex[:8]}"

    def write(self, warehouse: Path, entries: list[Entry], usage: Usage) -> None:
        """Append the run: a row per resource, and what it cost."""
        now = utc_now()
        runs = [
            (self.run_id, self.source, entry.resource, entry.rows, self.started_at, now, entry.status, entry.message)
            for entry in entries
        ]
        cost = (
            self.run_id, self.source, usage.calls, usage.retries, usage.errors, usage.daily_limit,
            usage.daily_remaining, now,
        )  # fmt: skip
        # Two loads that end at the same moment would both create the tables, and DuckDB lets only one of them.
        with WRITING, duckdb.connect(str(warehouse)) as connection:
            connection.begin()
            for statement in _TABLES:
                connection.execute(statement)
            if runs:
                connection.executemany("insert into ops.ingestion_runs values (?, ?, ?, ?, ?, ?, ?, ?)", runs)
            connection.execute("insert into ops.api_usage values (?, ?, ?, ?, ?, ?, ?, ?)", cost)
            connection.commit()
