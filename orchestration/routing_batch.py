"""Live routing: what changed in the CRM goes through the flow and back to the CRM, without the whole job.

Lands the CRM, matches records anew only when there are leads that identity has never seen, and builds only what the
flow is made of: accounts, tiers and scores are those of the latest build.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from connections import SalesforceCredentials, open_salesforce
from orchestration import landing, publication, syncs
from orchestration.building import build_changed
from orchestration.errors import RequestFault
from orchestration.identities import resolve
from orchestration.outcomes import raise_for_failures
from orchestration.rescoring import addresses, reach
from orchestration.settings import Settings
from orchestration.transformation import Transformation

LOG = logging.getLogger("marketmap.routing")
CRM = "salesforce"
SYNC = "salesforce__lead_routings"
DECISIONS = "marts.fct_routing_decisions"
_BUILT = (
    "intermediate.int_routing_users",
    "intermediate.int_routing_leads",
    DECISIONS,
    "marts.lead_routings",
    "marts.lead_slas",
    "marts.lead_alerts",
    "activation.sync_salesforce__lead_routings",
)
_RECORDS = ("intermediate.int_company_records", "intermediate.int_person_records")
_UNMATCHED = """
select count(*) from raw_salesforce.leads as leads
anti join ml.person_records as known
    on known.source = 'salesforce' and known.object = 'Lead' and known.record_id = leads.id
where not leads.is_deleted
"""


@dataclass(frozen=True)
class Batch:
    """What one batch came to: leads decided on, records that the CRM accepted (None: the sync is off), seconds."""

    decided: int
    accepted: int | None
    seconds: float


def run(settings: Settings, transformation: Transformation, *, is_sweep: bool = False) -> Batch:
    """One batch; the caller holds the run lock. A sweep also looks at leads that did not change.

    Raises RequestFault before the first whole run, IngestionFailed, TransformationFailed, ConnectionFailure, and
    SyncFault when the sync refuses (the first sweep moves many leads and takes an approval).
    """
    began = time.monotonic()
    if not _has(settings, DECISIONS):
        raise RequestFault("Nothing is built yet, so there is nothing to route by. Run `marketmap run` once.")
    landing.land(settings, [CRM] if CRM in landing.active(settings) else []).raise_for_failures()
    by_address = addresses(transformation)
    if _count(settings, _UNMATCHED):
        _match(settings, transformation, by_address)
    before = _count(settings, f"select count(*) from {DECISIONS}")
    _build(transformation, [by_address[address] for address in _BUILT], is_sweep=is_sweep)
    decided = _count(settings, f"select count(*) from {DECISIONS}") - before
    publication.publish(settings.warehouse, settings.published, publication.MARTS)
    try:
        accepted = _write(settings)
    finally:
        publication.publish(settings.warehouse, settings.published, publication.OPS)
    return Batch(decided, accepted, time.monotonic() - began)


def changed_leads(settings: Settings, since: datetime) -> int:
    """How many leads changed in the CRM since a time (UTC): one call, so that looking each minute costs little."""
    credentials = settings.credentials[CRM]
    if not isinstance(credentials, SalesforceCredentials):
        return 0
    query = f"SELECT COUNT() FROM Lead WHERE SystemModstamp >= {since:%Y-%m-%dT%H:%M:%SZ}"
    with open_salesforce(credentials) as connection:
        return int(connection.request("GET", "query", params={"q": query}).json()["totalSize"])


def _match(settings: Settings, transformation: Transformation, by_address: dict[str, str]) -> None:
    """Give leads that are new to identity an account and a person."""
    parents = transformation.manifest["parent_map"]
    nodes = set[str]().union(*(reach(by_address[address], parents) for address in _RECORDS))
    _, built = build_changed(settings, transformation, nodes & transformation.manifest["nodes"].keys())
    raise_for_failures(built)
    resolve(settings)


def _build(transformation: Transformation, unique_ids: list[str], *, is_sweep: bool) -> None:
    variables: dict[str, Any] = {"routing_sweep": True} if is_sweep else {}
    raise_for_failures(transformation.build(unique_ids, variables=variables))


def _write(settings: Settings) -> int | None:
    if SYNC not in syncs.active(settings):
        return None
    report = syncs.run(
        settings, SYNC, mode="live", approval=None, progress=lambda text: LOG.debug("%s: %s", SYNC, text)
    ).raise_for_status()
    return report.accepted


def _has(settings: Settings, address: str) -> bool:
    schema, _, table = address.partition(".")
    if not settings.warehouse.exists():
        return False
    query = f"select count(*) from duckdb_tables() where schema_name = '{schema}' and table_name = '{table}'"
    return bool(_count(settings, query))


def _count(settings: Settings, query: str) -> int:
    with duckdb.connect(str(settings.warehouse)) as connection:
        return int(connection.execute(query).fetchall()[0][0])
