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

import dagster as dg
import duckdb

from expectations import runner
from expectations.results import ExpectationsError
from expectations.suites import SUITES
from ingestion.warehouse import make
from orchestration import erasure, identities, keys, memory, stages
from orchestration.building import build_changed, check_changed
from orchestration.errors import TransformationFailed
from orchestration.outcomes import raise_for_failures
from orchestration.settings import Settings
from orchestration.transformation import Transformation

LOG = logging.getLogger("marketmap.dbt")

_IMPORTS = ("great_expectations", "ml.identity", "ml.evidence", "ml.propensity.warehouse")  # some 8 s
_LIGHT = frozenset({"seed", "view", "test"})
# Incremental models and snapshots keep what once was: they see nothing but what a whole run has brought.
_WHOLE = _LIGHT | {"table"}

Arrived = Callable[[str, Collection[str]], None]
_Arrival = tuple[str, Collection[str]]


def import_packages() -> None:
    """Import what the steps after the landing need."""
    for module in _IMPORTS:
        import_module(module)


@contextmanager
def preparing(
    settings: Settings,
    transformation: Transformation,
    landing: Mapping[str, Collection[str]],
    chosen: Collection[dg.AssetKey],
) -> Iterator[Arrived]:
    """Import the next steps' packages, and build and test what rests on none of the tables that are `landing`.

    `landing` holds tables by schema. Gives what is to be called with the schema and those of its tables that have
    landed: what rests on them is next, as far as the run has `chosen` it. All is done while the block runs, and both
    end together.
    """
    make(settings.warehouse)
    with duckdb.connect(str(settings.warehouse)) as connection:
        memory.remembered(connection)  # makes its table while nobody else makes one
    arrivals: SimpleQueue[_Arrival | None] = SimpleQueue()
    work = Thread(target=_Ahead(settings, transformation, landing, chosen).run, args=(arrivals,), name="ahead")
    work.daemon = True
    work.start()
    try:
        yield lambda schema, tables: arrivals.put((schema, tables))
    finally:
        arrivals.put(None)
        work.join()


class _Ahead:
    """How far the steps after the landing have been done."""

    def __init__(
        self,
        settings: Settings,
        transformation: Transformation,
        landing: Mapping[str, Collection[str]],
        chosen: Collection[dg.AssetKey],
    ) -> None:
        self._settings = settings
        self._transformation = transformation
        self._chosen = frozenset(chosen)
        self._landing = {schema: set(tables) for schema, tables in landing.items()}
        self._checked: set[str] = set()
        self._done: set[str] = set()
        self._is_resolved = False
        # Whoever was erased and comes back leaves the landed tables at the landing's end: no table may hold them.
        self._kinds = _LIGHT if erasure.has_erased(settings.home) else _WHOLE

    def run(self, arrivals: SimpleQueue[_Arrival | None]) -> None:
        """Go on with each arrival until there are no more."""
        import_packages()
        try:
            for batch in chain([list[_Arrival]()], _batches(arrivals)):
                for schema, tables in batch:
                    self._check(schema, {f"{schema}.{table}" for table in tables} - self._checked)
                    self._landing[schema].difference_update(tables)
                self._go_on()
        except (TransformationFailed, ExpectationsError, duckdb.Error) as error:
            LOG.debug("dbt: the rest is left to the build (%s)", error)

    def _check(self, schema: str, tables: Collection[str]) -> None:
        """What a check of the landing would stop is not built."""
        if schema in SUITES and runner.run(schema, self._settings.warehouse, tables).blocked:
            raise TransformationFailed(f"a check of {schema} is red")
        self._checked.update(tables)

    def _go_on(self) -> None:
        self._build(stage=0)
        if not self._is_resolved and self._may_resolve():
            identities.resolve(self._settings)
            self._is_resolved = True
        if self._is_resolved:
            self._build(stage=1)

    def _build(self, stage: int) -> None:
        stage_of = self._transformation.lineage.stages
        settled = {node for node in self._settled() - self._done if stage_of[node] == stage}
        tests = {unique_id for unique_id in settled if unique_id.startswith("test.")}
        _, built = build_changed(self._settings, self._transformation, settled - tests)
        self._transformation.built_ahead.update({one.unique_id: one for one in built if one.succeeded})
        raise_for_failures(built)
        tested, _ = check_changed(self._settings, self._transformation, tests)
        raise_for_failures(tested)
        self._done |= settled

    def _may_resolve(self) -> bool:
        """Whether the records that identity is made from are built, and it is part of the run."""
        nodes = self._transformation.manifest["nodes"]
        built = {keys.dbt(nodes[unique_id]) for unique_id in self._done if not unique_id.startswith("test.")}
        return built.issuperset(keys.IDENTITY_INPUTS) and self._chosen.issuperset(
            keys.identity(table) for table in keys.IDENTITY_TABLES
        )

    def _settled(self) -> set[str]:
        """The chosen seeds, views and tables, and their tests, that rest on such and on landed sources alone."""
        manifest = self._transformation.manifest

        @cache
        def is_settled(unique_id: str) -> bool:
            if unique_id.startswith("source."):
                return self._has_landed(manifest["sources"][unique_id])
            node = manifest["nodes"].get(unique_id, {"config": {}})
            if node["config"].get("materialized") not in self._kinds:
                return False
            if not unique_id.startswith("test.") and keys.dbt(node) not in self._chosen:
                return False
            return all(is_settled(parent) for parent in manifest["parent_map"].get(unique_id, []))

        return {unique_id for unique_id in manifest["nodes"] if is_settled(unique_id)}

    def _has_landed(self, source: Mapping[str, Any]) -> bool:
        if source["source_name"] in stages.LEARNT:
            return self._is_resolved and source["source_name"] == stages.LEARNT[0]
        return source["identifier"] not in self._landing.get(source["schema"], ())


def _batches(arrivals: SimpleQueue[_Arrival | None]) -> Iterator[list[_Arrival]]:
    """What has arrived since the last look, until nothing more will."""
    while True:
        batch = [arrivals.get()]
        while not arrivals.empty():
            batch.append(arrivals.get())
        found = [arrival for arrival in batch if arrival is not None]
        if len(found) < len(batch):
            return
        yield found
