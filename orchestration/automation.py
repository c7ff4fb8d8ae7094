"""When what runs: every job, schedule and cron of the product. Times are UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from orchestration import keys
from orchestration.alerts import after_run
from orchestration.settings import Settings

NIGHTLY = "nightly"
INTENT = "intent"
SCORES = "score_increment"
CRONS = {
    NIGHTLY: "0 2 * * *",
    SCORES: "*/5 * * * *",
    INTENT: "0 6 * * 1",  # the provider publishes a week's surge on its Monday
}
_LOGGING: dict[str, Any] = {"loggers": {"file": {}}}


def sync_job(name: str) -> str:
    """The job that runs one sync and its gate."""
    return f"{name}_only"


def jobs(gates: Mapping[str, Sequence[dg.AssetCheckKey]]) -> list[dg.UnresolvedAssetJobDefinition]:
    """The whole lineage, the part of it that a new week of intent changes, and each sync alone.

    `gates` holds, by active sync, the checks that stand before it.
    """
    intent = dg.AssetSelection.key_prefixes([keys.raw_schema("bombora")])
    return [
        dg.define_asset_job(
            NIGHTLY,
            dg.AssetSelection.all(),
            description="Everything: land, build, resolve, check, publish and sync.",
            config=_LOGGING,
        ),
        dg.define_asset_job(
            INTENT,
            (dg.AssetSelection.assets(keys.PREFLIGHT) | intent.downstream()).materializable(),  # what is off cannot run
            description="The week's intent and everything that follows from it.",
            config=_LOGGING,
        ),
        *(_sync_alone(name, gate) for name, gate in gates.items()),
    ]


def _sync_alone(name: str, gate: Sequence[dg.AssetCheckKey]) -> dg.UnresolvedAssetJobDefinition:
    destination = name.partition("__")[0]
    assets = dg.AssetSelection.assets(keys.sync(destination, name), keys.PUBLISHED_OPERATIONS)
    return dg.define_asset_job(
        sync_job(name),
        assets.without_checks() | dg.AssetSelection.checks(*gate),
        description=f"The gate of {name}, then the sync, from the warehouse as it is.",
        config=_LOGGING,
    )


def sensors(current: Settings) -> list[dg.SensorDefinition]:
    """Alerts after each run that the web interface or a schedule starts; the command line tells by itself."""

    def tell(context: dg.RunStatusSensorContext) -> None:
        after_run.tell(current, context.instance, context.dagster_run.run_id)

    return [
        dg.run_status_sensor(
            name=f"alerts_after_{status.value.lower()}",
            run_status=status,
            default_status=dg.DefaultSensorStatus.RUNNING,
            description="Tells the alert channels what is newly wrong, and what is over.",
        )(tell)
        for status in (dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE)
    ]


def schedules() -> list[dg.ScheduleDefinition]:
    """One schedule per job; switched on in the web interface, by the person who wants runs without asking."""
    return [
        dg.ScheduleDefinition(
            name=f"{job}_schedule",
            job_name=job,
            cron_schedule=cron,
            execution_timezone="UTC",
            description=f"Starts {job} at {cron} (UTC).",
        )
        for job, cron in CRONS.items()
    ]
