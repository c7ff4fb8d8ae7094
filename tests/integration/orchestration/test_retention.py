"""Retention: what is old goes, to the day, and nothing else."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from orchestration import retention, settings
from orchestration.assets import operations
from orchestration.resources import ActiveRun

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema seeds; create schema ops; create schema raw_marketo")
        connection.execute(
            "create table seeds.retention as select * from (values ('ops.check_results', 'checked_at', 400),"
            " ('ops.sync_records', 'at', null), ('raw_marketo.activities', 'activity_date', 30),"
            " ('ops.absent', 'at', 30), ('dagster.runs', null, 30), ('logs.runs', null, 30))"
            " as t (dataset, time_column, keep_days)"
        )
        ages = "as select timestamp '2026-11-22 03:00:00' - to_days(n) from unnest([0, 30, 31, 400, 401]) as t (n)"
        for table, column in [("ops.check_results", "checked_at"), ("ops.sync_records", "at")]:
            connection.execute(f'create table {table} ("{column}") {ages}')
        connection.execute(f"create table raw_marketo.activities (activity_date) {ages}")
    return path


def count(warehouse: Path, table: str) -> int:
    with duckdb.connect(str(warehouse)) as connection:
        return int(connection.execute(f"select count(*) from {table}").fetchall()[0][0])


def test_what_is_old_goes_and_nothing_else(warehouse: Path, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    for name, days in [("run-old.log", 31), ("run-new.log", 29), ("output.log", 31)]:
        (logs / name).touch()
        moment = (NOW - timedelta(days=days)).timestamp()
        os.utime(logs / name, (moment, moment))
    with dg.DagsterInstance.ephemeral() as instance:
        removed = retention.apply(warehouse, logs, instance, NOW)
    assert removed == {"ops.check_results": 1, "raw_marketo.activities": 3, "logs.runs": 1}
    assert count(warehouse, "ops.check_results") == 4
    assert count(warehouse, "ops.sync_records") == 5  # kept for ever
    assert count(warehouse, "raw_marketo.activities") == 2
    assert {path.name for path in logs.iterdir()} == {"run-new.log", "output.log"}


def test_old_runs_leave_dagsters_history(warehouse: Path, tmp_path: Path) -> None:
    @dg.job
    def nothing() -> None:
        pass

    with dg.DagsterInstance.ephemeral() as instance:
        run_id = nothing.execute_in_process(instance=instance).run_id
        today = datetime.now(UTC)
        assert "dagster.runs" not in retention.apply(warehouse, tmp_path, instance, today + timedelta(days=29))
        assert instance.get_run_by_id(run_id) is not None
        assert retention.apply(warehouse, tmp_path, instance, today + timedelta(days=31))["dagster.runs"] == 1
        assert instance.get_run_by_id(run_id) is None


def test_the_last_asset_says_how_many_rows_are_left_of_what_no_asset_writes(tmp_path: Path) -> None:
    current = settings.load({"MARKETMAP_HOME": str(tmp_path / "acme")}, tmp_path)
    current.home.mkdir()
    with duckdb.connect(str(current.warehouse)) as connection:
        connection.execute("create schema seeds; create schema ops; create table ops.things as from range(7)")
        connection.execute("create table seeds.retention (dataset varchar, time_column varchar, keep_days integer)")
    outside = [dg.AssetSpec(["ops", "things"]), dg.AssetSpec(["ops", "absent"])]
    cleaning = operations.cleaning(current, [spec.key for spec in outside])
    with dg.DagsterInstance.ephemeral() as instance:
        assert dg.materialize(
            [*outside, cleaning], instance=instance, resources={"run": ActiveRun(home=str(current.home))}
        ).success
        (seen,) = instance.fetch_observations(dg.AssetKey(["ops", "things"]), limit=9).records
        assert seen.asset_observation is not None
        assert seen.asset_observation.metadata["dagster/row_count"].value == 7
        assert not instance.fetch_observations(dg.AssetKey(["ops", "absent"]), limit=9).records
