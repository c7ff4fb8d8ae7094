"""The micro-batch: from a source's new events to the published scores of whom they concern, without the whole job.

Lands what is new, builds only what the activities are made of, and scores anew the accounts and people whose
activities changed or whose stage somebody set. Who is new to identity, and what is learnt, waits for the nightly run.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from orchestration import contents, landing, publication, rescoring
from orchestration.building import build_changed
from orchestration.errors import RequestFault
from orchestration.outcomes import raise_for_failures
from orchestration.rescoring import ACTIVITIES, Rescoring
from orchestration.settings import Settings
from orchestration.transformation import Transformation

# Whose scores change may fall back by a status that is read with the new activities: it is noted when it is seen.
_LEAD_STATUSES = "intermediate.int_lead_status_history"
_BEFORE = "ops.activities_before"
_RECORDS = """
create schema if not exists ops;
create table if not exists ops.score_increments (
    finished_at timestamp not null, accounts bigint not null, people bigint not null, seconds double not null
)
"""
_RECORD = "insert into ops.score_increments values (?, ?, ?, ?)"
# An activity that was changed, is new, or is gone: whoever had it before and whoever has it now.
_CHANGED = f"""
select now.account_id, now.contact_id from {ACTIVITIES} as now
anti join {_BEFORE} as before on now.activity_id = before.activity_id and hash(now) = before.digest
union
select before.account_id, before.contact_id from {_BEFORE} as before
anti join {ACTIVITIES} as now on now.activity_id = before.activity_id and hash(now) = before.digest
"""
# A stage that a person set and that the log does not hold yet (macro stage_decisions takes the same ones).
_BY_HAND = """
select
    case when manual.entity = 'accounts' then manual.entity_id end as account_id,
    case when manual.entity = 'contacts' then manual.entity_id end as contact_id
from seeds.stage_changes as manual
left join (
    select entity, entity_id, max(changed_at) as changed_at, max_by(stage, changed_at) as stage
    from intermediate.int_stage_log where entity_id in (select entity_id from seeds.stage_changes) group by all
) as standing on manual.entity = standing.entity and manual.entity_id = standing.entity_id
where manual.stage is distinct from coalesce(standing.stage, 'unqualified')
and (standing.changed_at is null or manual.changed_at > standing.changed_at)
"""
_ACCOUNTS = "select account_id, null as contact_id from intermediate.int_accounts where account_id in ({})"


@dataclass(frozen=True)
class Increment:
    """How many accounts and people a micro-batch scored anew, how long it took, and when it ended (UTC)."""

    accounts: int
    people: int
    seconds: float
    finished_at: datetime


def run(settings: Settings, transformation: Transformation, accounts: Sequence[str] = ()) -> Increment:
    """One micro-batch; the caller holds the run lock. Raises IngestionFailed, TransformationFailed or duckdb.Error.

    `accounts` are scored anew whatever has happened to them; RequestFault when there is none of that id. A batch that
    is cut short is made good by the next one: what was landed is still to be compared.
    """
    began = time.monotonic()
    named = f" union {_named(settings.warehouse, accounts)}" if accounts else ""
    manifest = transformation.manifest
    by_address = rescoring.addresses(transformation)
    nodes = {by_address["seeds.stage_changes"]}
    for address in (ACTIVITIES, _LEAD_STATUSES):
        nodes |= rescoring.reach(by_address[address], manifest["parent_map"])
    read = {manifest["sources"][name]["source_name"] for name in nodes if name in manifest["sources"]}
    landing.land(settings, [source for source in landing.active(settings) if source in read]).raise_for_failures()
    _remember(settings.warehouse)
    _, built = build_changed(settings, transformation, nodes & manifest["nodes"].keys())
    raise_for_failures(built)
    # Compiling the models takes longer than seeing that nothing has changed.
    changed = f"{_CHANGED} union {_BY_HAND}{named}"
    planned = rescoring.steps(transformation) if _has_rows(settings.warehouse, changed) else []
    done = rescoring.rescore(settings.warehouse, planned, changed) if planned else Rescoring(0, 0, 0.0)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(f"drop table {_BEFORE}")
        connection.execute(_RECORDS)
        finished_at = datetime.now(UTC).replace(tzinfo=None)
        connection.execute(_RECORD, [finished_at, done.accounts, done.people, time.monotonic() - began])
    publication.publish(settings.warehouse, settings.published, publication.MARTS)
    return Increment(done.accounts, done.people, time.monotonic() - began, finished_at)


def _remember(warehouse: Path) -> None:
    """Keep what the activities were; what a batch that was cut short has kept stays, until a batch has used it."""
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema if not exists ops")
        connection.execute(
            f"create table if not exists {_BEFORE} as"
            f" select activity_id, account_id, contact_id, hash(activities) as digest from {ACTIVITIES} as activities"
        )


def _named(warehouse: Path, accounts: Sequence[str]) -> str:
    named = _ACCOUNTS.format(", ".join(map(contents.literal, accounts)))
    with duckdb.connect(str(warehouse)) as connection:
        known = {row[0] for row in connection.execute(named).fetchall()}
    if missing := [account for account in accounts if account not in known]:
        raise RequestFault(f"There is no account {', '.join(missing)}; marts.dim_accounts holds the ids.")
    return named


def _has_rows(warehouse: Path, selected: str) -> bool:
    with duckdb.connect(str(warehouse)) as connection:
        return bool(connection.execute(f"select 1 from ({selected}) limit 1").fetchall())
