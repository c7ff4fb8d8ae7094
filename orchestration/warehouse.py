"""What orchestration itself reads from and writes to the working file: row counts and the results of checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration import contents

_CHECK_RESULTS = """
create schema if not exists ops;
create table if not exists ops.check_results (
    run_id varchar not null, suite varchar not null, check_name varchar not null, table_name varchar not null,
    severity varchar not null, is_blocking boolean not null, is_passed boolean not null,
    observed varchar, expected varchar, unexpected_count bigint, checked_at timestamp not null
);
"""


@dataclass(frozen=True)
class Check:
    """One evaluated check: a dbt test or an expectation of a suite."""

    suite: str
    check_name: str
    table_name: str
    severity: str
    is_blocking: bool
    is_passed: bool
    observed: str | None = None
    expected: str | None = None
    unexpected_count: int | None = None


class KeptOpen:
    """Keeps DuckDB's instance of the file in this process, so that whoever opens it meanwhile waits 1 ms, not 250.

    A first connection reads the whole catalogue, a last one writes a checkpoint, and a run opens the file 100 times.
    """

    def __init__(self, warehouse: Path) -> None:
        self._warehouse = warehouse
        self._connection: duckdb.DuckDBPyConnection | None = None

    def begin(self) -> None:
        """From now on, if the file is there; one that cannot be opened is told by the step that needs it."""
        if self._connection is None and self._warehouse.exists():
            with suppress(duckdb.Error):
                self._connection = duckdb.connect(str(self._warehouse))

    def end(self) -> None:
        """Until now."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def row_counts(warehouse: Path, tables: Iterable[str]) -> dict[str, int]:
    """Rows of each `schema.table` that exists; the others are left out."""
    wanted = set(tables)
    with duckdb.connect(str(warehouse)) as connection:
        present = sorted(wanted & contents.tables(connection))
        if not present:
            return {}
        counts = [f"select '{name}', count(*) from {contents.quoted(name)}" for name in present]
        return dict(connection.execute(" union all ".join(counts)).fetchall())


def record_checks(warehouse: Path, run_id: str, checks: Sequence[Check]) -> None:
    """Append the results of one run's checks to `ops.check_results`."""
    if not checks:
        return
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = [(run_id, *astuple(check), now) for check in checks]
    columns = [list(column) for column in zip(*rows, strict=True)]
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(_CHECK_RESULTS)
        connection.execute(f"insert into ops.check_results select {', '.join(['unnest(?)'] * len(columns))}", columns)
