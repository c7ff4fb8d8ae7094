"""Campaigns with their members, and the Marketo programs that stand behind them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world.accounts import LIVE
from sandbox.world.audit import audit_columns
from sandbox.world.columns import DAY, Flags, Ints, chosen, dates, joined, numbers, stamps, where
from sandbox.world.identifiers import salesforce_ids
from sandbox.world.plan import Plan
from sandbox.world.randomness import chance, pick, stream
from sandbox.world.reference import vocabulary
from sandbox.world.store import Store
from sandbox.world.users import Users

TYPES = ("Webinar", "Trade Show", "Content", "Email", "Partners", "Advertisement")
CHANNELS = ("Webinar", "Tradeshow", "Content", "Email Send", "Partner", "Online Advertising")
PROGRAM_TYPES = ("Event with Webinar", "Event", "Default", "Email", "Default", "Default")
TOPICS = vocabulary("campaign topic")
MEMBERS_PER_ACCOUNT = 2.5
PARTNER_TRIAL = "Partner - Trial - Self-managed"
RESPONDED = ("Attended", "Responded", "Downloaded")
NOT_RESPONDED = ("Sent", "Registered", "No Show")


@dataclass(frozen=True)
class Campaigns:
    """Campaign ids and starts; program ids are 1001 and up, in the same order."""

    ids: pa.Array
    start: Ints
    names: pa.Array

    @property
    def program_ids(self) -> Ints:
        """Marketo's program ids."""
        return np.arange(self.start.size) + 1_001


def draw_campaigns(plan: Plan, users: Users, store: Store) -> Campaigns:
    """About one campaign per 60 accounts (at least 24); writes Campaign and marketo.programs."""
    timeline = plan.timeline
    rng = stream(plan.scale.seed, "campaigns")
    count = max(24, plan.scale.accounts // 60)
    start = np.sort(timeline.start + (rng.random(count) * (timeline.end - timeline.start - DAY)).astype(np.int64))
    finish = start + rng.integers(1, 90, count) * DAY
    kind = pick(rng, [3.0, 1.5, 3.0, 3.0, 1.5, 2.0], count)
    topic = chosen(TOPICS, rng.integers(0, len(TOPICS), count))
    names = joined(chosen(TYPES, kind), " - ", topic, " - ", dates(start).cast(pa.string()))
    campaigns = Campaigns(salesforce_ids("Campaign", start - 20 * DAY, rng), start, names)
    running = finish >= timeline.end
    columns = {
        "Id": campaigns.ids,
        "Name": where(_is_partner_trial(kind), PARTNER_TRIAL, names),
        "Type": chosen(TYPES, kind),
        "Status": where(running, "In Progress", "Completed"),
        "StartDate": dates(start),
        "EndDate": dates(finish, ~chance(rng, 0.1, count)),
        "IsActive": pa.array(running | chance(rng, 0.2, count)),
        **_funding(kind, running, rng),
        **audit_columns(start - 20 * DAY, start, np.full(count, LIVE), users, timeline, rng),
    }
    store.insert('salesforce."Campaign"', columns)
    _write_programs(campaigns, kind, running, store)
    return campaigns


def _is_partner_trial(kind: Ints) -> Flags:
    """The campaign that collects trials which partners brought: the latest of the partners' (else the latest)."""
    with_partners = np.flatnonzero(kind == TYPES.index("Partners"))
    trial: Flags = np.arange(kind.size) == (with_partners[-1] if with_partners.size else kind.size - 1)
    return trial


def _funding(kind: Ints, running: Flags, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Budgets, and whether a partner takes part or pays: mostly in partner campaigns."""
    count, partner = kind.size, kind == TYPES.index("Partners")
    budget = np.round(rng.lognormal(9, 0.8, count), -2)
    involved = chance(rng, np.where(partner, 0.8, 0.04), count)
    return {
        "BudgetedCost": numbers(budget, ~chance(rng, 0.2, count)),
        "ActualCost": numbers(np.round(budget * rng.lognormal(0, 0.3, count), 2), ~running),
        "Will_there_be_MDF_funding__c": where(chance(rng, np.where(partner, 0.7, 0.05), count), "Yes", "No"),
        "Is_a_Channel_Partner_Involved__c": where(involved, "Yes", "No"),
    }


def _write_programs(campaigns: Campaigns, kind: Ints, running: Flags, store: Store) -> None:
    store.insert(
        "marketo.programs",
        {
            "id": pa.array(campaigns.program_ids),
            "name": campaigns.names,
            "type": chosen(PROGRAM_TYPES, kind),
            "channel": chosen(CHANNELS, kind),
            "status": where(running, "on", "off"),
            "createdAt": stamps(campaigns.start - 20 * DAY),
            "updatedAt": stamps(campaigns.start),
        },
    )


def write_members(
    plan: Plan, campaigns: Campaigns, lead_ids: pa.Array, contact_ids: pa.Array, users: Users, store: Store
) -> None:
    """Write CampaignMember: each is a lead or a contact, once per campaign, after both began."""
    timeline, leads, contacts = plan.timeline, plan.roster.leads, plan.roster.contacts
    rng = stream(plan.scale.seed, "campaign members")
    count = round(plan.scale.accounts * MEMBERS_PER_ACCOUNT)
    campaign = rng.integers(0, campaigns.start.size, count)
    is_lead = chance(rng, 0.45, count)
    live_lead, live_contact = np.flatnonzero(leads.state == LIVE), np.flatnonzero(contacts.state == LIVE)
    lead = live_lead[rng.integers(0, live_lead.size, count)]
    contact = live_contact[rng.integers(0, live_contact.size, count)]
    person = np.where(is_lead, lead, -1 - contact)
    _, first = np.unique(campaign * 2**40 + person, return_index=True)
    campaign, is_lead, lead, contact = campaign[first], is_lead[first], lead[first], contact[first]
    begin = np.maximum(campaigns.start[campaign], np.where(is_lead, leads.created[lead], contacts.created[contact]))
    at = np.minimum(begin + rng.integers(0, 20 * DAY, begin.size), timeline.end - 3_600)
    responded = chance(rng, 0.3, begin.size)
    store.insert(
        'salesforce."CampaignMember"',
        {
            "Id": salesforce_ids("CampaignMember", at, rng),
            "CampaignId": chosen(campaigns.ids, campaign),
            "LeadId": chosen(lead_ids, lead, is_lead),
            "ContactId": chosen(contact_ids, contact, ~is_lead),
            "Status": where(
                responded,
                chosen(RESPONDED, rng.integers(0, 3, begin.size)),
                chosen(NOT_RESPONDED, rng.integers(0, 3, begin.size)),
            ),
            "HasResponded": pa.array(responded),
            "FirstRespondedDate": dates(at, responded),
            **audit_columns(at, at, np.full(begin.size, LIVE), users, timeline, rng),
        },
        order_by="Id",
    )
