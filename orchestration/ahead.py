"""What the steps after the landing need, done while the landing waits for other systems.

A first load spends most of its time within the limits of other people's servers. Nothing here is needed for a right
result: what is not done, or fails, is done and told by the step that it belongs to.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from itertools import chain
from queue import SimpleQueue
from threading import Thread
from typing import Any

import duckdb

from orchestration import memory
from orchestration.building import build_changed, check_changed
from orchestration.errors import TransformationFailed
from orchestration.settings import Settings
from orchestration.transformation import Transformation

LOG = logging.getLogger("marketmap.dbt")

_IMPORTS = ("great_expectations", "ml.identity", "ml.evidence", "ml.propensity.warehouse")  # some 8 s
_LIGHT = frozenset({"seed", "view", "test"})


@contextmanager
def preparing(
    settings: Settings, transformation: Transformation, landing: Collection[str]
) -> Iterator[Callable[[str], None]]:
    """Import the next steps' packages, and build and test what rests on nothing of the schemas `landing`.

    Gives what is to be called with each of the schemas once it has landed: what rests on it is next. All is done while
    the block runs, and both end together.
    """
    with duckdb.connect(str(settings.warehouse)) as connection:
        memory.remembered(connection)  # makes its table while nobody else makes one
    landed: SimpleQueue[str | None] = SimpleQueue()
    work = Thread(target=_prepare, args=(settings, transformation, set(landing), landed), name="ahead", daemon=True)
    work.start()
    try:
        yield landed.put
    finally:
        landed.put(None)
        work.join()


def _prepare(
    settings: Settings, transformation: Transformation, landing: set[str], landed: SimpleQueue[str | None]
) -> None:
    for module in _IMPORTS:
        import_module(module)
    done: set[str] = set()
    for arrived in chain([set[str]()], _arrivals(landed)):
        landing -= arrived
        settled = _settled(transformation.manifest, landing) - done
        tests = {unique_id for unique_id in settled if unique_id.startswith("test.")}
        try:
            build_changed(settings, transformation, settled - tests)
            check_changed(settings, transformation, tests)
        except (TransformationFailed, duckdb.Error) as error:
            LOG.debug("dbt: the rest is left to the build (%s)", error)
            return
        done |= settled


def _arrivals(landed: SimpleQueue[str | None]) -> Iterator[set[str]]:
    """What has landed since the last look, until nothing more will."""
    while True:
        batch = {landed.get()}
        while not landed.empty():
            batch.add(landed.get())
        if None in batch:
            return
        yield {schema for schema in batch if schema is not None}


def _settled(manifest: Mapping[str, Any], landing: Collection[str]) -> set[str]:
    """Seeds, views and their tests that rest on seeds, views and sources of other schemas alone."""

    @cache
    def is_settled(unique_id: str) -> bool:
        if unique_id.startswith("source."):
            return manifest["sources"][unique_id]["schema"] not in landing
        node = manifest["nodes"].get(unique_id, {"config": {}})
        return node["config"].get("materialized") in _LIGHT and all(
            is_settled(parent) for parent in manifest["parent_map"].get(unique_id, [])
        )

    return {unique_id for unique_id in manifest["nodes"] if is_settled(unique_id)}
