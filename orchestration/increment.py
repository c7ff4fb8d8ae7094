"""The micro-batch: from a source's new events to the published scores of whom they concern, without the whole job.

Lands what is new, builds only what the activities are made of, and scores anew the accounts and people whose
activities changed. Who is new to identity, and what is learnt, waits for the nightly run.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path

import duckdb

import ingestion
from orchestration import publication, rescoring
from orchestration.assets import dbt
from orchestration.build_memory import BuildMemory
from orchestration.errors import IngestionFailed, TransformationFailed
from orchestration.rescoring import ACTIVITIES, Rescoring
from orchestration.settings import Settings
from orchestration.transformation import Transformation

LOG = logging.getLogger("marketmap.increment")

_BEFORE = "ops.activities_before"
_RECORD = """
create schema if not exists ops;
create table if not exists ops.score_increments (
    finished_at timestamp not null, accounts bigint not null, people bigint not null, seconds double not null
);
insert into ops.score_increments select (now() at time zone 'UTC')::timestamp, ?, ?, ?
"""
# An activity that was changed, is new, or is gone: whoever had it before and whoever has it now.
_CHANGED = f"""
select now.account_id, now.contact_id from {ACTIVITIES} as now
anti join {_BEFORE} as before on now.activity_id = before.activity_id and hash(now) = before.digest
union
select before.account_id, before.contact_id from {_BEFORE} as before
anti join {ACTIVITIES} as now on now.activity_id = before.activity_id and hash(now) = before.digest
"""


def run(settings: Settings, transformation: Transformation) -> Rescoring:
    """One micro-batch; the caller holds the run lock. Raises IngestionFailed, TransformationFailed or duckdb.Error.

    A batch that is cut short is made good by the next one: what was landed is still to be compared.
    """
    began = time.monotonic()
    nodes = _upstream(transformation)
    _land(settings, nodes, transformation)
    _remember(settings.warehouse)
    _build(settings, transformation, nodes)
    done = rescoring.rescore(settings.warehouse, rescoring.steps(transformation), _CHANGED)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(f"drop table {_BEFORE}")
        for statement in _RECORD.strip().split(";\n")[:-1]:
            connection.execute(statement)
        seconds = time.monotonic() - began
        connection.execute(_RECORD.strip().split(";\n")[-1], [done.accounts, done.people, seconds])
    publication.publish(settings.warehouse, settings.published, publication.MARTS)
    return Rescoring(done.accounts, done.people, time.monotonic() - began)


def _upstream(transformation: Transformation) -> set[str]:
    """The activities and everything that they are made of, sources included."""
    manifest = transformation.manifest
    start = next(name for name, node in manifest["nodes"].items() if f"{node['schema']}.{node['alias']}" == ACTIVITIES)
    found, waiting = {start}, [start]
    while waiting:
        new = [name for name in manifest["parent_map"].get(waiting.pop(), []) if name not in found]
        found.update(new)
        waiting.extend(new)
    return found


def _land(settings: Settings, nodes: set[str], transformation: Transformation) -> None:
    sources = {transformation.manifest["sources"][name]["source_name"] for name in nodes if name.startswith("source.")}
    wanted = {
        name: settings.credentials[name] for name in ingestion.SOURCES if name in sources & {*settings.credentials}
    }
    failures = []
    for source, outcome in ingestion.load_together(
        wanted,
        warehouse=settings.warehouse,
        state_dir=settings.home / "state",
        progress=lambda source, line: LOG.debug("%s: %s", source, line),
    ):
        if isinstance(outcome, Exception):
            failures.append(outcome)
        else:
            LOG.debug("%s: %d rows landed", source, sum(outcome.rows.values()))
    if failures:
        raise IngestionFailed(*(line for failure in failures for line in str(failure).splitlines())) from failures[0]


def _remember(warehouse: Path) -> None:
    """Keep what the activities were; what a batch that was cut short has kept stays, until a batch has used it."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists ops")
        connection.execute(
            f"create table if not exists {_BEFORE} as"
            f" select activity_id, account_id, contact_id, hash(activities) as digest from {ACTIVITIES} as activities"
        )


def _build(settings: Settings, transformation: Transformation, nodes: set[str]) -> None:
    models = {name for name in nodes if name in transformation.manifest["nodes"]}
    memory = BuildMemory(
        settings.warehouse, transformation.manifest, settings.project_dir, dbt.conditions(settings, transformation)
    )
    stale = memory.stale(models)
    memory.forget(stale)
    built = transformation.build(stale)
    memory.remember([outcome.unique_id for outcome in built if outcome.succeeded])
    if failed := [f"{outcome.unique_id}: {outcome.message}" for outcome in built if outcome.failed]:
        raise TransformationFailed(*failed)
