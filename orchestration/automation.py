"""When what runs: every job, schedule, sensor and deadline of the product. Times are UTC."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import dagster as dg

from orchestration import keys, run_lock
from orchestration.alerts import after_run
from orchestration.settings import Settings

NIGHTLY = "nightly"
INTENT = "intent"
SCORES = "score_increment"
ROUTING = "lead_routing"
SWEEP = "queue_sweep"
DRAFT = "routing_draft"
CAUSE = "marketmap/cause"  # the tag of runs that the calendar or a sensor started
MAINTENANCE = "maintenance_review"
VERIFICATION = "verification"
PERSONAS = "persona_refresh"
ACCOUNTS = "account_refresh"


@dataclass(frozen=True)
class Appointment:
    """A line of the calendar: its name (the interface says the time beside it), when the job starts, and why then."""

    name: str
    cron: str
    description: str


CALENDAR = {
    NIGHTLY: Appointment("nightly_everything", "0 2 * * *", "Everything, before people come to work."),
    SCORES: Appointment("hourly_scores", "30 * * * *", "New events to scores, though nothing announced them."),
    INTENT: Appointment("monday_intent", "0 6 * * 1", "The provider publishes a week's surge on its Monday."),
    SWEEP: Appointment(
        "sundays_at_2000", "0 20 * * 0", "Leads that Sales Development no longer works, to their queues by Monday."
    ),
    DRAFT: Appointment("mondays_at_1200", "0 12 * * 1", "The draft of the routing flow for the next Monday."),
    VERIFICATION: Appointment(
        "saturday_verification", "0 5 * * 6", "Each system against what it acknowledged, when nobody works there."
    ),
    PERSONAS: Appointment(
        "quarterly_personas", "0 1 1 1,4,7,10 *", "People come and go faster than accounts; the nightly run links them."
    ),
    ACCOUNTS: Appointment(
        "half_yearly_accounts",
        "0 4 2 1,7 *",
        "The list of accounts is stable for half a year; each is judged anew then.",
    ),
    MAINTENANCE: Appointment(
        "monthly_maintenance", "0 7 1 * *", "What is due this month, this quarter and this half-year."
    ),
}
# A table is late when its source's cadence and a day's grace have passed without a load.
NIGHTLY_DEADLINE = dg.FreshnessPolicy.time_window(warn_window=timedelta(hours=30), fail_window=timedelta(hours=50))
_WEEKLY_DEADLINE = dg.FreshnessPolicy.time_window(warn_window=timedelta(days=8), fail_window=timedelta(days=10))
_WEEKLY_SOURCES = frozenset({"bombora"})
_QUIET_SECONDS = 15 * 60  # a CRM announces nothing: it is asked this often, where anything else says that it changed
_PAUSE_SECONDS = 60  # between two micro-batches, however much comes in
_LOOK_SECONDS = 30
_OVERLAP_SECONDS = 5  # between the CRM's clock and ours, and while a change is being written
_START = timedelta(minutes=5)  # from a run's being announced to its holding the lock
_AT_WORK = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.CANCELING]
_LOGGING: dict[str, Any] = {"loggers": {"file": {}}}


def deadline(source: str) -> dg.FreshnessPolicy:
    """By when the tables of a source must have been landed again."""
    return _WEEKLY_DEADLINE if source in _WEEKLY_SOURCES else NIGHTLY_DEADLINE


def sync_job(name: str) -> str:
    """The job that runs one sync and its gate."""
    return f"{name}_only"


def jobs(current: Settings, gates: Mapping[str, Sequence[dg.AssetCheckKey]]) -> list[dg.UnresolvedAssetJobDefinition]:
    """The whole lineage, the part of it that a new week of intent changes, and each sync alone.

    `gates` holds, by active sync, the checks that stand before it.
    """
    intent = dg.AssetSelection.key_prefixes([keys.raw_schema("bombora")])
    reviewed = dg.AssetSelection.assets(keys.MAINTENANCE, keys.QA_CHECKLIST, keys.PUBLISHED_OPERATIONS)
    return [
        _job(
            NIGHTLY, dg.AssetSelection.all(), "Everything: land, build, resolve, check, publish and sync.", "everything"
        ),
        _job(
            ACCOUNTS,
            dg.AssetSelection.all(),
            "Everything from the start: each account is put together, fitted, tiered and valued anew.",
            "accounts",
            {"home": str(current.home), "full_refresh": True},
        ),
        _job(
            INTENT,
            (dg.AssetSelection.assets(keys.PREFLIGHT) | intent.downstream()).materializable(),  # what is off cannot run
            "The week's intent and everything that follows from it.",
            "intent",
        ),
        _job(MAINTENANCE, reviewed, "The calendar, the triggers of a refinement and the QA checklist.", "reviews"),
        *(_sync_alone(name, gate) for name, gate in gates.items()),
    ]


def _job(
    name: str, selection: dg.AssetSelection, description: str, scope: str, options: Mapping[str, Any] | None = None
) -> dg.UnresolvedAssetJobDefinition:
    """`scope` is what the list of runs is filtered by; `options` are those of the run (ActiveRun)."""
    tags = {"marketmap/scope": scope}
    config = _LOGGING | ({"resources": {"run": {"config": options}}} if options else {})
    return dg.define_asset_job(name, selection, description=description, config=config, tags=tags)


def _sync_alone(name: str, gate: Sequence[dg.AssetCheckKey]) -> dg.UnresolvedAssetJobDefinition:
    destination = name.partition("__")[0]
    assets = dg.AssetSelection.assets(keys.sync(destination, name), keys.PUBLISHED_OPERATIONS)
    return _job(
        sync_job(name),
        assets.without_checks() | dg.AssetSelection.checks(*gate),
        f"The gate of {name}, then the sync, from the warehouse as it is.",
        destination,
    )


def sensors(current: Settings) -> list[dg.SensorDefinition]:
    """Alerts after each run that the web interface or a schedule starts, and the micro-batch when something waits."""

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
        _waiting(current),
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


def _waiting(current: Settings) -> dg.SensorDefinition:
    inbox = current.home / "inbox"

    @dg.sensor(
        name="new_events_and_changes",
        job_name=SCORES,
        minimum_interval_seconds=_LOOK_SECONDS,
        description=(
            "Starts the micro-batch when page views, events or changes wait to be landed, and every quarter of an hour"
            " for the systems that announce nothing."
        ),
    )
    def look(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
        if holder := run_lock.holder(current.home):
            return dg.SkipReason(f"A run is at work ({holder}).")
        waiting = sum(1 for path in inbox.rglob("*") if path.suffix in {".ndjson", ".open"})
        now = time.time()
        rested = now - float(context.cursor or 0)
        if rested < (_PAUSE_SECONDS if waiting else _QUIET_SECONDS):
            return dg.SkipReason(f"{waiting} files wait; the last micro-batch was started {rested:.0f} s ago.")
        why = f"{waiting} files wait" if waiting else "systems that announce nothing"
        return dg.SensorResult([dg.RunRequest(tags={CAUSE: why})], cursor=str(now))

    return look


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
        from orchestration import routing_batch

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


def schedules() -> list[dg.ScheduleDefinition]:
    """The calendar; switched on in the web interface, by the person who wants runs without asking."""
    return [
        dg.ScheduleDefinition(
            name=appointment.name,
            job_name=job,
            cron_schedule=appointment.cron,
            execution_timezone="UTC",
            description=f"{job}: {appointment.description}",
            tags={CAUSE: appointment.name},
        )
        for job, appointment in CALENDAR.items()
    ]
