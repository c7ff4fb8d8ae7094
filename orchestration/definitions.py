"""The whole lineage as one set of Dagster definitions, from raw table to CRM field."""

from __future__ import annotations

from itertools import chain

import dagster as dg

from orchestration import automation, keys, run_log, sensors, settings, syncs
from orchestration.assets import (
    activation,
    dbt,
    enrichment,
    evidence,
    history,
    identity,
    increment,
    ingestion,
    operations,
    personas,
    propensity,
    publication,
    quality,
    routing,
    verification,
)
from orchestration.resources import ActiveRun
from orchestration.settings import Settings
from orchestration.transformation import Transformation


def build(current: Settings) -> dg.Definitions:
    """Definitions for these settings; raises TransformationFailed or SpecFault when a declaration is wrong."""
    transformation = Transformation(current.project_dir, current.home)
    models = dbt.models(current, transformation)
    synced = [keys.sync(spec.destination, name) for name, spec in syncs.declared().items()]
    built = [
        operations.gate(current, transformation),
        *ingestion.tables(current, transformation),
        enrichment.queue(current),
        *models,
        identity.identities(current),
        evidence.findings(current),
        propensity.probabilities(current),
        *publication.published(
            current,
            marts=sorted(key for part in models for key in part.keys if keys.is_mart(key)),
            synced=synced,
        ),
        *quality.reviews(current, synced),
        *activation.destinations(current),
        *routing.of_created_leads(current, transformation),
    ]
    inside = set(chain.from_iterable([one.key] if isinstance(one, dg.AssetSpec) else one.keys for one in built))
    outside = operations.outside(transformation.manifest["sources"], inside)
    gates = {name: quality.gate(current, spec.model) for name, spec in syncs.active(current).items()}
    return dg.Definitions(
        assets=[*built, *outside, operations.cleaning(current, [spec.key for spec in outside])],
        asset_checks=[
            *quality.landings(current),
            *gates.values(),
        ],
        jobs=[
            *automation.jobs(current, {name: sorted(gate.check_keys) for name, gate in gates.items()}),
            increment.job(current, transformation),
            *history.jobs(current),
            *routing.jobs(current, transformation),
            verification.job(current),
            personas.job(current),
        ],
        schedules=automation.schedules(),
        sensors=sensors.sensors(current),
        resources={"run": ActiveRun(home=str(current.home))},
        loggers={run_log.FILE: run_log.file_logger(current.logs, is_json=current.has_json_logs)},
        executor=dg.in_process_executor,  # DuckDB has one writer
    )


@dg.definitions
def defs() -> dg.Definitions:
    """What `dagster` loads: the definitions for the environment's settings."""
    current = settings.load()
    current.export()
    return build(current)
