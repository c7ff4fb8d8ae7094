"""What is really so, for tests and benchmarks only: companies, people, and which record is which."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from sandbox.world.accounts import LIVE
from sandbox.world.bombora import bombora_domains
from sandbox.world.columns import Flags, Ints, as_text, chosen, joined, repeated
from sandbox.world.companies import KINDS, industries
from sandbox.world.geography import country_codes
from sandbox.world.identifiers import serials
from sandbox.world.marketo import MarketoPeople
from sandbox.world.people import full_names, title_column
from sandbox.world.plan import Plan
from sandbox.world.randomness import stream
from sandbox.world.store import Store
from sandbox.world.zoominfo import Vendor


def truth_path(directory: Path) -> Path:
    """Where a world's truth lies."""
    return directory / "truth.duckdb"


class TruthKeys:
    """Ids of true companies, families and people; random, so that their order says nothing."""

    def __init__(self, plan: Plan) -> None:
        rng = stream(plan.scale.seed, "truth keys")
        families = int(plan.companies.family.max()) + 1
        self.company = joined("com_", as_text(_lots(plan.companies.count, rng)))
        self.family = joined("fam_", as_text(_lots(families, rng)))
        self.person = joined("hum_", as_text(_lots(plan.people.count, rng)))
        self._family_of_company = plan.companies.family

    def companies(self, rows: Ints) -> dict[str, pa.Array]:
        """company_id and family_id of company rows; null for -1."""
        known = rows >= 0
        return {
            "company_id": chosen(self.company, rows),
            "family_id": chosen(self.family, self._family_of_company[np.maximum(rows, 0)], known),
        }


def _lots(count: int, rng: np.random.Generator) -> Ints:
    return serials(rng.permutation(count), rng, first=100_000, widest_gap=9)


def write_companies(plan: Plan, keys: TruthKeys, store: Store) -> None:
    """companies: one row per company of the market, whether or not any system knows it."""
    companies, tree = plan.companies, plan.companies.hierarchy
    store.insert(
        "companies",
        {
            **keys.companies(np.arange(companies.count)),
            "legal_name": pa.array([name.legal for name in companies.names]),
            "lei": pa.array(companies.lei, pa.string()),
            "domain": pa.array(companies.domain, pa.string()),
            "country_code": chosen(country_codes(), companies.country),
            "industry": chosen(industries(), companies.industry),
            "employee_count": pa.array(companies.employees),
            "annual_revenue_usd": pa.array(companies.revenue),
            "kind": chosen(KINDS, companies.kind),
            "parent_company_id": chosen(keys.company, tree.parent),
            "domestic_ultimate_company_id": chosen(keys.company, tree.domestic_ultimate),
            "global_ultimate_company_id": chosen(keys.company, tree.global_ultimate),
            "hierarchy_level": pa.array(tree.level),
            "in_crm": pa.array(plan.accounts.primary >= 0),
            "is_customer": pa.array(plan.deals.customer_since < plan.timeline.end),
            "true_fit": pa.array(plan.market.fit),
            "contract_potential_usd": pa.array(plan.market.potential),
        },
    )


def write_people(plan: Plan, keys: TruthKeys, store: Store) -> None:
    """people: everybody, with the company they work for now."""
    everyone = np.arange(plan.people.count)
    given, family = full_names(plan.people, everyone)
    store.insert(
        "people",
        {
            "person_id": keys.person,
            "company_id": chosen(keys.company, plan.roster.person_company),
            "given_name": given,
            "family_name": family,
            "title": chosen(title_column("title"), plan.people.title),
            "department": chosen(title_column("department"), plan.people.title),
            "seniority": chosen(title_column("seniority"), plan.people.title),
            "has_moved": pa.array(plan.roster.has_moved),
        },
    )


def write_records(
    plan: Plan,
    marketo: MarketoPeople,
    vendor: Vendor,
    contact_ids: pa.Array,
    lead_ids: pa.Array,
    keys: TruthKeys,
    store: Store,
) -> None:
    """company_records and person_records: which record is which company, which person."""
    leads, contacts, accounts = plan.roster.leads, plan.roster.contacts, plan.accounts
    marketo_ids, marketo_live, lead_live = as_text(marketo.ids), ~marketo.deleted, leads.state == LIVE
    known = np.flatnonzero(vendor.known)
    domains, carriers = bombora_domains(plan)
    company_records: list[tuple[str, str, pa.Array, Ints, Flags | None]] = [
        ("salesforce", "Account", accounts.ids, accounts.company, accounts.state == LIVE),
        ("salesforce", "Lead", lead_ids, plan.pursuits.company[leads.pursuit], lead_live),
        ("zoominfo", "Company", as_text(vendor.ids[known]), known, None),
        ("bombora", "Company", pa.array(domains), carriers, None),
        ("marketo", "Lead", marketo_ids, marketo.company, marketo_live),
    ]
    for source, name, ids, company, live in company_records:
        store.insert("company_records", _record(source, name, ids, live) | keys.companies(company))
    person_records = [
        ("salesforce", "Contact", contact_ids, contacts.person, contacts.state == LIVE),
        ("salesforce", "Lead", lead_ids, leads.person, lead_live),
        ("marketo", "Lead", marketo_ids, marketo.person, marketo_live),
    ]
    for source, name, ids, person, live in person_records:
        columns = _record(source, name, ids, live) | {"person_id": chosen(keys.person, person)}
        store.insert("person_records", columns)


def _record(source: str, name: str, ids: pa.Array, live: Flags | None) -> dict[str, pa.Array]:
    return {
        "source": repeated(source, len(ids)),
        "object": repeated(name, len(ids)),
        "record_id": ids,
        "is_live": repeated(True, len(ids)) if live is None else pa.array(live),
    }
