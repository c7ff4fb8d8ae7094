"""The micro-batch: from a source's new events to the published scores of whom they concern, without the whole job.

Lands what is new, builds only what the activities are made of, and scores anew the accounts and people whose
activities changed. Who is new to identity, and what is learnt, waits for the nightly run.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import duckdb

from orchestration import contents, landing, publication, rescoring
from orchestration.building import build_changed
from orchestration.errors import RequestFault
from orchestration.outcomes import raise_for_failures
from orchestration.rescoring import ACTIVITIES, Rescoring
from orchestration.settings import Settings
from orchestration.transformation import Transformation

_BEFORE = "ops.activities_before"
_RECORDS = """
create schema if not exists ops;
create table if not exists ops.score_increments (
    finished_at timestamp not null, accounts bigint not null, people bigint not null, seconds double not null
)
"""
_RECORD = "insert into ops.score_increments select (now() at time zone 'UTC')::timestamp, ?, ?, ?"
# An activity that was changed, is new, or is gone: whoever had it before and whoever has it now.
_CHANGED = f"""
select now.account_id, now.contact_id from {ACTIVITIES} as now
anti join {_BEFORE} as before on now.activity_id = before.activity_id and hash(now) = before.digest
union
select before.account_id, before.contact_id from {_BEFORE} as before
anti join {ACTIVITIES} as now on now.activity_id = before.activity_id and hash(now) = before.digest
"""
_ACCOUNTS = "select account_id, null as contact_id from intermediate.int_accounts where account_id in ({})"


def run(settings: Settings, transformation: Transformation, accounts: Sequence[str] = ()) -> Rescoring:
    """One micro-batch; the caller holds the run lock. Raises IngestionFailed, TransformationFailed or duckdb.Error.

    `accounts` are scored anew whatever has happened to them; RequestFault when there is none of that id. A batch that
    is cut short is made good by the next one: what was landed is still to be compared.
    """
    began = time.monotonic()
    manifest = transformation.manifest
    nodes = rescoring.reach(rescoring.addresses(transformation)[ACTIVITIES], manifest["parent_map"])
    read = {manifest["sources"][name]["source_name"] for name in nodes if name in manifest["sources"]}
    landing.land(settings, [source for source in landing.active(settings) if source in read]).raise_for_failures()
    _remember(settings.warehouse)
    _, built = build_changed(settings, transformation, nodes & manifest["nodes"].keys())
    raise_for_failures(built)
    # Compiling the models takes longer than seeing that nothing has changed.
    changed = f"{_CHANGED} union {_named(settings.warehouse, accounts)}" if accounts else _CHANGED
    planned = rescoring.steps(transformation) if _has_rows(settings.warehouse, changed) else []
    done = rescoring.rescore(settings.warehouse, planned, changed) if planned else Rescoring(0, 0, 0.0)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(f"drop table {_BEFORE}")
        connection.execute(_RECORDS)
        connection.execute(_RECORD, [done.accounts, done.people, time.monotonic() - began])
    publication.publish(settings.warehouse, settings.published, publication.MARTS)
    return Rescoring(done.accounts, done.people, time.monotonic() - began)


def _remember(warehouse: Path) -> None:
    """Keep what the activities were; what a batch that was cut short has kept stays, until a batch has used it."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists ops")
        connection.execute(
            f"create table if not exists {_BEFORE} as"
            f" select activity_id, account_id, contact_id, hash(activities) as digest from {ACTIVITIES} as activities"
        )


def _named(warehouse: Path, accounts: Sequence[str]) -> str:
    query = _ACCOUNTS.format(", ".join(map(contents.literal, accounts)))
    with duckdb.connect(str(warehouse)) as connection:
        known = {row[0] for row in connection.execute(query).fetchall()}
    if missing := [account for account in accounts if account not in known]:
        raise RequestFault(f"There is no account {', '.join(missing)}; marts.dim_accounts holds the ids.")
    return query


def _has_rows(warehouse: Path, query: str) -> bool:
    with duckdb.connect(str(warehouse)) as connection:
        return bool(connection.execute(f"select 1 from ({query}) limit 1").fetchall())
