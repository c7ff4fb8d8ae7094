"""What is old goes: rows of `ops` and raw history, Dagster's runs and log files, each as seed `retention` says."""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from orchestration import contents

if TYPE_CHECKING:
    import dagster as dg

LOG = logging.getLogger("marketmap.retention")

_RUNS, _LOGS = "dagster.runs", "logs.runs"
# A run has some 1,300 events, and deleting it takes a tenth of a second: what is left waits for the next run.
_MOST_RUNS = 50


def apply(warehouse: Path, logs: Path, instance: dg.DagsterInstance, now: datetime) -> dict[str, int]:
    """Remove what is older than its dataset is kept; returns what was removed by dataset. `now` is aware."""
    removed: dict[str, int] = {}
    with duckdb.connect(str(warehouse)) as connection:
        rules = connection.execute(
            "select dataset, time_column, keep_days from seeds.retention where keep_days is not null order by dataset"
        ).fetchall()
        present = contents.tables(connection)
        for dataset, column, days in rules:
            before = now.astimezone(UTC) - timedelta(days=days)
            if dataset == _RUNS:
                removed[dataset] = _old_runs(instance, before)
            elif dataset == _LOGS:
                removed[dataset] = _old_logs(logs, before)
            elif dataset in present:
                removed[dataset] = _old_rows(connection, dataset, column, before)
    return {dataset: count for dataset, count in removed.items() if count}


def _old_rows(connection: duckdb.DuckDBPyConnection, table: str, column: str, before: datetime) -> int:
    found = connection.execute(
        f'delete from {contents.quoted(table)} where "{column}" < ?', [before.replace(tzinfo=None)]
    ).fetchall()
    return int(found[0][0])


def _old_runs(instance: dg.DagsterInstance, before: datetime) -> int:
    from dagster import RunsFilter

    records = instance.get_run_records(RunsFilter(created_before=before), limit=_MOST_RUNS, ascending=True)
    ended = [record for record in records if record.dagster_run.is_finished]
    for record in ended:
        instance.delete_run(record.dagster_run.run_id)
    return len(ended)


def _old_logs(logs: Path, before: datetime) -> int:
    old = [path for path in logs.glob("run-*.log") if path.stat().st_mtime < before.timestamp()]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
