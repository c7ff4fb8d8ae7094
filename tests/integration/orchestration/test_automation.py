"""What starts by itself: the calendar reads like one, and a micro-batch starts when something waits."""

import asyncio
import fcntl
import json
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Timer

import dagster as dg
import pytest
from dagster._core.definitions.freshness_evaluator import TimeWindowFreshnessPolicyEvaluator
from dagster._core.loader import LoadingContextForTest
from dagster._core.test_utils import freeze_time

from orchestration import automation, keys, run_lock, sensors, settings
from orchestration.errors import RunActive
from orchestration.settings import Settings


@dg.job(name=automation.NEW_LEADS)
def _new_leads() -> None:
    pass


@pytest.fixture
def current(tmp_path: Path) -> Settings:
    return settings.load({"MARKETMAP_HOME": str(tmp_path)}, tmp_path, systems={})


def _look(
    current: Settings,
    cursor: float | str | None = None,
    name: str = "new_events_and_changes",
    ended: tuple[dg.DagsterRunStatus, ...] = (),
) -> dg.SensorResult | dg.SkipReason:
    sensor = next(sensor for sensor in sensors.sensors(current) if sensor.name == name)
    with (
        dg.DagsterInstance.ephemeral() as instance,
        dg.build_sensor_context(instance, cursor=None if cursor is None else str(cursor)) as context,
    ):
        for status in ended:
            instance.create_run_for_job(_new_leads, status=status)
        found = sensor(context)
    assert isinstance(found, dg.SensorResult | dg.SkipReason)
    return found


def _requested(found: dg.SensorResult | dg.SkipReason) -> dict[str, str]:
    assert isinstance(found, dg.SensorResult)
    (request,) = found.run_requests or []
    return dict(request.tags)


def test_the_calendar_says_when_and_why() -> None:
    schedules = automation.schedules()
    assert [schedule.name for schedule in schedules] == [
        "nightly_everything",
        "hourly_scores",
        "monday_intent",
        "sundays_at_2000",
        "mondays_at_1200",
        "saturday_verification",
        "quarterly_personas",
        "half_yearly_accounts",
        "monthly_maintenance",
    ]
    assert all(str(schedule.description).startswith(f"{schedule.job_name}: ") for schedule in schedules)


def test_a_waiting_event_starts_a_micro_batch(current: Settings) -> None:
    events = current.home / "inbox" / "web_events"
    events.mkdir(parents=True)
    (events / "1-a.ndjson").write_text("{}\n", encoding="utf-8")
    assert _requested(_look(current, time.time() - 61))[automation.CAUSE] == "1 files wait"
    found = _look(current, time.time() - 30)
    assert isinstance(found, dg.SkipReason)
    assert "1 files wait" in str(found.skip_message)


