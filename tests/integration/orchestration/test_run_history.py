"""Our storage of Dagster's events says what Dagster's own class says of the same file."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage

from orchestration.job import prepare_instance
from orchestration.run_history import RunHistory
from orchestration.settings import Settings

BASE, MIDDLE, TOP = (dg.AssetKey(["marts", name]) for name in ("base", "middle", "top"))
KEYS = [BASE, MIDDLE, TOP]


@dg.multi_asset(
    specs=[
        dg.AssetSpec(BASE, skippable=True),
        dg.AssetSpec(MIDDLE, deps=[BASE], skippable=True),
        dg.AssetSpec(TOP, deps=[MIDDLE, BASE], skippable=True),
    ],
    check_specs=[dg.AssetCheckSpec("data", asset=TOP)],
)
def tables() -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Three tables in one step, each made from those before it."""
    for key in KEYS:
        yield dg.MaterializeResult(asset_key=key, metadata={"dagster/row_count": 3})
    yield dg.AssetCheckResult(asset_key=TOP, check_name="data", passed=False, severity=dg.AssetCheckSeverity.WARN)


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    settings = Settings(home=tmp_path, project_dir=tmp_path, ca_file=None, credentials={})
    prepare_instance(settings)
    monkeypatch.setenv("DAGSTER_HOME", str(settings.dagster_home))
    with dg.DagsterInstance.get() as made:
        assert isinstance(made.event_log_storage, RunHistory)
        yield made


def run(instance: dg.DagsterInstance) -> str:
    job = dg.Definitions(assets=[tables], jobs=[dg.define_asset_job("all")]).resolve_job_def("all")
    result = job.execute_in_process(instance=instance)
    assert result.success
    return result.run_id


def assert_as_dagster_reads_it(instance: dg.DagsterInstance) -> None:
    own = ConsolidatedSqliteEventLogStorage(str(Path(instance.root_directory)))
    try:
        told = {record.asset_entry.asset_key: record for record in instance.get_asset_records(KEYS)}
        assert told == {record.asset_entry.asset_key: record for record in own.get_asset_records(KEYS)}
    finally:
        own.dispose()  # type: ignore[no-untyped-call]  # Dagster's is not annotated


def test_records_are_those_that_dagster_reads(instance: dg.DagsterInstance) -> None:
    for _ in range(2):  # the second time what was remembered of the first has to give way
        latest = run(instance)
        assert_as_dagster_reads_it(instance)
        assert {record.asset_entry.last_run_id for record in instance.get_asset_records(KEYS)} == {latest}


def test_each_table_names_the_event_of_its_inputs(instance: dg.DagsterInstance) -> None:
    run(instance)
    run(instance)
    events = {key: instance.get_latest_materialization_event(key) for key in KEYS}
    records = {record.asset_entry.asset_key: record.asset_entry for record in instance.get_asset_records(KEYS)}
    for key, parents in ((MIDDLE, [BASE]), (TOP, [BASE, MIDDLE])):
        event = events[key]
        assert event is not None
        assert event.asset_materialization is not None
        tags = event.asset_materialization.tags or {}
        for parent in parents:
            entry = records[parent].last_materialization_record
            assert entry is not None
            assert tags[f"dagster/input_event_pointer/{parent.to_user_string()}"] == str(entry.storage_id)


def test_a_wiped_asset_has_no_record_until_it_is_made_again(instance: dg.DagsterInstance) -> None:
    run(instance)
    instance.wipe_assets([MIDDLE])
    assert_as_dagster_reads_it(instance)
    instance.report_runless_asset_event(dg.AssetObservation(MIDDLE))  # shows the asset again, not what was wiped
    assert_as_dagster_reads_it(instance)
    run(instance)
    assert_as_dagster_reads_it(instance)


def test_what_another_process_stores_is_seen(instance: dg.DagsterInstance) -> None:
    run(instance)
    with dg.DagsterInstance.get() as other:
        latest = run(other)
    assert_as_dagster_reads_it(instance)
    assert {record.asset_entry.last_run_id for record in instance.get_asset_records(KEYS)} == {latest}


def test_checks_stand_as_they_ended(instance: dg.DagsterInstance) -> None:
    run(instance)
    check = dg.AssetCheckKey(TOP, "data")
    found = instance.event_log_storage.get_latest_asset_check_execution_by_key([check])[check]
    assert found.event is not None
    assert found.event.dagster_event is not None
    assert not found.event.dagster_event.asset_check_evaluation_data.passed
