"""Writing a world: one file with what four systems know, one with what is really so."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from sandbox.world import truth
from sandbox.world.account_fields import account_texts, write_accounts
from sandbox.world.bombora import write_bombora
from sandbox.world.campaigns import Campaigns, draw_campaigns, write_members
from sandbox.world.columns import Ints
from sandbox.world.contact_fields import ContactTexts, contact_texts, live_contacts, write_contacts
from sandbox.world.deal_fields import DealTexts, deal_texts, write_deals
from sandbox.world.lead_fields import LeadTexts, lead_texts, live_leads, write_leads
from sandbox.world.marketo import MarketoPeople, draw_marketo_people, write_marketo_people
from sandbox.world.marketo_activities import write_marketo_activities
from sandbox.world.plan import Plan, make_plan
from sandbox.world.propensity import quarterly_propensity
from sandbox.world.sales_activities import draw_sales_activities, last_activity, write_sales_activities
from sandbox.world.scale import Dirt, scale
from sandbox.world.store import Store
from sandbox.world.users import Users, draw_users
from sandbox.world.zoominfo import Vendor, write_zoominfo


@dataclass(frozen=True)
class WorldSummary:
    """What was made: the parameters, rows per table ('salesforce.Account'), seconds taken."""

    directory: Path
    accounts: int
    seed: int
    as_of: dt.date
    dirt: str
    rows: dict[str, int]
    seconds: float


@dataclass(frozen=True)
class _Texts:
    contacts: ContactTexts
    leads: LeadTexts
    deals: DealTexts


def world_path(directory: Path) -> Path:
    """Where a world's records lie."""
    return directory / "world.duckdb"


def generate(directory: Path, *, accounts: int, seed: int, as_of: dt.date, dirt: Dirt = "medium") -> WorldSummary:
    """Write `world.duckdb` and `truth.duckdb` into the directory, replacing older ones.

    `accounts` is the number of live CRM account records (200 to 100,000); the 30 months of history end with `as_of`.
    The same parameters give the same tables. Both files appear complete or not at all.
    Raises WrongParameters, TooFewCompanies.
    """
    began = time.monotonic()
    plan = make_plan(scale(accounts, seed, as_of, dirt))
    directory.mkdir(parents=True, exist_ok=True)
    new_world, new_truth = directory / "world.new.duckdb", directory / "truth.new.duckdb"
    with Store(new_world, "salesforce.sql", "others.sql") as store:
        texts, users, campaigns = _write_salesforce(plan, store)
        marketo = _write_marketing(plan, texts, users, campaigns, store)
        vendor = write_zoominfo(plan.companies, plan.timeline, plan.scale, store)
        write_bombora(plan.companies, plan.market, plan.timeline, plan.scale, store)
        rows = dict(store.rows)
    with Store(new_truth, "truth.sql") as store:
        _write_truth(plan, texts, marketo, vendor, store)
    new_truth.replace(truth.truth_path(directory))
    new_world.replace(world_path(directory))
    return WorldSummary(directory, accounts, seed, as_of, dirt, rows, time.monotonic() - began)


def _write_salesforce(plan: Plan, store: Store) -> tuple[_Texts, Users, Campaigns]:
    scale, history, companies, accounts = plan.scale, plan.timeline, plan.companies, plan.accounts
    users = draw_users(scale.accounts, history, scale.seed, store)
    campaigns = draw_campaigns(history, users, scale, store)
    named = account_texts(companies, accounts, users, scale)
    contacts = contact_texts(plan.people, plan.roster.contacts, companies, accounts, scale)
    leads = lead_texts(plan.people, plan.roster.leads, plan.pursuits, companies, scale)
    deals = deal_texts(plan.deals, accounts, named, plan.roster, scale)
    acts = draw_sales_activities(companies, accounts, plan.roster, plan.deals, deals, named, users, history, scale)
    write_accounts(companies, accounts, named, plan.deals, last_activity(acts, accounts), users, history, scale, store)
    write_contacts(
        plan.people, plan.roster.contacts, contacts, companies, accounts, named, users, history, scale, store
    )
    write_leads(
        plan.people, plan.roster.leads, leads, plan.pursuits, _deals_by_pursuit(plan, deals.ids),
        plan.roster.contacts.account, contacts, companies, accounts, users, history, scale, store,
    )  # fmt: skip
    write_deals(plan.deals, deals, accounts, named, contacts, plan.roster, campaigns.ids, users, history, scale, store)
    write_sales_activities(acts, accounts, contacts, leads, deals, users, history, scale, store)
    return _Texts(contacts, leads, deals), users, campaigns


def _deals_by_pursuit(plan: Plan, ids: pa.Array) -> pa.Array:
    """The opportunity that each lead's conversion opened, null for none."""
    deal: Ints = np.full(plan.pursuits.count, -1, dtype=np.int64)
    from_lead = np.flatnonzero(plan.deals.pursuit >= 0)
    deal[plan.deals.pursuit[from_lead]] = from_lead
    return ids.take(pa.array(deal, mask=deal < 0))


def _write_marketing(plan: Plan, texts: _Texts, users: Users, campaigns: Campaigns, store: Store) -> MarketoPeople:
    scale, history, companies, roster = plan.scale, plan.timeline, plan.companies, plan.roster
    lead, contact = live_leads(roster.leads), live_contacts(roster.contacts)
    write_members(
        campaigns, texts.leads.ids.take(pa.array(lead)), roster.leads.created[lead],
        texts.contacts.ids.take(pa.array(contact)), roster.contacts.created[contact], users, history, scale, store,
    )  # fmt: skip
    marketo = draw_marketo_people(roster, plan.pursuits, plan.accounts, history, scale)
    write_marketo_people(
        marketo, plan.people, companies, plan.accounts, roster, texts.leads, texts.contacts, history, scale, store
    )
    write_marketo_activities(marketo, plan.market, companies.country, plan.deals, campaigns, history, scale, store)
    return marketo


def _write_truth(plan: Plan, texts: _Texts, marketo: MarketoPeople, vendor: Vendor, store: Store) -> None:
    keys = truth.TruthKeys(plan.companies, plan.people, plan.scale.seed)
    contact_ids, lead_ids = texts.contacts.ids, texts.leads.ids
    truth.write_companies(plan.companies, plan.market, plan.accounts, plan.deals, keys, plan.timeline, store)
    truth.write_people(plan.roster, plan.people, keys, store)
    truth.write_records(
        plan.companies, plan.accounts, plan.roster, plan.pursuits, marketo, vendor, contact_ids, lead_ids, keys,
        plan.scale, store,
    )  # fmt: skip
    truth.write_outcomes(plan.companies, plan.roster, plan.pursuits, plan.deals, lead_ids, texts.deals.ids, keys, store)
    cutoffs = quarterly_propensity(plan.market, plan.pursuits, plan.accounts, plan.deals, plan.hazard, plan.timeline)
    truth.write_propensity(plan.market, cutoffs, keys, plan.timeline, store)
    truth.write_ceilings(plan.pursuits, plan.deals, cutoffs, store)
    truth.write_parameters(plan.scale, plan.timeline, store)
