"""Routing beside the tables of the build: leads as they change, those that a run has made, the sweep, the draft."""

import logging
from datetime import UTC, datetime

import dagster as dg

from orchestration import automation, keys, routing_batch, syncs
from orchestration.resources import ActiveRun
from orchestration.settings import Settings
from orchestration.transformation import Transformation

LOG = logging.getLogger("marketmap.routing")


def jobs(settings: Settings, transformation: Transformation) -> list[dg.JobDefinition]:
    """Live routing, the sweep of the queues, and the weekly draft of the flow."""
    return [
        _batch(settings, transformation, automation.ROUTING, "New and changed leads to whom they belong, in the CRM."),
        _batch(
            settings,
            transformation,
            automation.SWEEP,
            "Leads that Sales Development no longer works, to the queue of their status.",
        ),
        _draft(settings),
    ]


def of_created_leads(settings: Settings, transformation: Transformation) -> list[dg.AssetsDefinition]:
    """The end of a run that makes leads in the CRM: they come back as its records, and each finds its owner."""
    active = syncs.active(settings)
    if routing_batch.MAKING not in active:
        return []
    waited = (routing_batch.MAKING, *(name for name in routing_batch.SYNCS if name in active))
    layer = keys.layer(keys.ROUTED_NEW_LEADS)

    @dg.asset(
        key=keys.ROUTED_NEW_LEADS,
        deps=[keys.sync(active[name].destination, name) for name in waited],
        description="The leads that this run made in the CRM, landed and given to their owners.",
        group_name=layer.group,
        owners=[layer.owner],
        kinds={"salesforce", "python"},
    )
    def routed_new_leads(run: ActiveRun) -> dg.MaterializeResult[None]:
        del run  # it holds the run lock
        made = routing_batch.made(settings)
        if not made:
            return dg.MaterializeResult(metadata={"made": 0, "decided": 0})
        done = routing_batch.run(settings, transformation)
        LOG.info("routing: %s leads made, %s decided on", f"{made:,}", f"{done.decided:,}")
        return dg.MaterializeResult(metadata={"made": made, "decided": done.decided, "written": done.accepted or 0})

    return [routed_new_leads]


def _batch(settings: Settings, transformation: Transformation, name: str, description: str) -> dg.JobDefinition:
    is_sweep = name == automation.SWEEP

    @dg.op(name=f"{name}_leads")
    def route(run: ActiveRun) -> None:
        del run  # it holds the run lock
        done = routing_batch.run(settings, transformation, is_sweep=is_sweep)
        written = "the sync is off" if done.accepted is None else f"{done.accepted:,} written to the CRM"
        LOG.info("routing: %s leads decided on, %s, in %.0f s", f"{done.decided:,}", written, done.seconds)

    @dg.job(name=name, description=description, tags={"marketmap/scope": "routing"})
    def routing() -> None:
        route()

    return routing


def _draft(settings: Settings) -> dg.JobDefinition:
    @dg.op(name="make_draft")
    def make_draft(run: ActiveRun) -> None:
        from orchestration import routing_releases

        del run
        with routing_releases.opened(settings) as flow:
            row, is_new = routing_releases.draft(flow, today=datetime.now(UTC).date(), author="marketmap")
        LOG.info("routing: %s %s %s", row["flow_version"], row["name"], "made" if is_new else "is there")

    @dg.job(
        name=automation.DRAFT,
        description="The live flow cloned and named for next Monday.",
        tags={"marketmap/scope": "routing"},
    )
    def draft() -> None:
        make_draft()

    return draft
