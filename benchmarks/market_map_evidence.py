"""Evidence against a made market whose truth is known: what it found, what of that is real, what it missed."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pandas as pd

from ml.evidence import Attribute, weigh

AS_OF = date(2026, 10, 30)
# The attributes of seed evidence_attributes as the sandbox's systems hold them, its planted noise among them.
ATTRIBUTES = [
    Attribute("industry", "accounts", "category", (), True),
    Attribute("country_code", "accounts", "category", (), True),
    Attribute("state", "accounts", "category", (), True),
    Attribute("employee_count", "accounts", "number", (10, 50, 200, 1000, 5001, 20000), True),
    Attribute("annual_revenue_usd", "accounts", "number", (1e6, 1e7, 5e7, 2.5e8, 1e9, 5e9), True),
    Attribute("founded_year", "accounts", "number", (1950, 1980, 1990, 2000, 2010, 2020), True),
    Attribute("account_source", "accounts", "category", (), True),
    Attribute("phone", "accounts", "category", (), True),
    Attribute("legal_form", "accounts", "category", (), True),
    Attribute("technologies", "accounts", "list", (), True),
    Attribute("lead_source", "opportunities", "category", (), True),
]
PROXIES = {"annual_revenue_usd"}
_DEALS = """
with vendor as (
    select records.record_id as zoominfo_id, records.company_id from truth.company_records as records
    where records.source = 'zoominfo'
),

technologies as (
    select vendor.company_id, any_value(companies."techAttributes") as technologies,
        any_value(companies."foundedYear") as founded_year
    from world.zoominfo.companies as companies
    inner join vendor on cast(companies.id as varchar) = vendor.zoominfo_id
    group by vendor.company_id
)

select
    deals.is_won, cast(opportunities."Amount" as double) as amount_usd, 30 as sales_cycle_days,
    deals.company_id as account_id, false as is_churned,
    accounts."Industry" as industry, accounts."BillingCountryCode" as country_code, accounts."BillingState" as state,
    accounts."NumberOfEmployees" as employee_count, accounts."AnnualRevenue" as annual_revenue_usd,
    technologies.founded_year, accounts."AccountSource" as account_source,
    case when accounts."Phone" is null then 'none' else left(accounts."Phone", 2) end as phone,
    regexp_extract(companies.legal_name, '([A-Za-z.]+)$', 1) as legal_form, technologies.technologies,
    opportunities."LeadSource" as lead_source
from truth.deals as deals
inner join world.salesforce."Opportunity" as opportunities on deals.opportunity_id = opportunities."Id"
inner join world.salesforce."Account" as accounts on opportunities."AccountId" = accounts."Id"
inner join truth.companies as companies on deals.company_id = companies.company_id
left join technologies on deals.company_id = technologies.company_id
where deals.is_closed
order by deals.opportunity_id
"""


@dataclass(frozen=True)
class Discoveries:
    """Attributes found, of those false; planted attributes, of those found.

    Revenue is neither: it follows from headcount, which is planted, and tells it where the CRM's headcount is blank.
    """

    found: int
    false: int
    planted: int
    recalled: int
    words: str


def discoveries(seed: int, *, accounts: int) -> Discoveries:
    """Make a market, weigh its deals as the CRM tells them, and hold the findings against what was planted."""
    from sandbox.world import generate

    with tempfile.TemporaryDirectory(prefix="marketmap-evidence-") as folder:
        generate(Path(folder), accounts=accounts, seed=seed, as_of=AS_OF)
        with duckdb.connect() as connection:
            for name in ("world", "truth"):
                connection.execute(f"attach '{folder}/{name}.duckdb' as {name} (read_only)")
            deals = connection.execute(_DEALS).df()
            planted = _planted(connection)
    findings = weigh(deals, ATTRIBUTES, pd.DataFrame(index=deals.index), floor=20, alpha=0.05)
    found = set(findings.drivers.loc[findings.drivers["is_driver"], "driver"])
    found -= PROXIES
    missed, false = sorted(planted - found), sorted(found - planted)
    words = f"found {', '.join(sorted(found & planted)) or 'nothing'}"
    words += f"; missed {', '.join(missed)}" if missed else ""
    words += f"; FALSE {', '.join(false)}" if false else ""
    return Discoveries(len(found), len(false), len(planted), len(planted & found), words)


def _planted(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The planted drivers of fit as evidence names them: an attribute once, however many rules are on it."""
    rows = connection.execute("select distinct attribute, value from truth.drivers where affects = 'fit'").fetchall()
    return {f"technologies: {value}" if name == "technology" else str(name) for name, value in rows}
