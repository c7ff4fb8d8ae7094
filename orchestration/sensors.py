"""What starts by itself when something happened, and what looks after that. Times are UTC."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Collection, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import dagster as dg

from ingestion.changes import LEADS
from orchestration import routing_batch, run_lock
from orchestration.alerts import after_run
from orchestration.automation import CAUSE, NEW_LEADS, ROUTING, SCORES
from orchestration.settings import Settings

_QUIET_SECONDS = 15 * 60  # a CRM announces nothing: it is asked this often, where anything else says that it changed
_PAUSE_SECONDS = 60  # between two micro-batches, however much comes in
_LOOK_SECONDS = 30
_LEFT_SECONDS = 60  # a file of the inbox that nobody closed: its writer closes what he has after seconds
_OVERLAP_SECONDS = 5  # between the CRM's clock and ours, and while a change is being written
_START = timedelta(minutes=5)  # from a run's being announced to its holding the lock
_AT_WORK = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]


def sensors(current: Settings) -> list[dg.SensorDefinition]:
    """Alerts after each run that the web interface or a schedule starts, and runs when something waits."""

    def tell(context: dg.RunStatusSensorContext) -> None:
        after_run.tell(current, context.instance, context.dagster_run.run_id)

    return [
        *(
            dg.run_status_sensor(
                name=f"alerts_after_{status.value.lower()}",
                run_status=status,
                default_status=dg.DefaultSensorStatus.RUNNING,
                description="Tells the alert channels what is newly wrong, and what is over.",
            )(tell)
            for status in (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE)
        ),
        _dead(current),
        _events(current),
        _leads(current),
        *([_changed(current)] if "salesforce" in current.credentials else []),
    ]


def close_dead_runs(instance: dg.DagsterInstance, *, begun_before: datetime) -> int:
    """End the runs that count as at work; to be called while nobody holds the lock. Returns how many they were.

    A killed process cannot say that it ended, and Dagster starts no run while its record says that another goes on.
    """
    at_work = dg.RunsFilter(statuses=_AT_WORK, updated_before=begun_before)
    runs = instance.get_runs(at_work)
    for run in runs:
        instance.report_run_canceled(run, "Its process ended without a word: it was killed, or the machine stopped.")
    return len(runs)


def _dead(current: Settings) -> dg.SensorDefinition:
    @dg.sensor(
        name="runs_that_died",
        default_status=dg.DefaultSensorStatus.RUNNING,
        minimum_interval_seconds=_PAUSE_SECONDS,
        description="Ends the runs whose process was killed: no other would be started while they count as at work.",
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        if holder := run_lock.holder(current.home):
            return dg.SkipReason(f"A run is at work ({holder}).")
        ended = close_dead_runs(context.instance, begun_before=datetime.now(UTC) - _START)
        return dg.SkipReason(f"{ended} runs had died.")

    return look


def _events(current: Settings) -> dg.SensorDefinition:
    def started_for(waiting: Collection[str], rested: float) -> str | None:
        if waiting and rested >= _PAUSE_SECONDS:
            return f"{len(waiting)} files wait"
        return "systems that announce nothing" if rested >= _QUIET_SECONDS else None

    return _waiting(
        current,
        "new_events_and_changes",
        SCORES,
        "Starts the micro-batch when page views, events or changes wait to be landed, and every quarter of an hour"
        " for the systems that announce nothing.",
        lambda stream: stream != LEADS,
        started_for,
    )


def _leads(current: Settings) -> dg.SensorDefinition:
    def started_for(waiting: Collection[str], _rested: float) -> str | None:
        return f"{len(waiting)} files of leads wait" if waiting else None

    return _waiting(
        current,
        "leads_of_other_programs",
        NEW_LEADS,
        "Starts the job of new leads when another program has sent one: enriched, scored, made in the CRM and routed.",
        lambda stream: stream == LEADS,
        started_for,
    )


def _waiting(
    current: Settings,
    name: str,
    job: str,
    description: str,
    is_ours: Callable[[str], bool],
    started_for: Callable[[Collection[str], float], str | None],
) -> dg.SensorDefinition:
    """Starts `job` for files of the inbox whose stream `is_ours`, once for each file.

    `started_for` gives the cause by the files that no run was started for and the seconds since the last start. A file
    stays until the load after the one that landed it, so the cursor keeps the names that were answered with a run; what
    another job happened to land is therefore still seen here. A run that did not end well is started again every
    quarter of an hour as long as its files are there.
    """
    inbox = current.home / "inbox"

    @dg.sensor(name=name, job_name=job, minimum_interval_seconds=_LOOK_SECONDS, description=description)
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if holder := run_lock.holder(current.home):
            return dg.SkipReason(f"A run is at work ({holder}).")
        known = _known(context.cursor)
        there = {path.name for path in _closed(inbox) if is_ours(path.parent.name)}
        waiting, rested = there - set(known["answered"]), time.time() - known["at"]
        if there and rested >= _QUIET_SECONDS and _failed(context.instance, job):
            waiting = there
        why = started_for(waiting, rested)
        if why is None:
            return dg.SkipReason(f"{len(waiting)} files wait; the last run was started {rested:.0f} s ago.")
        cursor = json.dumps({"at": time.time(), "answered": sorted(there)})
        return dg.SensorResult([dg.RunRequest(tags={CAUSE: why})], cursor=cursor)

    return look


def _failed(instance: dg.DagsterInstance, job: str) -> bool:
    """Whether the job's latest run was killed or did not end well."""
    latest = instance.get_runs(dg.RunsFilter(job_name=job), limit=1)
    return any(run.status in {dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED} for run in latest)


def _known(cursor: str | None) -> dict[str, Any]:
    """When a run was last started, and the files of then that it was started for."""
    known = json.loads(cursor) if cursor else 0.0
    return known if isinstance(known, dict) else {"at": known, "answered": []}  # once it was the time alone


def _closed(inbox: Path) -> Iterator[Path]:
    """Files that can be landed: closed ones, and those whose writer seems to have died."""
    for path in inbox.rglob("*"):
        try:
            is_left = path.suffix == ".open" and time.time() - path.stat().st_mtime > _LEFT_SECONDS
        except FileNotFoundError:  # it was closed at this moment
            continue
        if path.suffix == ".ndjson" or is_left:
            yield path


def _changed(current: Settings) -> dg.SensorDefinition:
    """The CRM announces nothing: one call each minute asks whether a lead has changed. Time passes without a change."""

    @dg.sensor(
        name="new_and_changed_leads",
        job_name=ROUTING,
        minimum_interval_seconds=_PAUSE_SECONDS,
        description=(
            "Starts live routing when a lead is new in the CRM or has changed there, and every quarter of an hour for"
            " leads that wait for somebody's working hours or for a follow-up."
        ),
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if holder := run_lock.holder(current.home):
            return dg.SkipReason(f"A run is at work ({holder}).")
        began = time.time()
        since = float(context.cursor or began) - _OVERLAP_SECONDS
        moment = datetime.fromtimestamp(since, UTC)
        changed = routing_batch.changed_leads(current, moment)
        if not changed and began - since < _QUIET_SECONDS:
            skipped = f"No lead has changed since {moment:%H:%M:%S}."
            # From the first look on no minute is left out.
            return dg.SensorResult(skip_reason=skipped, cursor=context.cursor or str(began))
        why = f"{changed} leads changed" if changed else "working hours and clocks"
        return dg.SensorResult([dg.RunRequest(tags={CAUSE: why})], cursor=str(began))

    return look
