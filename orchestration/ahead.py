"""What the steps after the landing need, done while the landing waits for other systems.

A first load spends most of its time within the limits of other people's servers. Nothing here is needed for a right
result: what is not done, or fails, is done and told by the step that it belongs to.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from threading import Thread

import duckdb

from orchestration import memory
from orchestration.building import build_changed
from orchestration.errors import TransformationFailed
from orchestration.settings import Settings
from orchestration.transformation import Transformation

LOG = logging.getLogger("marketmap.dbt")

_IMPORTS = ("great_expectations", "ml.identity", "ml.evidence", "ml.propensity.warehouse")  # some 8 s


@contextmanager
def preparing(settings: Settings, transformation: Transformation) -> Iterator[None]:
    """Import the next steps' packages and build changed seeds while the block runs; both end with it."""
    with duckdb.connect(str(settings.warehouse)) as connection:
        memory.remembered(connection)  # makes its table while nobody else makes one
    work = Thread(target=_prepare, args=(settings, transformation), name="ahead", daemon=True)
    work.start()
    try:
        yield
    finally:
        work.join()


def _prepare(settings: Settings, transformation: Transformation) -> None:
    for module in _IMPORTS:
        import_module(module)
    nodes = transformation.manifest["nodes"]
    seeds = [unique_id for unique_id, node in nodes.items() if node["resource_type"] == "seed"]
    try:
        build_changed(settings, transformation, seeds)
    except (TransformationFailed, duckdb.Error) as error:
        LOG.debug("dbt: seeds are left to the build (%s)", error)
