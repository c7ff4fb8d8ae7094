"""What orchestration itself reads from and writes to the warehouse: row counts, results of checks, transactions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

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


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All or nothing; and one commit, where that of each statement would cost a checkpoint."""
    connection.begin()
    try:
        yield
        connection.commit()
    except BaseException:
        connection.rollback()
        raise


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


def rows_if_any(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] = ()
) -> list[tuple[Any, ...]]:
    """All rows of a query; none where its tables do not exist yet."""
    try:
        return connection.execute(query, list(parameters)).fetchall()
    except duckdb.CatalogException:
        return []
