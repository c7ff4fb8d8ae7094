"""Asset keys, groups and owners, decided here alone.

A table's key is its address in the warehouse, `schema/table`, whoever builds it: what dlt lands, what dbt calls a
source, what the ML rooms write and what a check or a sync names therefore join into one lineage by themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dagster import AssetKey

PREFLIGHT = AssetKey(["operations", "preflight"])
ENRICHMENT_QUEUE = AssetKey(["ops", "enrichment_queue"])
PUBLISHED_MARTS = AssetKey(["published", "marts"])
PUBLISHED_OPERATIONS = AssetKey(["published", "operations"])
QA_CHECKLIST = AssetKey(["operations", "qa_checklist"])
MAINTENANCE = AssetKey(["operations", "maintenance"])
RETENTION = AssetKey(["operations", "retention"])
ROUTED_NEW_LEADS = AssetKey(["operations", "routed_new_leads"])
RETENTION_RULES = AssetKey(["seeds", "retention"])

IDENTITY_TABLES = {
    "account_records": "One row per source record that belongs to an account.",
    "person_records": "One row per source record that describes a person.",
    "lead_accounts": "One row per lead that was matched to an account.",
    "accounts": "One row per account id ever minted.",
    "account_hierarchy": "One row per account with its parent and its domestic and global ultimate.",
    "account_id_history": "One row per minting, merge or split of an account id.",
    "hierarchy_conflicts": "One row per account whose parents disagree or form a circle.",
    "contact_moves": "One row per contact who works at another company by now.",
    "unmatched_leads": "One row per lead of a company that no account is known for.",
    "match_review": "One row per pair of records too alike to ignore and too unlike to merge.",
}
IDENTITY_INPUTS = (
    AssetKey(["intermediate", "int_company_records"]),
    AssetKey(["intermediate", "int_person_records"]),
    AssetKey(["intermediate", "int_record_ownerships"]),
)

EVIDENCE_TABLES = {
    "evidence_status": "One row saying whether there is enough history to learn from.",
    "segment_evidence": "One row per attribute and segment with the outcome of its closed deals.",
    "driver_evidence": "One row per attribute, or item of a list, that may drive wins.",
    "suggested_weights": "One row per weighted ICP vector with the effect that past deals show.",
}
EVIDENCE_INPUTS = (
    AssetKey(["intermediate", "int_accounts"]),
    AssetKey(["intermediate", "int_opportunities"]),
    AssetKey(["intermediate", "int_opportunities__vector_matches"]),
    AssetKey(["seeds", "evidence_attributes"]),
    AssetKey(["seeds", "evidence_settings"]),
)

PROPENSITY_TABLES = {
    "propensity_models": "One row per training, with what it was made of and how good it is.",
    "propensity_cohorts": "One row per training, way of fitting and out-of-time cohort.",
    "propensity_bands": "One row per training, way of fitting and band of the score.",
    "propensity_scores": "One row per account with its probability to convert, or why there is none.",
    "propensity_reasons": "One row per account and factor; the contributions of an account add up to its log odds.",
    "propensity_drift": "One row per factor with its stability index since training.",
}
PROPENSITY_INPUTS = (
    AssetKey(["intermediate", "int_propensity_events"]),
    AssetKey(["intermediate", "int_propensity_outcomes"]),
    AssetKey(["intermediate", "int_propensity_profiles"]),
    AssetKey(["intermediate", "int_propensity_rule_points"]),
    AssetKey(["seeds", "propensity_models"]),
)


@dataclass(frozen=True)
class Layer:
    """Who answers for a layer's assets, and the group they stand in."""

    owner: str
    group: str | None = None


_LAYERS = {
    "operations": Layer("team:data-platform", "operations"),
    "ops": Layer("team:data-platform", "operations"),
    "published": Layer("team:data-platform", "publication"),
    "seeds": Layer("team:revenue-operations", "rules"),
    "staging": Layer("team:data-platform"),
    "intermediate": Layer("team:data-platform"),
    "ml": Layer("team:data-science", "ml"),
    "marts": Layer("team:revenue-operations"),
    "activation": Layer("team:revenue-operations", "activation"),
}
_RAW = "raw_"
_SYNCED = Layer("team:revenue-operations", "activation")


def layer(key: AssetKey) -> Layer:
    """The layer of `key` by its first part; raw tables stand in their source's group, syncs with the activation."""
    schema = key.path[0]
    if schema.startswith(_RAW):
        return Layer("team:data-platform", schema.removeprefix(_RAW))
    return _LAYERS.get(schema, _SYNCED)


def raw_schema(source: str) -> str:
    """The schema that a source's resources land in."""
    return f"{_RAW}{source}"


def raw(source: str, resource: str) -> AssetKey:
    """A landed table."""
    return AssetKey([raw_schema(source), resource])


def identity(table: str) -> AssetKey:
    """A table that ml/identity writes."""
    return AssetKey(["ml", table])


def learnt(table: str) -> AssetKey:
    """A table that ml learns from the built intermediate models; dbt's source `learnt`."""
    return AssetKey(["ml", table])


def model(address: str) -> AssetKey:
    """A dbt model by its address, `activation.sync_salesforce__accounts`."""
    return AssetKey(address.split("."))


def gate_suite(address: str) -> str:
    """The suite that stands before a sync: it bears the name of the sync's model."""
    return model(address).path[-1]


def is_mart(key: AssetKey) -> bool:
    """Whether the table is published."""
    return key.path[0] == "marts"


def sync(destination: str, name: str) -> AssetKey:
    """What a sync keeps up to date: `salesforce__accounts` is `salesforce/accounts`."""
    return AssetKey([destination, name.removeprefix(f"{destination}__")])


def dbt(properties: Mapping[str, Any]) -> AssetKey:
    """A node of dbt's manifest: model, seed, snapshot or source."""
    table = properties["identifier"] if properties["resource_type"] == "source" else properties["alias"]
    return AssetKey([properties["schema"], table])


def dbt_node(manifest: Mapping[str, Any], unique_id: str) -> Mapping[str, Any]:
    """What a manifest says of a model, seed, snapshot, test or source."""
    found: Mapping[str, Any] = manifest["sources" if unique_id.startswith("source.") else "nodes"][unique_id]
    return found


def dbt_group(properties: Mapping[str, Any]) -> str:
    """The group of a dbt node: its layer's, else its folder (`intermediate/scores` and `marts/scores` are `scores`)."""
    folder: str = properties["fqn"][-2]
    return layer(dbt(properties)).group or folder


def table_name(key: AssetKey) -> str:
    """`schema.table`, as SQL and messages name it."""
    return ".".join(key.path)
