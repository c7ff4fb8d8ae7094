"""Live routing: what changed in the CRM goes through the flow and back to the CRM, without the whole job.

Lands the CRM, matches records anew only when there are leads that identity has never seen, and builds only what the
flow is made of: accounts, tiers, scores and activities are those of the latest build. Who is to be told is told.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb

from connections import SalesforceCredentials, open_salesforce
from orchestration import contents, landing, preflight, publication, syncs
from orchestration.building import build_changed, stale
from orchestration.errors import RequestFault, TransformationFailed
from orchestration.identities import resolve
from orchestration.outcomes import raise_for_failures
from orchestration.rescoring import addresses, reach
from orchestration.settings import Settings
from orchestration.transformation import Transformation

LOG = logging.getLogger("marketmap.routing")
CRM = "salesforce"
SYNC = "salesforce__lead_routings"
MAKING = "salesforce__new_leads"
_MESSAGES = ("slack__alerts", "teams__alerts", "email__alerts")
SYNCS = (SYNC, *_MESSAGES)
DECISIONS = "marts.fct_routing_decisions"
_BUILT = (
    "intermediate.int_routing_users",
    "intermediate.int_routing_leads",
    DECISIONS,
    "marts.lead_routings",
    "marts.lead_slas",
    "intermediate.int_partner_contacts",
    "marts.partner_contacts",
    "marts.partner_follow_ups",
    "marts.lead_alerts",
    *(f"activation.sync_{name}" for name in SYNCS),
)
_RECORDS = ("intermediate.int_company_records", "intermediate.int_person_records")
_AFTER_CHANGES = (
    "Routing builds only the flow itself: after an upgrade or an edit of the project, `marketmap run` builds the rest."
)
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

    Raises RequestFault before the first whole run, PreflightFailed for faulty seeds, IngestionFailed,
    TransformationFailed, ConnectionFailure, and SyncFault when a sync refuses (the first sweep moves many leads and
    takes an approval).
    """
    began = time.monotonic()
    if not _has(settings, DECISIONS):
        raise RequestFault("Nothing is built yet, so there is nothing to route by. Run `marketmap run` once.")
    landing.land(settings, [CRM] if CRM in landing.active(settings) else []).raise_for_failures()
    by_address = addresses(transformation)
    if _count(settings, _UNMATCHED):
        _match(settings, transformation, by_address)
    before = _count(settings, f"select count(*) from {DECISIONS}")
    _build(settings, transformation, [by_address[address] for address in _BUILT], is_sweep=is_sweep)
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


def made(settings: Settings) -> int:
    """How many leads the latest run of their sync made in the CRM."""
    runs = f"from ops.sync_runs where sync = '{MAKING}' and mode = 'live'"
    return _count(settings, f"select coalesce(max_by(accepted, started_at), 0) {runs}")


def _match(settings: Settings, transformation: Transformation, by_address: dict[str, str]) -> None:
    """Give leads that are new to identity an account and a person."""
    parents = transformation.manifest["parent_map"]
    nodes = set[str]().union(*(reach(by_address[address], parents) for address in _RECORDS))
    _, built = build_changed(settings, transformation, nodes & transformation.manifest["nodes"].keys())
    raise_for_failures(built)
    resolve(settings)


def _build(settings: Settings, transformation: Transformation, built: list[str], *, is_sweep: bool) -> None:
    """Build the flow on its seeds as they are now; after an upgrade, first what it reads and nobody has made."""
    read, missing = _read(settings, transformation, built)
    edited = stale(settings, transformation, {name for name in read if name.startswith("seed.")})
    if edited:
        preflight.check_seeds(settings)
    variables: dict[str, Any] = {"routing_sweep": True} if is_sweep else {}
    try:
        _, made = build_changed(settings, transformation, edited | missing)
        raise_for_failures(made)
        raise_for_failures(transformation.build(built, variables=variables))
    except TransformationFailed as failure:
        raise TransformationFailed(*failure.lines, _AFTER_CHANGES) from failure


def _read(settings: Settings, transformation: Transformation, built: list[str]) -> tuple[set[str], set[str]]:
    """The nodes whose rows a build reads, through views too, and those of them that the warehouse lacks."""
    nodes, parents = transformation.manifest["nodes"], transformation.manifest["parent_map"]
    with duckdb.connect(str(settings.warehouse)) as connection:
        present = contents.tables(connection)
    read, missing, waiting = set[str](), set[str](), [*built]
    while waiting:
        for name in nodes.keys() & set(parents[waiting.pop()]) - read - set(built):
            read.add(name)
            if f"{nodes[name]['schema']}.{nodes[name]['alias']}" not in present:
                missing.add(name)
            elif nodes[name]["config"]["materialized"] != "view":
                continue  # what a table is made of does not matter
            waiting.append(name)
    return read, missing


def _write(settings: Settings) -> int | None:
    """What the CRM accepted; the owners go first, then the messages on them, each whatever became of the others."""
    active = syncs.active(settings)
    reports = {
        name: syncs.run(
            settings, name, mode="live", approval=None, progress=lambda text: LOG.debug("routing: %s", text)
        )
        for name in SYNCS
        if name in active
    }
    for report in reports.values():
        report.raise_for_status()
    return reports[SYNC].accepted if SYNC in reports else None


def _has(settings: Settings, address: str) -> bool:
    schema, _, table = address.partition(".")
    if not settings.warehouse.exists():
        return False
    query = f"select count(*) from duckdb_tables() where schema_name = '{schema}' and table_name = '{table}'"
    return bool(_count(settings, query))


def _count(settings: Settings, query: str) -> int:
    with duckdb.connect(str(settings.warehouse)) as connection:
        return int(connection.execute(query).fetchall()[0][0])
