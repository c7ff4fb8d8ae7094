"""The CRM as enrichment sees it, and rules as short as a test needs them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from connections import DnbCredentials, KeyCredentials, ZoomInfoCredentials
from ingestion import LoadReport
from ingestion.vendors import VendorOptions, read_rules
from ingestion.vendors.rules import Rules, Step

from .conftest import Lake

SEEDS = Path(__file__).parents[3] / "dbt_project" / "seeds"
VENDORS = ("apollo", "clearbit", "lusha", "zoominfo", "dnb")


def shipped() -> Rules:
    """The rules as they are in the repository."""
    return read_rules(SEEDS)


def rules(*steps: Step, base: Rules | None = None, **vendor: Any) -> Rules:
    """The shipped rules with another waterfall (if one is given), and every vendor changed alike."""
    base = base or shipped()
    vendors = {name: replace(own, **vendor) for name, own in base.vendors.items()}
    return replace(base, steps=steps or base.steps, vendors=vendors)


def only(vendor: str, entity: str = "accounts") -> Step:
    """One step: everything is asked of one vendor."""
    return Step(entity, "*", 1, vendor, 0.5)


def credentials(lake: Lake, vendor: str) -> Any:
    """What the sandbox gives for a vendor."""
    env = lake.sandbox.env
    if vendor == "zoominfo":
        return ZoomInfoCredentials(env["ZOOMINFO_BASE_URL"], env["ZOOMINFO_USERNAME"], env["ZOOMINFO_PASSWORD"])
    if vendor == "dnb":
        lake.sandbox.configure("dnb", calls=1000)
        return DnbCredentials(env["DNB_BASE_URL"], env["DNB_CONSUMER_KEY"], env["DNB_CONSUMER_SECRET"], 1000)
    prefix = vendor.upper()
    return KeyCredentials(env[f"{prefix}_BASE_URL"], env[f"{prefix}_API_KEY"])


def enrich(
    lake: Lake, vendor: str, by: Rules, active: Collection[str] = (), retry_seconds: float | None = None, **options: Any
) -> LoadReport:
    """One vendor's load."""
    given = VendorOptions(by, tuple(active) or (vendor,), **options)
    return lake.load(vendor, credentials=credentials(lake, vendor), options=given, retry_seconds=retry_seconds)


def land_crm(lake: Lake) -> None:
    """The CRM's accounts, contacts and leads as ingestion lands them."""
    statements: Sequence[str] = (
        "create schema if not exists raw_salesforce",
        """create or replace table raw_salesforce.accounts as select "Id" as id, "IsDeleted" as is_deleted,
            "Name" as name, "Website" as website, "BillingStreet" as billing_street, "BillingCity" as billing_city,
            "BillingState" as billing_state, "BillingPostalCode" as billing_postal_code,
            coalesce("BillingCountry", 'United States') as billing_country,
            coalesce("BillingCountryCode", 'US') as billing_country_code from world.salesforce."Account" """,
        """create or replace table raw_salesforce.contacts as select "Id" as id, "IsDeleted" as is_deleted,
            "AccountId" as account_id, "FirstName" as first_name, "LastName" as last_name, "Email" as email,
            "LinkedIn_URL__c" as linked_in_url_c from world.salesforce."Contact" """,
        """create or replace table raw_salesforce.leads as select "Id" as id, "IsDeleted" as is_deleted,
            "FirstName" as first_name, "LastName" as last_name, "Email" as email, "Company" as company,
            "Website" as website, "LinkedIn_URL__c" as linked_in_url_c from world.salesforce."Lead" """,
    )
    for statement in statements:
        lake.rows(statement)
