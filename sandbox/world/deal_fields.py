"""Opportunities, their stage history and their contact roles as the CRM holds them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world.account_fields import AccountTexts
from sandbox.world.accounts import LIVE, Accounts
from sandbox.world.audit import audit_columns
from sandbox.world.columns import DAY, Flags, Ints, blank, chosen, dates, joined, numbers, stamps, where
from sandbox.world.contact_fields import LEAD_SOURCES, ContactTexts
from sandbox.world.deals import STAGES, Deals
from sandbox.world.identifiers import salesforce_ids
from sandbox.world.randomness import chance, group_ranges, stream
from sandbox.world.roster import Roster
from sandbox.world.scale import Scale
from sandbox.world.store import Store
from sandbox.world.timeline import Timeline
from sandbox.world.users import Users

ALL_STAGES = (*STAGES, "Closed Won", "Closed Lost")
PROBABILITY = np.array([10, 10, 20, 50, 75, 90, 100, 0], dtype=np.float64)
FORECAST_NAMES = ("Pipeline", "Pipeline", "Pipeline", "Best Case", "Best Case", "Commit", "Closed", "Omitted")
FORECAST_CODES = ("Pipeline", "Pipeline", "Pipeline", "BestCase", "BestCase", "Forecast", "Closed", "Omitted")
COMPETITORS = ("Northbeam Data", "Clearline", "Atlas Intelligence", "Build in-house")
LOSS_REASONS = ("Price", "No Decision", "Competitor", "Feature Gap", "Timing", "Lost Contact")
ROLES = ("Decision Maker", "Economic Buyer", "Influencer", "Business User", "Evaluator", "Executive Sponsor", "Other")


@dataclass(frozen=True)
class DealTexts:
    """What other objects need to know of the opportunities: id, account record, owner (row of Users)."""

    ids: pa.Array
    account: Ints
    owner: Ints


def deal_texts(deals: Deals, accounts: Accounts, texts: AccountTexts, roster: Roster, scale: Scale) -> DealTexts:
    """Ids; the account record each deal hangs on (a converted lead's own, else the main one, now and then a twin)."""
    rng = stream(scale.seed, "deal records")
    account = accounts.primary[deals.company]
    contact = roster.leads.contact_of_pursuit[np.maximum(deals.pursuit, 0)]
    from_lead = (deals.pursuit >= 0) & (contact >= 0)
    account = np.where(from_lead, roster.contacts.account[contact], account)
    account = np.where(from_lead, account, _twins(deals, account, accounts, roster, rng))
    return DealTexts(salesforce_ids("Opportunity", deals.created, rng), account, texts.owner[account])


def _twins(deals: Deals, account: Ints, accounts: Accounts, roster: Roster, rng: np.random.Generator) -> Ints:
    """For a share of deals, another live record of the same company that has contacts old enough."""
    first_contact = np.full(accounts.count, np.iinfo(np.int64).max)
    np.minimum.at(first_contact, roster.contacts.account, roster.contacts.created)
    usable = np.flatnonzero((accounts.state == LIVE) & ~accounts.is_primary)
    twin = np.full(accounts.primary.size, -1, dtype=np.int64)
    twin[accounts.company[usable]] = usable
    candidate = twin[deals.company]
    fits = (candidate >= 0) & (first_contact[candidate] < deals.created) & chance(rng, 0.3, deals.count)
    return np.where(fits, candidate, account)


def write_deals(
    deals: Deals,
    texts: DealTexts,
    accounts: Accounts,
    account_texts: AccountTexts,
    contact_texts: ContactTexts,
    roster: Roster,
    campaign_ids: pa.Array,
    users: Users,
    timeline: Timeline,
    scale: Scale,
    store: Store,
) -> None:
    """Write Opportunity, OpportunityHistory and OpportunityContactRole."""
    rng = stream(scale.seed, "deal fields")
    count = deals.count
    kept = np.where(~deals.closed & chance(rng, 0.012 * scale.level, count), 2, LIVE)
    removed = np.minimum(deals.created + 40 * DAY, timeline.end - 3_600)
    overdue = ~deals.closed & chance(rng, 0.12, count)
    close = np.where(overdue, timeline.end - rng.integers(2, 60, count) * DAY, deals.decided_at)
    names = pa.array(account_texts.names).take(pa.array(texts.account))
    suffix = chosen(
        (" - Platform", " - New Business", " – Erweiterung", " Renewal & Upsell", " - O'Neil pilot"),
        rng.integers(0, 5, count),
    )
    lost = deals.closed & ~deals.won
    priced = (deals.stage >= 1) | chance(rng, 0.5, count)
    audit = audit_columns(deals.created, removed, kept, users, timeline, rng)
    modified = np.where(deals.closed, deals.decided_at, np.minimum(timeline.end - 60, deals.created + 5 * DAY))
    modified = np.where(kept == LIVE, modified, removed)
    store.insert(
        'salesforce."Opportunity"',
        {
            "Id": texts.ids,
            "AccountId": chosen(accounts.ids, texts.account),
            "Name": joined(names, suffix),
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
            "Competitor__c": chosen(COMPETITORS, np.where(chance(rng, 0.35, count), rng.integers(0, 4, count), -1)),
            "Loss_Reason__c": chosen(
                LOSS_REASONS, np.where(lost & chance(rng, 0.85, count), rng.integers(0, 6, count), -1)
            ),
            **audit,
            "LastModifiedDate": stamps(modified),
            "SystemModstamp": stamps(modified),
        },
    )
    _write_history(deals, texts, close, priced, kept, users, timeline, rng, store)
    _write_roles(deals, texts, contact_texts, roster, users, timeline, rng, store)


def _write_history(
    deals: Deals,
    texts: DealTexts,
    close: Ints,
    priced: Flags,
    kept: Ints,
    users: Users,
    timeline: Timeline,
    rng: np.random.Generator,
    store: Store,
) -> None:
    """One row per stage entered, the last one being the stage the opportunity is in."""
    count = deals.count
    last_open = np.where(deals.won, 5, np.where(deals.closed, 1 + np.arange(count) % 5, deals.stage))
    entered = (np.arange(6)[None, :] <= last_open[:, None]) & (rng.random((count, 6)) > 0.12)
    entered[:, 0] = True
    entered[np.arange(count), last_open] = True
    span = np.where(deals.closed, deals.decided_at, np.minimum(timeline.end - 600, deals.decided_at)) - deals.created
    step = np.arange(6)[None, :] / (last_open[:, None] + 1.0)
    times = deals.created[:, None] + (span[:, None] * step).astype(np.int64)
    deal, stage = np.nonzero(entered)
    at = times[deal, stage]
    final = np.flatnonzero(deals.closed)
    deal = np.concatenate([deal, final])
    stage = np.concatenate([stage, deals.stage[final]])
    at = np.concatenate([at, deals.decided_at[final]])
    current = stage == deals.stage[deal]
    guess = np.round(deals.amount[deal] * rng.lognormal(0, 0.15, deal.size), -2)
    amount = np.where(current, deals.amount[deal], guess)
    expected = np.where(current, close[deal], at + rng.integers(20, 120, deal.size) * DAY)
    store.insert(
        'salesforce."OpportunityHistory"',
        {
            "Id": salesforce_ids("OpportunityHistory", at, rng),
            "IsDeleted": pa.array(kept[deal] != LIVE),
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
    )


def _write_roles(
    deals: Deals,
    texts: DealTexts,
    contact_texts: ContactTexts,
    roster: Roster,
    users: Users,
    timeline: Timeline,
    rng: np.random.Generator,
    store: Store,
) -> None:
    """One to four of the account's oldest contacts per opportunity, all of them known before it was decided."""
    contacts = roster.contacts
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
            "ContactId": chosen(contact_texts.ids, contact),
            "Role": blank(chosen(ROLES, rng.integers(0, len(ROLES), deal.size)), chance(rng, 0.15, deal.size)),
            "IsPrimary": pa.array(nth == 0),
            **audit_columns(at, at, np.full(deal.size, LIVE), users, timeline, rng),
        },
    )
