"""The first asset of every run, may the job start at all, and the last: what is old goes, what is left is counted."""

import logging
from collections.abc import Collection
from datetime import UTC, datetime

import dagster as dg

from orchestration import keys, preflight, retention
from orchestration.resources import ActiveRun
from orchestration.settings import Settings
from orchestration.transformation import Transformation
from orchestration.warehouse import row_counts

LOG = logging.getLogger("marketmap.preflight")


def gate(settings: Settings, transformation: Transformation) -> dg.AssetsDefinition:
    """Seeds valid, systems reachable, destinations fit: before anything is landed or written."""

    @dg.asset(
        key=keys.PREFLIGHT,
        description="One row per system that answered: seeds are valid, logins work, destinations have their fields.",
        group_name=keys.layer(keys.PREFLIGHT).group,
        owners=[keys.layer(keys.PREFLIGHT).owner],
        kinds={"python"},
    )
    def check(run: ActiveRun) -> dg.MaterializeResult[None]:
        LOG.debug("preflight: checking seeds, logins and destinations")
        systems = preflight.check(settings, transformation)
        off = ", ".join(system.title for system in settings.off)
        LOG.info("preflight: seeds valid, %d systems answer%s", systems, f"; off: {off}" if off else "")
        return dg.MaterializeResult(metadata={"dagster/row_count": systems, "off": off or "none"})

    return check


def cleaning(settings: Settings, outside: Collection[dg.AssetKey]) -> dg.AssetsDefinition:
    """Remove what seed `retention` no longer keeps, and say what is left of the tables that no asset writes."""

    @dg.asset(
        key=keys.RETENTION,
        deps=[keys.RETENTION_RULES, keys.PUBLISHED_OPERATIONS],
        description="One row per row, run and log file that was older than seed retention keeps it, and is gone.",
        group_name=keys.layer(keys.RETENTION).group,
        owners=[keys.layer(keys.RETENTION).owner],
        kinds={"python", "duckdb"},
    )
    def clean(context: dg.AssetExecutionContext, run: ActiveRun) -> dg.MaterializeResult[None]:
        removed = retention.apply(settings.warehouse, settings.logs, context.instance, datetime.now(UTC))
        if removed:
            LOG.info("retention: removed %s", ", ".join(f"{count:,} of {name}" for name, count in removed.items()))
        tables = {keys.table_name(key): key for key in outside}
        for name, rows in row_counts(settings.warehouse, tables).items():
            context.log_event(dg.AssetObservation(tables[name], metadata={"dagster/row_count": rows}))
        return dg.MaterializeResult(metadata={"dagster/row_count": sum(removed.values()), **removed})

    return clean


def outside(manifest_sources: dict[str, dict[str, object]], inside: set[dg.AssetKey]) -> list[dg.AssetSpec]:
    """Tables that dbt reads and nothing in the lineage builds, such as what ingestion keeps about itself."""
    return [
        dg.AssetSpec(
            key,
            description=str(properties["description"]),
            group_name=keys.layer(key).group,
            owners=[keys.layer(key).owner],
            kinds={"duckdb"},
        )
        for properties in manifest_sources.values()
        if (key := keys.dbt(properties)) not in inside
    ]
