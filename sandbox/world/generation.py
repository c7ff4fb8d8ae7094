"""Writing a world: one file with what four systems know, one with what is really so."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from sandbox.world.account_fields import account_texts, write_accounts
from sandbox.world.bombora import write_bombora
from sandbox.world.campaigns import Campaigns, draw_campaigns, write_members
from sandbox.world.columns import Ints
from sandbox.world.contact_fields import ContactTexts, contact_texts, write_contacts
from sandbox.world.deal_fields import deal_texts, write_deals
from sandbox.world.lead_fields import LeadTexts, lead_texts, write_leads
from sandbox.world.marketo import MarketoPeople, draw_marketo_people, write_marketo_people
from sandbox.world.marketo_activities import write_marketo_activities
from sandbox.world.outcomes import write_outcomes
from sandbox.world.plan import Plan, make_plan
from sandbox.world.sales_activities import draw_sales_activities, last_activity, write_sales_activities
from sandbox.world.scale import Dirt, scale
from sandbox.world.store import Store
from sandbox.world.truth import TruthKeys, truth_path, write_companies, write_people, write_records
from sandbox.world.users import draw_users
from sandbox.world.zoominfo import write_zoominfo


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
class _Written:
    contacts: ContactTexts
    leads: LeadTexts
    deal_ids: pa.Array
    campaigns: Campaigns


def world_path(directory: Path) -> Path:
    """Where a world's records lie."""
    return directory / "world.duckdb"


def generate(directory: Path, *, accounts: int, seed: int, as_of: dt.date, dirt: Dirt = "medium") -> WorldSummary:
    """Write `world.duckdb` and `truth.duckdb` into the directory, replacing older ones.

    `accounts` is the number of live CRM account records (200 to 100,000); the 30 months of history end with `as_of`.
    The same parameters give the same tables. Each file appears complete or not at all.
    Raises WrongParametersError, TooFewCompaniesError.
    """
    began = time.monotonic()
    plan = make_plan(scale(accounts, seed, as_of, dirt))
    directory.mkdir(parents=True, exist_ok=True)
    new_world, new_truth = directory / "world.new.duckdb", directory / "truth.new.duckdb"
    with Store(new_world, "salesforce.sql", "others.sql") as store:
        written = _write_salesforce(plan, store)
        marketo = _write_marketo(plan, written, store)
        vendor = write_zoominfo(plan, store)
        write_bombora(plan, store)
        rows = dict(store.rows)
    with Store(new_truth, "truth.sql") as store:
        keys = TruthKeys(plan)
        write_companies(plan, keys, store)
        write_people(plan, keys, store)
        write_records(plan, marketo, vendor, written.contacts.ids, written.leads.ids, keys, store)
        write_outcomes(plan, written.leads.ids, written.deal_ids, keys, store)
    new_truth.replace(truth_path(directory))
    new_world.replace(world_path(directory))
    return WorldSummary(directory, accounts, seed, as_of, dirt, rows, time.monotonic() - began)


def _write_salesforce(plan: Plan, store: Store) -> _Written:
    users = draw_users(plan.scale.accounts, plan.timeline, plan.scale.seed, store)
    campaigns = draw_campaigns(plan, users, store)
    accounts, contacts, leads = account_texts(plan, users), contact_texts(plan), lead_texts(plan)
    deals = deal_texts(plan, accounts)
    acts = draw_sales_activities(plan, deals, users)
    write_accounts(plan, accounts, last_activity(acts, plan.accounts), users, store)
    write_contacts(plan, contacts, accounts, users, store)
    write_leads(plan, leads, _deals_by_pursuit(plan, deals.ids), contacts, users, store)
    write_deals(plan, deals, accounts, contacts.ids, campaigns.ids, users, store)
    write_sales_activities(plan, acts, contacts.ids, leads.ids, deals.ids, users, store)
    write_members(plan, campaigns, leads.ids, contacts.ids, users, store)
    return _Written(contacts, leads, deals.ids, campaigns)


def _deals_by_pursuit(plan: Plan, ids: pa.Array) -> pa.Array:
    """The opportunity that each lead's conversion opened, null for none."""
    deal: Ints = np.full(plan.pursuits.count, -1, dtype=np.int64)
    from_lead = np.flatnonzero(plan.deals.pursuit >= 0)
    deal[plan.deals.pursuit[from_lead]] = from_lead
    return ids.take(pa.array(deal, mask=deal < 0))


def _write_marketo(plan: Plan, written: _Written, store: Store) -> MarketoPeople:
    marketo = draw_marketo_people(plan)
    write_marketo_people(plan, marketo, written.leads, written.contacts, store)
    write_marketo_activities(plan, marketo, written.campaigns, store)
    return marketo
