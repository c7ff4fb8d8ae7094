"""A market of six companies and three people that shows fit, tier, value, score and the CRM's payload."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from tests.integration.dbt_project.core_scenario import system
from tests.integration.dbt_project.raw_warehouse import Row, identify, land

AS_OF = "2026-06-30"
TODAY = datetime(2026, 6, 30, 9, 30)  # noqa: DTZ001 (the warehouse holds UTC without a zone)
BANK, TWIN, SHOP, CITY, BLANK = (f"00100000000{number:04d}AAA" for number in range(1, 6))
VP, ANALYST, LEAD = "003000000000001AAA", "003000000000002AAA", "00Q000000000001AAA"


def build_raw(warehouse: Path) -> None:
    """Land a bank with a duplicate, a shop, a city, a company nobody knows, and a lead without account."""
    land(warehouse, "raw_salesforce.accounts", accounts())
    land(
        warehouse,
        "raw_salesforce.contacts",
        [
            {"id": VP, "account_id": BANK, "name": "Zoë O'Brien", "title": "VP of Finance"} | system(),
            {"id": ANALYST, "account_id": BANK, "name": "Al", "title": "Analyst"} | system(),
        ],
    )
    lead = {"name": "Li", "company": "Fintech 🚀", "industry": "Finance", "country_code": "US"}
    land(warehouse, "raw_salesforce.leads", [{"id": LEAD, "number_of_employees": 300} | lead | system()])
    land(
        warehouse,
        "raw_marketo.leads",
        [{"id": 1, "email": "zoe@bank.com", "sfdc_contact_id": VP, "created_at": TODAY, "updated_at": TODAY}],
    )
    land(
        warehouse,
        "raw_marketo.activities",
        [
            _activity("visit", 1, "/blog/attribution"),
            _activity("download", 2, "Pricing guide"),
        ],
    )
    land(warehouse, "raw_bombora.company_surges", [_surge(92, 25)])
    identify(
        warehouse,
        {
            f"salesforce/Account/{BANK}": "acc_bank",
            f"salesforce/Account/{TWIN}": "acc_bank",
            f"salesforce/Account/{SHOP}": "acc_shop",
            f"salesforce/Account/{CITY}": "acc_city",
            f"salesforce/Account/{BLANK}": "acc_blank",
            "bombora/Company/bank.com": "acc_bank",
        },
        {
            f"salesforce/Contact/{VP}": ("per_vp", "acc_bank"),
            "marketo/Lead/1": ("per_vp", "acc_bank"),
            f"salesforce/Contact/{ANALYST}": ("per_analyst", "acc_bank"),
            f"salesforce/Lead/{LEAD}": ("per_lead", None),
        },
    )


def accounts(shop_industry: str = "Retail") -> list[Row]:
    """The CRM's accounts; the shop's industry is what a person changes."""
    bank = {"name": "Bank", "industry": "Finance", "number_of_employees": 1000, "annual_revenue": 500_000_000.0}
    shop = {"name": "Shop", "industry": shop_industry, "number_of_employees": 300, "annual_revenue": 60_000_000.0}
    return [
        {"id": BANK, "website": "bank.com", "billing_country_code": "US", "funding_stage_c": "Series B"}
        | bank
        | system(),
        {"id": TWIN, "name": "The Bank", "prevent_override_c": True} | system(),
        {"id": SHOP, "billing_country_code": "FR"} | shop | system(),
        {"id": CITY, "name": "City", "industry": "Government", "number_of_employees": 900} | system(),
        {"id": BLANK, "name": "Nobody knows"} | system(),
    ]


def _activity(key: str, activity_type_id: int, subject: str) -> dict[str, object]:
    return {
        "marketo_guid": key,
        "lead_id": 1,
        "activity_date": TODAY,
        "activity_type_id": activity_type_id,
        "primary_attribute_value": subject,
        "attributes": "[]",
    }


def _surge(score: int, delta: int) -> dict[str, object]:
    return {
        "week_date": date(2026, 6, 29),
        "company_name": "Bank",
        "domain": "bank.com",
        "topic_id": "t1",
        "topic_name": "Lead Scoring",
        "composite_score": score,
        "composite_score_delta": delta,
    }