def test_each_file_starts_one_run_and_leads_have_their_own(current: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox, began = current.home / "inbox", time.time()
    page_views, leads = inbox / "web_events" / "page_views", inbox / "changes" / "inbound_leads"
    for folder in (page_views, leads):
        folder.mkdir(parents=True)
    minutes, cursors = iter(range(1, 9)), {"new_events_and_changes": f"{began}", "leads_of_other_programs": f"{began}"}

    def look() -> list[str]:
        """What starts within the next minute, and for what."""
        causes, moment = [], began + 61 * next(minutes)
        monkeypatch.setattr("orchestration.sensors.time.time", lambda: moment)
        for name, cursor in cursors.items():
            found = _look(current, cursor, name)
            if isinstance(found, dg.SensorResult):
                cursors[name] = str(found.cursor)
                causes.append(_requested(found)[automation.CAUSE])
        return causes

    (page_views / "2-a.ndjson").touch()
    (leads / "3-c.open").touch()
    os.utime(leads / "3-c.open", (began + 120, began + 120))  # being written
    assert look() == ["1 files wait"]
    assert look() == []  # a file goes with the load after the one that landed it
    (leads / "3-c.open").rename(leads / "3-c.ndjson")
    (page_views / "1-d.ndjson").touch()  # was opened earlier and closed later
    assert look() == ["1 files wait", "1 files of leads wait"]
    assert look() == []
    (leads / "3-c.ndjson").unlink()
    (leads / "4-e.open").touch()
    os.utime(leads / "4-e.open", (began - 3600, began - 3600))
    assert look() == ["1 files of leads wait"]  # its writer has died


@pytest.mark.parametrize(
    ("status", "minutes", "starts"),
    [
        (dg.DagsterRunStatus.CANCELED, 16, True),
        (dg.DagsterRunStatus.FAILURE, 16, True),
        (dg.DagsterRunStatus.FAILURE, 14, False),
        (dg.DagsterRunStatus.SUCCESS, 16, False),
    ],
)
def test_a_lead_whose_run_did_not_end_well_is_taken_again(
    current: Settings, status: dg.DagsterRunStatus, minutes: int, *, starts: bool
) -> None:
    leads = current.home / "inbox" / "changes" / "inbound_leads"
    leads.mkdir(parents=True)
    (leads / "1-a.ndjson").touch()
    cursor = json.dumps({"at": time.time() - 60 * minutes, "answered": ["1-a.ndjson"]})
    found = _look(current, cursor, "leads_of_other_programs", (status,))
    assert isinstance(found, dg.SensorResult) is starts


def test_a_system_that_announces_nothing_is_asked_every_quarter_of_an_hour(current: Settings) -> None:
    assert isinstance(_look(current, time.time() - 14 * 60), dg.SkipReason)
    assert "announce nothing" in _requested(_look(current, time.time() - 16 * 60))[automation.CAUSE]
    assert _requested(_look(current))


def test_no_micro_batch_beside_a_run(current: Settings) -> None:
    with run_lock.hold(current.home):
        found = _look(current)
    assert isinstance(found, dg.SkipReason)
    assert "A run is at work" in str(found.skip_message)


def test_a_run_of_the_calendar_waits_for_another_and_its_patience_ends(tmp_path: Path) -> None:
    with (tmp_path / "run.lock").open("a+") as other:
        fcntl.flock(other, fcntl.LOCK_EX)  # as another process does
        with pytest.raises(RunActive, match="Another run works on"), run_lock.hold(tmp_path, patience_seconds=0.1):
            pass
        Timer(0.6, fcntl.flock, (other, fcntl.LOCK_UN)).start()
        with run_lock.hold(tmp_path, patience_seconds=60):
            assert run_lock.holder(tmp_path)


def test_a_killed_run_does_not_keep_the_next_one_waiting(current: Settings) -> None:
    @dg.job
    def nightly() -> None:
        pass

    def status(run: dg.DagsterRun) -> dg.DagsterRunStatus:
        found = instance.get_run_by_id(run.run_id)
        assert found is not None
        return found.status

    with dg.DagsterInstance.ephemeral() as instance:
        killed = instance.create_run_for_job(nightly, status=dg.DagsterRunStatus.STARTED)
        waiting = instance.create_run_for_job(nightly, status=dg.DagsterRunStatus.NOT_STARTED)
        sensor = next(sensor for sensor in sensors.sensors(current) if sensor.name == "runs_that_died")
        with dg.build_sensor_context(instance) as context:
            sensor(context)
        assert status(killed) is dg.DagsterRunStatus.STARTED  # it may be about to take the lock
        assert sensors.close_dead_runs(instance, begun_before=datetime.now(UTC) + timedelta(seconds=1)) == 1
        assert status(killed) is dg.DagsterRunStatus.CANCELED
        assert status(waiting) is dg.DagsterRunStatus.NOT_STARTED


@pytest.mark.parametrize(
    ("source", "table", "days", "state"),
    [
        ("salesforce", "accounts", 1, "PASS"),
        ("salesforce", "accounts", 3, "FAIL"),
        ("bombora", "company_surges", 9, "WARN"),
        ("bombora", "company_surges", 11, "FAIL"),
    ],
)
def test_a_source_that_is_overdue_is_named(source: str, table: str, days: int, state: str) -> None:
    """As Dagster's daemon does every half minute; the weekly source has a week and a few days."""
    landed = dg.AssetSpec(keys.raw(source, table), freshness_policy=automation.deadline(source))
    node = dg.Definitions(assets=[landed]).resolve_asset_graph().get(landed.key)
    with dg.DagsterInstance.ephemeral() as instance:
        instance.report_runless_asset_event(dg.AssetMaterialization(landed.key))
        with freeze_time(datetime.now(UTC) + timedelta(days=days)):
            found = asyncio.run(
                TimeWindowFreshnessPolicyEvaluator().evaluate_freshness(LoadingContextForTest(instance), node)
            )
    assert found.name == state
