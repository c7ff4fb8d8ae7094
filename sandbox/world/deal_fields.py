"""Opportunities, their stage history and their contact roles as the CRM holds them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.world.account_fields import AccountTexts
from sandbox.world.accounts import DELETED, LIVE
from sandbox.world.audit import audit_columns
from sandbox.world.columns import DAY, Flags, Ints, blank, chosen, dates, joined, numbers, stamps, where
from sandbox.world.contact_fields import LEAD_SOURCES
from sandbox.world.deals import STAGES, Deals
from sandbox.world.identifiers import salesforce_ids
from sandbox.world.plan import Plan
from sandbox.world.randomness import chance, group_ranges, stream
from sandbox.world.reference import vocabulary
from sandbox.world.store import Store
from sandbox.world.timeline import Timeline
from sandbox.world.users import Users

ALL_STAGES = (*STAGES, "Closed Won", "Closed Lost")
PROBABILITY = np.array([10, 10, 20, 50, 75, 90, 100, 0], dtype=np.float64)
FORECAST_NAMES = ("Pipeline", "Pipeline", "Pipeline", "Best Case", "Best Case", "Commit", "Closed", "Omitted")
FORECAST_CODES = ("Pipeline", "Pipeline", "Pipeline", "BestCase", "BestCase", "Forecast", "Closed", "Omitted")
COMPETITORS = vocabulary("competitor")
LOSS_REASONS = vocabulary("loss reason")
ROLES = vocabulary("contact role")
NAME_ENDINGS = vocabulary("deal name")
# Opportunity.Name holds 120 characters.
LONGEST_ACCOUNT_NAME = 95


@dataclass(frozen=True)
class DealTexts:
    """What other objects need to know of the opportunities: id, account record, owner (row of Users)."""

    ids: pa.Array
    account: Ints
    owner: Ints


def deal_texts(plan: Plan, texts: AccountTexts) -> DealTexts:
    """Ids; the account record each deal hangs on (a converted lead's own, else the main one, now and then a twin)."""
    deals, accounts, roster = plan.deals, plan.accounts, plan.roster
    rng = stream(plan.scale.seed, "deal records")
    account = accounts.primary[deals.company]
    contact = roster.leads.contact_of_pursuit[np.maximum(deals.pursuit, 0)]
    from_lead = (deals.pursuit >= 0) & (contact >= 0)
    account = np.where(from_lead, roster.contacts.account[contact], account)
    account = np.where(from_lead, account, _twins(plan, account, rng))
    return DealTexts(salesforce_ids("Opportunity", deals.created, rng), account, texts.owner[account])


def _twins(plan: Plan, account: Ints, rng: np.random.Generator) -> Ints:
    """For a share of deals, another live record of the same company that has contacts old enough."""
    deals, accounts, contacts = plan.deals, plan.accounts, plan.roster.contacts
    first_contact = np.full(accounts.count, np.iinfo(np.int64).max)
    np.minimum.at(first_contact, contacts.account, contacts.created)
    usable = np.flatnonzero((accounts.state == LIVE) & ~accounts.is_primary)
    twin = np.full(accounts.primary.size, -1, dtype=np.int64)
    twin[accounts.company[usable]] = usable
    candidate = twin[deals.company]
    fits = (candidate >= 0) & (first_contact[candidate] < deals.created) & chance(rng, 0.3, deals.count)
    return np.where(fits, candidate, account)


def write_deals(
    plan: Plan,
    texts: DealTexts,
    account_texts: AccountTexts,
    contact_ids: pa.Array,
    campaign_ids: pa.Array,
    users: Users,
    store: Store,
) -> None:
    """Write Opportunity, OpportunityHistory and OpportunityContactRole."""
    deals, end = plan.deals, plan.timeline.end
    rng = stream(plan.scale.seed, "deal fields")
    count = deals.count
    state = np.where(~deals.closed & chance(rng, 0.012 * plan.scale.level, count), DELETED, LIVE)
    overdue = ~deals.closed & chance(rng, 0.12, count)
    close = np.where(overdue, end - rng.integers(2, 60, count) * DAY, deals.decided_at)
    priced = (deals.stage >= 1) | chance(rng, 0.5, count)
    names = pc.utf8_slice_codeunits(chosen(account_texts.names, texts.account), 0, LONGEST_ACCOUNT_NAME)
    columns = {
        "Id": texts.ids,
        "AccountId": chosen(plan.accounts.ids, texts.account),
        "Name": joined(names, chosen(NAME_ENDINGS, rng.integers(0, len(NAME_ENDINGS), count))),
        "StageName": chosen(ALL_STAGES, deals.stage),
        "Amount": numbers(deals.amount, priced),
        "CloseDate": dates(close),
        "IsClosed": pa.array(deals.closed),
        "IsWon": pa.array(deals.won),
        "Probability": pa.array(PROBABILITY[deals.stage]),
        "Type": where(deals.existing, "Existing Business", "New Business"),
        "LeadSource": chosen(LEAD_SOURCES, rng.integers(-3, len(LEAD_SOURCES), count)),
        "OwnerId": chosen(users.ids, texts.owner),
        "ForecastCategoryName": chosen(FORECAST_NAMES, deals.stage),
        "CampaignId": chosen(campaign_ids, rng.integers(-len(campaign_ids), len(campaign_ids), count)),
    }
    store.insert(
        'salesforce."Opportunity"', columns | _outcome(deals, rng) | _audit(plan, state, users, rng), order_by="Id"
    )
    _write_history(plan, texts, close, priced, state, users, store)
    _write_roles(plan, texts, contact_ids, users, store)


def _outcome(deals: Deals, rng: np.random.Generator) -> dict[str, pa.Array]:
    count = deals.count
    competitor = np.where(chance(rng, 0.35, count), rng.integers(0, len(COMPETITORS), count), -1)
    told = deals.closed & ~deals.won & chance(rng, 0.85, count)
    return {
        "Competitor__c": chosen(COMPETITORS, competitor),
        "Loss_Reason__c": chosen(LOSS_REASONS, rng.integers(0, len(LOSS_REASONS), count), told),
    }


def _audit(plan: Plan, state: Ints, users: Users, rng: np.random.Generator) -> dict[str, pa.Array]:
    """A closed opportunity was last touched when it was decided; an open one at some time since."""
    deals, end = plan.deals, plan.timeline.end
    removed = np.minimum(deals.created + 40 * DAY, end - 3_600)
    columns = audit_columns(deals.created, removed, state, users, plan.timeline, rng)
    since = deals.created + ((end - 60 - deals.created) * rng.random(deals.count)).astype(np.int64)
    modified = np.where(state == LIVE, np.where(deals.closed, deals.decided_at, since), removed)
    return columns | {"LastModifiedDate": stamps(modified), "SystemModstamp": stamps(modified)}


def _stage_entries(deals: Deals, timeline: Timeline, rng: np.random.Generator) -> tuple[Ints, Ints, Ints]:
    """(opportunity, stage, time) of every stage entered; a few stages are skipped, the final one never."""
    count = deals.count
    last_open = np.where(deals.won, 5, np.where(deals.closed, 1 + np.arange(count) % 5, deals.stage))
    entered = (np.arange(6)[None, :] <= last_open[:, None]) & (rng.random((count, 6)) > 0.12)
    entered[:, 0] = True
    entered[np.arange(count), last_open] = True
    span = np.where(deals.closed, deals.decided_at, np.minimum(timeline.end - 600, deals.decided_at)) - deals.created
    step = np.arange(6)[None, :] / (last_open[:, None] + 1.0)
    times = deals.created[:, None] + (span[:, None] * step).astype(np.int64)
    deal, stage = np.nonzero(entered)
    final = np.flatnonzero(deals.closed)
    return (
        np.concatenate([deal, final]),
        np.concatenate([stage, deals.stage[final]]),
        np.concatenate([times[deal, stage], deals.decided_at[final]]),
    )


def _write_history(
    plan: Plan, texts: DealTexts, close: Ints, priced: Flags, state: Ints, users: Users, store: Store
) -> None:
    """One row per stage entered, the last one being the stage the opportunity is in."""
    rng = stream(plan.scale.seed, "deal history")
    deals, timeline = plan.deals, plan.timeline
    deal, stage, at = _stage_entries(deals, timeline, rng)
    current = stage == deals.stage[deal]
    guess = np.round(deals.amount[deal] * rng.lognormal(0, 0.15, deal.size), -2)
    amount = np.where(current, deals.amount[deal], guess)
    expected = np.where(current, close[deal], at + rng.integers(20, 120, deal.size) * DAY)
    store.insert(
        'salesforce."OpportunityHistory"',
        {
            "Id": salesforce_ids("OpportunityHistory", at, rng),
            "IsDeleted": pa.array(state[deal] != LIVE),
            "OpportunityId": chosen(texts.ids, deal),
            "StageName": chosen(ALL_STAGES, stage),
            "Amount": numbers(amount, np.where(current, priced[deal], stage > 0)),
            "Probability": pa.array(PROBABILITY[stage]),
            "CloseDate": dates(expected),
            "ForecastCategory": chosen(FORECAST_CODES, stage),
            "CreatedDate": stamps(at),
            "CreatedById": chosen(users.ids, texts.owner[deal]),
            "SystemModstamp": stamps(at),
        },
        order_by="Id",
    )


def _write_roles(plan: Plan, texts: DealTexts, contact_ids: pa.Array, users: Users, store: Store) -> None:
    """One to four of the account's oldest contacts per opportunity, all of them known before it was decided."""
    rng = stream(plan.scale.seed, "deal roles")
    deals, timeline, contacts = plan.deals, plan.timeline, plan.roster.contacts
    live = np.flatnonzero(contacts.state == LIVE)
    order = live[np.lexsort((contacts.created[live], contacts.account[live]))]
    starts, sizes = group_ranges(contacts.account[order], int(max(contacts.account.max(), texts.account.max())) + 1)
    wanted = np.minimum(rng.integers(1, 5, deals.count), sizes[texts.account])
    deal = np.repeat(np.arange(deals.count), wanted)
    nth = np.arange(deal.size) - np.repeat(np.cumsum(wanted) - wanted, wanted)
    contact = order[starts[texts.account[deal]] + nth]
    until = np.where(deals.closed, deals.decided_at, timeline.end - 60)[deal]
    known = contacts.created[contact] < until
    deal, nth, contact, until = deal[known], nth[known], contact[known], until[known]
    begin = np.maximum(deals.created[deal], contacts.created[contact])
    at = begin + ((until - begin) * rng.random(deal.size) * 0.5).astype(np.int64)
    store.insert(
        'salesforce."OpportunityContactRole"',
        {
            "Id": salesforce_ids("OpportunityContactRole", at, rng),
            "OpportunityId": chosen(texts.ids, deal),
            "ContactId": chosen(contact_ids, contact),
            "Role": blank(chosen(ROLES, rng.integers(0, len(ROLES), deal.size)), chance(rng, 0.15, deal.size)),
            "IsPrimary": pa.array(nth == 0),
            **audit_columns(at, at, np.full(deal.size, LIVE), users, timeline, rng),
        },
        order_by="Id",
    )
