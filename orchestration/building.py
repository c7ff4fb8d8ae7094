"""Building and testing what has changed, and no more: one way for the whole job and for the micro-batch."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby

from orchestration import warehouse
from orchestration.build_memory import BuildMemory
from orchestration.outcomes import NodeOutcome
from orchestration.settings import Settings
from orchestration.transformation import Progress, Transformation

_FEW = 10  # nodes that are built sooner than dbt is asked anew


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
    memory = _memory(settings, transformation)
    stale: set[str] = set()
    outcomes: list[NodeOutcome] = []
    for members, found in _waves(transformation, memory, set(unique_ids), is_whole=full_refresh):
        changed = members if full_refresh else memory.reached(found, members)
        memory.forget(changed)
        rows = warehouse.row_counts(settings.warehouse, [memory.address(unique_id) for unique_id in changed])
        built = [
            replace(outcome, rows_before=rows.get(memory.address(outcome.unique_id), 0))
            for outcome in transformation.build(changed, full_refresh=full_refresh, finished=finished)
        ]
        good = [outcome.unique_id for outcome in built if outcome.succeeded]
        memory.look_again(good)
        memory.remember(good)
        stale |= changed
        outcomes += built
        if any(outcome.failed for outcome in built):
            break
    return stale, outcomes


def _waves(
    transformation: Transformation, memory: BuildMemory, unique_ids: set[str], *, is_whole: bool
) -> Iterator[tuple[set[str], set[str]]]:
    """The stages, one after the other; a stage in parts where that may spare more nodes than it costs to ask dbt anew.

    Each with those of its nodes that are stale, and looked at when those before it have been built.
    """
    stage, part = transformation.lineage.stages.__getitem__, transformation.lineage.parts.__getitem__
    for _, group in groupby(sorted(unique_ids, key=part), key=stage):
        members = set(group)
        found = memory.stale(members)
        if is_whole or 0 < len(found) >= len(memory.reached(found, members)) - _FEW:
            yield members, found
        elif found:
            for _, of_part in groupby(sorted(members, key=part), key=part):
                together = set(of_part)
                yield together, memory.stale(together)


def stale(settings: Settings, transformation: Transformation, unique_ids: Collection[str]) -> set[str]:
    """The nodes of these that `build_changed` would build now."""
    return _memory(settings, transformation).stale(unique_ids)


def check_changed(
    settings: Settings, transformation: Transformation, unique_ids: Collection[str], finished: Progress | None = None
) -> tuple[list[NodeOutcome], set[str]]:
    """Run the data tests that have not passed on these very rows today; returns all outcomes and who had passed.

    Raises TransformationFailed when dbt cannot compile them.
    """
    memory = _memory(settings, transformation)
    stale = memory.stale(unique_ids)
    memory.forget(stale)
    outcomes = transformation.test(stale, finished)
    memory.remember([outcome.unique_id for outcome in outcomes if outcome.succeeded])
    passed = set(unique_ids) - stale
    return outcomes + [NodeOutcome(unique_id, "pass", 0, 0.0, "") for unique_id in sorted(passed)], passed


def _memory(settings: Settings, transformation: Transformation) -> BuildMemory:
    """What every node depends on beside its inputs: the project's files, the CRM's address (links), the day (decay)."""
    crm = settings.credentials.get("salesforce")
    conditions = f"{transformation.code} {crm.base_url if crm else ''} {datetime.now(UTC):%Y-%m-%d}"
    return BuildMemory(settings.warehouse, transformation.lineage, settings.project_dir, conditions)
