"""What is really so, for tests and benchmarks only: `truth.duckdb`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from sandbox.world.accounts import LIVE, Accounts
from sandbox.world.bombora import bombora_domains
from sandbox.world.columns import Flags, Floats, Ints, as_text, chosen, dates, joined, repeated
from sandbox.world.companies import KINDS, Companies, industries
from sandbox.world.deals import Deals
from sandbox.world.geography import country_codes
from sandbox.world.identifiers import serials
from sandbox.world.market import CONVERSION, DRIVERS, NOISE_ATTRIBUTES, OPPORTUNITY, WIN, Market
from sandbox.world.marketo import MarketoPeople
from sandbox.world.people import People, full_names, title_column
from sandbox.world.propensity import Cutoff
from sandbox.world.pursuits import Pursuits
from sandbox.world.randomness import stream
from sandbox.world.roster import Roster
from sandbox.world.scale import Scale
from sandbox.world.store import Store
from sandbox.world.timeline import WEEK, Timeline
from sandbox.world.zoominfo import Vendor


class TruthKeys:
    """Ids of true companies, families and people; random, so that their order says nothing."""

    def __init__(self, companies: Companies, people: People, seed: int) -> None:
        rng = stream(seed, "truth keys")
        self.company = joined("com_", as_text(_lots(companies.count, rng)))
        self.family = joined("fam_", as_text(_lots(int(companies.family.max()) + 1, rng)))
        self.person = joined("hum_", as_text(_lots(people.count, rng)))


def _lots(count: int, rng: np.random.Generator) -> Ints:
    return serials(rng.permutation(count), rng, first=100_000, widest_gap=9)


def area_under_curve(probability: Floats, outcome: Flags) -> float:
    """The AUC of a probability against what happened (rank statistic, ties averaged)."""
    positives = int(outcome.sum())
    if positives in (0, outcome.size):
        return float("nan")
    _, code, counts = np.unique(probability, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    ranks = mean_rank[code][outcome].sum()
    return float((ranks - positives * (positives + 1) / 2) / (positives * (outcome.size - positives)))


def write_companies(
    companies: Companies,
    market: Market,
    accounts: Accounts,
    deals: Deals,
    keys: TruthKeys,
    timeline: Timeline,
    store: Store,
) -> None:
    """companies, drivers."""
    tree = companies.hierarchy
    store.insert(
        "companies",
        {
            "company_id": keys.company,
            "family_id": keys.family.take(pa.array(companies.family)),
            "legal_name": pa.array(companies.names.legal),
            "lei": pa.array([lei or None for lei in companies.names.lei], pa.string()),
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
            "in_crm": pa.array(accounts.primary >= 0),
            "is_customer": pa.array(deals.customer_since < timeline.end),
            "true_fit": pa.array(market.fit),
            "contract_potential_usd": pa.array(market.potential),
        },
    )
    drivers = [(d.name, d.attribute, d.operator, d.value, d.weight, "fit", False) for d in DRIVERS]
    for outcome, weights in (("win", WIN), ("opportunity", OPPORTUNITY), ("conversion", CONVERSION)):
        drivers += [
            (f"{outcome}: {name}", name, "linear", "", weight, outcome, False) for name, weight in weights.items()
        ]
    drivers += [(f"noise: {name}", name, "none", "", 0.0, "nothing", True) for name in NOISE_ATTRIBUTES]
    columns = ("name", "attribute", "operator", "value", "weight", "affects", "is_noise")
    store.insert(
        "drivers",
        {name: pa.array(list(values)) for name, values in zip(columns, zip(*drivers, strict=True), strict=True)},
    )


def write_people(roster: Roster, people: People, keys: TruthKeys, store: Store) -> None:
    """people."""
    everyone = np.arange(people.count)
    given, family = full_names(people, everyone)
    store.insert(
        "people",
        {
            "person_id": keys.person,
            "company_id": chosen(keys.company, roster.person_company),
            "given_name": given,
            "family_name": family,
            "title": chosen(title_column("title"), people.title),
            "department": chosen(title_column("department"), people.title),
            "seniority": chosen(title_column("seniority"), people.title),
            "has_moved": pa.array(roster.has_moved),
        },
    )


def write_records(
    companies: Companies,
    accounts: Accounts,
    roster: Roster,
    pursuits: Pursuits,
    marketo: MarketoPeople,
    vendor: Vendor,
    contact_ids: pa.Array,
    lead_ids: pa.Array,
    keys: TruthKeys,
    scale: Scale,
    store: Store,
) -> None:
    """company_records and person_records: which record is which company, which person."""
    _company_rows(
        store, keys, companies, "salesforce", "Account", accounts.ids, accounts.company, accounts.state == LIVE
    )
    lead_company = pursuits.company[roster.leads.pursuit]
    _company_rows(store, keys, companies, "salesforce", "Lead", lead_ids, lead_company, roster.leads.state == LIVE)
    known = np.flatnonzero(vendor.known)
    _company_rows(
        store, keys, companies, "zoominfo", "Company", as_text(vendor.ids[known]), known, np.ones(known.size, np.bool_)
    )
    domains, carriers = bombora_domains(companies, scale)
    _company_rows(
        store, keys, companies, "bombora", "Company", pa.array(domains), carriers, np.ones(carriers.size, np.bool_)
    )
    _company_rows(store, keys, companies, "marketo", "Lead", as_text(marketo.ids), marketo.company, ~marketo.deleted)
    for source, name, ids, person, live in (
        ("salesforce", "Contact", contact_ids, roster.contacts.person, roster.contacts.state == LIVE),
        ("salesforce", "Lead", lead_ids, roster.leads.person, roster.leads.state == LIVE),
        ("marketo", "Lead", as_text(marketo.ids), marketo.person, ~marketo.deleted),
    ):
        store.insert(
            "person_records",
            {
                "source": repeated(source, person.size),
                "object": repeated(name, person.size),
                "record_id": ids,
                "person_id": chosen(keys.person, person),
                "is_live": pa.array(live),
            },
        )


def _company_rows(
    store: Store,
    keys: TruthKeys,
    companies: Companies,
    source: str,
    name: str,
    ids: pa.Array,
    company: Ints,
    live: Flags,
) -> None:
    store.insert(
        "company_records",
        {
            "source": repeated(source, company.size),
            "object": repeated(name, company.size),
            "record_id": ids,
            "company_id": chosen(keys.company, company),
            "family_id": chosen(keys.family, companies.family[company], company >= 0),
            "is_live": pa.array(live),
        },
    )


def write_outcomes(
    companies: Companies,
    roster: Roster,
    pursuits: Pursuits,
    deals: Deals,
    lead_ids: pa.Array,
    deal_ids: pa.Array,
    keys: TruthKeys,
    store: Store,
) -> None:
    """lead_companies and deals: the planted probabilities and what came of them."""
    pursuit = roster.leads.pursuit
    first = np.arange(pursuit.size) < pursuits.count
    company = pursuits.company[pursuit]
    store.insert(
        "lead_companies",
        {
            "lead_id": lead_ids,
            "company_id": chosen(keys.company, company),
            "family_id": chosen(keys.family, companies.family[company], company >= 0),
            "conversion_probability": pa.array(np.where(first, pursuits.probability[pursuit], 0.0)),
            "engagement": pa.array(pursuits.engagement[pursuit]),
            "is_converted": pa.array(first & pursuits.converted[pursuit]),
            "is_decided": pa.array(pursuits.decided[pursuit]),
        },
    )
    store.insert(
        "deals",
        {
            "opportunity_id": deal_ids,
            "company_id": chosen(keys.company, deals.company),
            "win_probability": pa.array(deals.probability),
            "enthusiasm": pa.array(deals.enthusiasm),
            "interest": pa.array(deals.interest),
            "is_closed": pa.array(deals.closed),
            "is_won": pa.array(deals.won),
        },
    )


def write_ceilings(pursuits: Pursuits, deals: Deals, cutoffs: list[Cutoff], store: Store) -> None:
    """ceilings: AUC and Brier score of the planted probabilities themselves, which no honest model can beat for long."""
    judged = pursuits.decided & (pursuits.company >= 0)
    outcomes = {
        "win": (deals.probability[deals.closed], deals.won[deals.closed]),
        "conversion": (pursuits.probability[judged], pursuits.converted[judged]),
        "opportunity in 13 weeks": (
            np.concatenate([cutoff.probability for cutoff in cutoffs]),
            np.concatenate([cutoff.happened for cutoff in cutoffs]),
        ),
    }
    rows = [
        (model, metric, value, outcome.size, int(outcome.sum()))
        for model, (probability, outcome) in outcomes.items()
        for metric, value in (
            ("auc", area_under_curve(probability, outcome)),
            ("brier", float(np.mean((probability - outcome) ** 2))),
        )
    ]
    columns = ("model", "metric", "value", "rows", "positives")
    store.insert(
        "ceilings",
        {name: pa.array(list(values)) for name, values in zip(columns, zip(*rows, strict=True), strict=True)},
    )


def write_propensity(market: Market, cutoffs: list[Cutoff], keys: TruthKeys, timeline: Timeline, store: Store) -> None:
    """account_propensity (who opens an opportunity in the 13 weeks after each quarterly cutoff) and interest by week."""
    for cutoff in cutoffs:
        monday = timeline.first_monday + cutoff.week * WEEK
        store.insert(
            "account_propensity",
            {
                "company_id": chosen(keys.company, cutoff.company),
                "cutoff_date": dates(np.full(cutoff.company.size, monday, dtype=np.int64)),
                "opportunity_probability": pa.array(cutoff.probability),
                "has_opportunity": pa.array(cutoff.happened),
            },
        )
    company, week = np.nonzero(market.interest > 0)
    store.insert(
        "interest",
        {
            "company_id": chosen(keys.company, company),
            "week": dates(timeline.first_monday + week * WEEK),
            "interest": pa.array(market.interest[company, week].astype(np.float64)),
        },
    )


def write_parameters(scale: Scale, timeline: Timeline, store: Store) -> None:
    """parameters: what the world was made with."""
    rows = {
        "accounts": str(scale.accounts),
        "seed": str(scale.seed),
        "as_of": scale.as_of.isoformat(),
        "dirt": scale.dirt,
        "history_start": str(np.datetime64(timeline.start, "s")),
        "format": "1",
    }
    store.insert("parameters", {"name": pa.array(list(rows)), "value": pa.array(list(rows.values()))})


def truth_path(directory: Path) -> Path:
    """Where a world's truth lies."""
    return directory / "truth.duckdb"
