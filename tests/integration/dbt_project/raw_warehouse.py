"""A small warehouse as ingestion and identity leave it: landed tables by name, and the ml tables over them.

Only what a test lands exists; a table that is not landed is absent, as it is for a system without credentials.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import duckdb

Row = Mapping[str, object]

SYSTEM_FIELDS = "is_deleted boolean, created_date timestamp, last_modified_date timestamp, system_modstamp timestamp"
# Columns with their landed types; a row names the ones it needs, further keys become columns of a guessed type.
SHAPES = {
    "raw_salesforce.accounts": "id text, name text, website text, type text, industry text, "
    "number_of_employees bigint, annual_revenue double, phone text, billing_street text, billing_city text, "
    "billing_state text, "
    "billing_postal_code text, billing_country text, billing_country_code text, parent_id text, owner_id text, "
    "master_record_id text, account_tier_c text, icp_fit_score_c double, account_valuation_c double, "
    "intelligence_score_c double, last_intent_topic_c text, prevent_override_c boolean, health_score_c double, "
    "segment_c text, current_contract_value_c double, is_branch_c boolean, " + SYSTEM_FIELDS,
    "raw_salesforce.contacts": "id text, account_id text, first_name text, last_name text, name text, email text, "
    "phone text, mobile_phone text, title text, department text, mailing_city text, mailing_country text, "
    "mailing_country_code text, has_opted_out_of_email boolean, owner_id text, master_record_id text, "
    "linked_in_url_c text, " + SYSTEM_FIELDS,
    "raw_salesforce.leads": "id text, first_name text, last_name text, name text, email text, phone text, title text, "
    "company text, website text, city text, country text, country_code text, status text, owner_id text, "
    "is_converted boolean, converted_account_id text, converted_contact_id text, has_opted_out_of_email boolean, "
    "master_record_id text, " + SYSTEM_FIELDS,
    "raw_salesforce.opportunities": "id text, account_id text, name text, stage_name text, amount double, "
    "close_date date, is_closed boolean, is_won boolean, probability double, type text, lead_source text, "
    "owner_id text, forecast_category_name text, campaign_id text, " + SYSTEM_FIELDS,
    "raw_salesforce.opportunity_contact_roles": "id text, opportunity_id text, contact_id text, role text, "
    "is_primary boolean, " + SYSTEM_FIELDS,
    "raw_salesforce.tasks": "id text, who_id text, what_id text, account_id text, subject text, status text, "
    "type text, task_subtype text, activity_date date, completed_date_time timestamp, owner_id text, "
    "call_duration_in_seconds bigint, is_closed boolean, " + SYSTEM_FIELDS,
    "raw_salesforce.events": "id text, who_id text, what_id text, account_id text, subject text, "
    "start_date_time timestamp, end_date_time timestamp, location text, type text, owner_id text, " + SYSTEM_FIELDS,
    "raw_salesforce.campaigns": "id text, name text, type text, status text, " + SYSTEM_FIELDS,
    "raw_salesforce.campaign_members": "id text, campaign_id text, lead_id text, contact_id text, status text, "
    "has_responded boolean, first_responded_date date, " + SYSTEM_FIELDS,
    "raw_salesforce.users": "id text, name text, email text, is_active boolean, title text, department text, "
    "time_zone_sid_key text, manager_id text, " + SYSTEM_FIELDS,
    "raw_salesforce.deleted_records": "object text, record_id text, deleted_at timestamp",
    "raw_marketo.leads": "id bigint, email text, first_name text, last_name text, title text, company text, "
    "website text, country text, phone text, unsubscribed boolean, sfdc_lead_id text, sfdc_contact_id text, "
    "sfdc_account_id text, created_at timestamp, updated_at timestamp",
    "raw_marketo.activities": "marketo_guid text, lead_id bigint, activity_date timestamp, activity_type_id bigint, "
    "campaign_id bigint, primary_attribute_value_id bigint, primary_attribute_value text, attributes text",
    "raw_marketo.deleted_leads": "lead_id bigint, activity_date timestamp",
    "raw_zoominfo.companies": "input_object text, input_record_id text, match_status text, zoominfo_company_id text, "
    "name text, website text, phone text, city text, state text, country text, primary_industry text, "
    "employee_count bigint, revenue_usd double, founded_year bigint, technologies text, observed_at timestamp",
    "raw_bombora.company_surges": "week_date date, company_name text, domain text, country text, topic_id text, "
    "topic_name text, composite_score bigint, composite_score_delta bigint",
    "ml.accounts": "account_id text, normalised_name text, domain text, family_domain text, country_code text, "
    "minted_at timestamp",
    "ml.account_records": "source text, object text, record_id text, account_id text, method text, confidence double",
    "ml.person_records": "source text, object text, record_id text, contact_id text, account_id text, method text, "
    "confidence double",
    "ml.lead_accounts": "lead_id text, account_id text, method text, confidence double",
    "ml.account_hierarchy": "account_id text, parent_account_id text, domestic_ultimate_account_id text, "
    "global_ultimate_account_id text, hierarchy_level bigint",
    "ml.match_review": "left_source text, left_object text, left_record_id text, right_source text, "
    "right_object text, right_record_id text, score double, evidence text, at timestamp",
}


def land(warehouse: Path, table: str, rows: Sequence[Row]) -> None:
    """Replace `table` ("schema.name", one of SHAPES) with `rows`; keys beyond its shape become columns."""
    shape = dict(column.strip().split(" ", 1) for column in SHAPES[table].split(","))
    for row in rows:
        for name, value in row.items():
            shape.setdefault(name, _guess(value))
    columns = ", ".join(f'"{name}" {kind}' for name, kind in shape.items())
    marks = ", ".join("?" for _ in shape)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"create schema if not exists {table.partition('.')[0]}")
        connection.execute(f"create or replace table {table} ({columns})")
        for row in rows:
            connection.execute(f"insert into {table} values ({marks})", [row.get(name) for name in shape])


def identify(warehouse: Path, accounts: Mapping[str, str], people: Mapping[str, tuple[str, str | None]]) -> None:
    """Write the ml tables as ml/identity would.

    accounts: "source/object/record_id" -> account_id. people: the same key -> (contact_id, account_id or None).
    Account ids become accounts at the top of their own hierarchy; leads with an account become lead_accounts.
    """
    account_records = [
        _record(key) | {"account_id": account_id, "method": "test", "confidence": 1.0}
        for key, account_id in accounts.items()
    ]
    person_records = [
        _record(key) | {"contact_id": contact_id, "account_id": account_id, "method": "test", "confidence": 0.9}
        for key, (contact_id, account_id) in people.items()
    ]
    leads = [
        {"lead_id": row["record_id"], "account_id": row["account_id"], "method": "test", "confidence": 0.9}
        for row in person_records
        if row["source"] == "salesforce" and row["object"] == "Lead" and row["account_id"]
    ]
    ids = sorted(set(accounts.values()))
    land(warehouse, "ml.account_records", account_records)
    land(warehouse, "ml.person_records", person_records)
    land(warehouse, "ml.lead_accounts", leads)
    land(warehouse, "ml.accounts", [{"account_id": account_id, "domain": f"{account_id}.com"} for account_id in ids])
    land(
        warehouse,
        "ml.account_hierarchy",
        [
            {
                "account_id": account_id,
                "domestic_ultimate_account_id": account_id,
                "global_ultimate_account_id": account_id,
                "hierarchy_level": 0,
            }
            for account_id in ids
        ],
    )
    land(warehouse, "ml.match_review", [])


def _record(key: str) -> dict[str, object]:
    source, record_object, record_id = key.split("/", 2)
    return {"source": source, "object": record_object, "record_id": record_id}


def _guess(value: object) -> str:
    kinds: list[tuple[type, str]] = [
        (bool, "boolean"),
        (int, "bigint"),
        (float, "double"),
        (datetime, "timestamp"),
        (date, "date"),
    ]
    return next((name for kind, name in kinds if isinstance(value, kind)), "text")
