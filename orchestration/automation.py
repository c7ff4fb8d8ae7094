"""When what runs: every job, schedule and deadline of the product. Times are UTC."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import dagster as dg

from ingestion.vendors import ADAPTERS
from orchestration import keys
from orchestration.settings import Settings

NIGHTLY = "nightly"
INTENT = "intent"
SCORES = "score_increment"
NEW_LEADS = "new_leads"
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
    asked = ("salesforce", "changes", *(adapter.name for adapter in ADAPTERS))  # who sent the lead, and who knows more
    leads = dg.AssetSelection.key_prefixes(*([keys.raw_schema(source)] for source in asked))
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
        _job(
            NEW_LEADS,
            (dg.AssetSelection.assets(keys.PREFLIGHT) | leads.downstream()).materializable(),
            "A lead that another program sent: enriched, scored, made in the CRM and given to its owner.",
            "leads",
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
