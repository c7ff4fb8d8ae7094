"""What starts by itself: the calendar reads like one, and a micro-batch starts when something waits."""

import fcntl
import time
from pathlib import Path
from threading import Timer

import dagster as dg
import pytest

from orchestration import automation, run_lock, settings
from orchestration.errors import RunActive
from orchestration.settings import Settings


@pytest.fixture
def current(tmp_path: Path) -> Settings:
    return settings.load({"MARKETMAP_HOME": str(tmp_path)}, tmp_path, systems={})


def _look(current: Settings, cursor: float | None = None) -> dg.SensorResult | dg.SkipReason:
    sensor = next(sensor for sensor in automation.sensors(current) if sensor.name == "new_events_and_changes")
    with dg.build_sensor_context(cursor=None if cursor is None else str(cursor)) as context:
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
