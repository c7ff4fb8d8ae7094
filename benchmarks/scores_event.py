"""From an event at a source to the published score: a market with its sandbox, the whole job once, the micro-batch."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb
import httpx

from benchmarks.metrics import Metric
from benchmarks.processes import observe, running_sandbox

SEED = 7
_CHOSEN = """
select scores.account_id, scores.engagement_points, people.record_id
from marts.account_scores as scores
join marts.dim_contacts as contacts on scores.account_id = contacts.account_id
join marts.person_records as people on contacts.contact_id = people.contact_id and people.source = 'marketo'
where scores.priority = 'Medium' and scores.engagement_score < 50
and contacts.seniority in ('C-Level', 'VP', 'Director')
and not exists (
    select 1 from marts.fct_activities as acts where acts.account_id = scores.account_id and acts.subject = '/pricing'
)
order by scores.account_id, people.record_id limit 1
"""
_VISIT = """
insert into marketo.activities by name
select cast(max(cast("marketoGUID" as bigint)) + 1 as varchar) as "marketoGUID", {lead} as "leadId",
    timestamp '{now}' as "activityDate", 1 as "activityTypeId", '/pricing' as "primaryAttributeValue",
    '[]' as attributes
from marketo.activities
"""


def measure(accounts: int) -> list[Metric]:
    """Seconds from a visit of the pricing page, recorded by Marketo, to the account's points in the published file.

    Raises RuntimeError when a run fails or the points do not arrive.
    """
    with tempfile.TemporaryDirectory(prefix="marketmap-event-") as scratch:
        home = Path(scratch) / "home"
        with running_sandbox(Path(scratch) / "sandbox", accounts, SEED) as environment:
            environment = {**environment, "MARKETMAP_HOME": str(home), "DAGSTER_HOME": str(home / "dagster")}
            observe([_program("marketmap"), "run"], environment, Path(scratch))
            ((account, before, lead),) = _published(home, _CHOSEN)
            control = environment["SANDBOX_CONTROL_URL"]
            now = httpx.get(f"{control}/clock", timeout=30).raise_for_status().json()["now"][:19]
            statement = _VISIT.format(lead=int(lead), now=now)
            httpx.post(f"{control}/edit", json={"statements": [statement]}, timeout=60).raise_for_status()
            began = time.monotonic()
            job = [_program("dagster"), "job", "execute", "-m", "orchestration.definitions", "-j", "score_increment"]
            observe(job, environment, Path(scratch))
            seconds = time.monotonic() - began
            asked = f"select engagement_points from marts.account_scores where account_id = '{account}'"
            ((after,),) = _published(home, asked)
            if after <= before:
                raise RuntimeError(f"{account} had {before} points and has {after} after the micro-batch.")
    return [Metric("event_to_score_seconds", seconds, "s")]


def _program(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _published(home: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "published.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()
