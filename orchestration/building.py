"""Building what has changed, and no more: one way for the whole job and for the micro-batch."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from orchestration.build_memory import BuildMemory
from orchestration.outcomes import NodeOutcome
from orchestration.settings import Settings
from orchestration.transformation import Progress, Transformation


def build_changed(
    settings: Settings,
    transformation: Transformation,
    unique_ids: Collection[str],
    *,
    full_refresh: bool = False,
    finished: Progress | None = None,
) -> tuple[set[str], list[NodeOutcome]]:
    """Build the nodes whose files or inputs changed; returns them, and how each ended. Raises TransformationFailed.

    `full_refresh` builds all of them, incremental models from the start; `finished` hears each node's name.
    """
    memory = BuildMemory(
        settings.warehouse, transformation.manifest, settings.project_dir, _conditions(settings, transformation)
    )
    stale = memory.stale(unique_ids)
    if full_refresh:
        stale = set(unique_ids)
    memory.forget(stale)
    built = transformation.build(stale, full_refresh=full_refresh, finished=finished)
    memory.remember([outcome.unique_id for outcome in built if outcome.succeeded])
    return stale, built


def _conditions(settings: Settings, transformation: Transformation) -> str:
    """What every node depends on beside its inputs: the project's files, the CRM's address (links), the day (decay)."""
    crm = settings.credentials.get("salesforce")
    return f"{transformation.code} {crm.base_url if crm else ''} {datetime.now(UTC):%Y-%m-%d}"
