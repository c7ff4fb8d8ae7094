"""Campaigns with their members, and the Marketo programs that stand behind them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world.accounts import LIVE
from sandbox.world.audit import audit_columns
from sandbox.world.columns import DAY, Ints, chosen, dates, joined, numbers, stamps, where
from sandbox.world.identifiers import salesforce_ids
from sandbox.world.randomness import chance, pick, stream
from sandbox.world.scale import Scale
from sandbox.world.store import Store
from sandbox.world.timeline import Timeline
from sandbox.world.users import Users

TYPES = ("Webinar", "Trade Show", "Content", "Email", "Partners", "Advertisement")
CHANNELS = ("Webinar", "Tradeshow", "Content", "Email Send", "Partner", "Online Advertising")
TOPICS = (
    "Account Based Marketing", "Data Warehouse ROI", "Revenue Operations Summit", "O'Reilly Data Show", "Kundentag München",
    "Partner - Trial - Self-managed", "Reverse ETL 101", "Forum de l'été", "Customer Story", "Product Launch 🚀",
)  # fmt: skip
MEMBERS_PER_ACCOUNT = 2.5
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


def draw_campaigns(timeline: Timeline, users: Users, scale: Scale, store: Store) -> Campaigns:
    """About one campaign per 60 accounts (at least 24); writes Campaign and marketo.programs."""
    rng = stream(scale.seed, "campaigns")
    count = max(24, scale.accounts // 60)
    start = np.sort(timeline.start + (rng.random(count) * (timeline.end - timeline.start - DAY)).astype(np.int64))
    finish = start + rng.integers(1, 90, count) * DAY
    ids = salesforce_ids("Campaign", start - 20 * DAY, rng)
    kind = pick(rng, [3.0, 1.5, 3.0, 3.0, 1.5, 2.0], count)
    topic = chosen(TOPICS, rng.integers(0, len(TOPICS), count))
    year = pa.array((start // DAY).astype(np.int32)).cast(pa.date32())
    names = joined(chosen(TYPES, kind), " - ", topic, " - ", year.cast(pa.string()))
    partner = kind == TYPES.index("Partners")
    running = finish >= timeline.end
    budget = np.round(rng.lognormal(9, 0.8, count), -2)
    yes_no = where(chance(rng, np.where(partner, 0.7, 0.05), count), "Yes", "No")
    store.insert(
        'salesforce."Campaign"',
        {
            "Id": ids,
            "Name": names,
            "Type": chosen(TYPES, kind),
            "Status": where(running, "In Progress", "Completed"),
            "StartDate": dates(start),
            "EndDate": dates(finish, ~chance(rng, 0.1, count)),
            "IsActive": pa.array(running | chance(rng, 0.2, count)),
            "BudgetedCost": numbers(budget, ~chance(rng, 0.2, count)),
            "ActualCost": numbers(np.round(budget * rng.lognormal(0, 0.3, count), 2), ~running),
            "Will_there_be_MDF_funding__c": yes_no,
            "Is_a_Channel_Partner_Involved__c": where(chance(rng, np.where(partner, 0.8, 0.04), count), "Yes", "No"),
            **audit_columns(start - 20 * DAY, start, np.full(count, LIVE), users, timeline, rng),
        },
    )
    campaigns = Campaigns(ids, start, names)
    store.insert(
        "marketo.programs",
        {
            "id": pa.array(campaigns.program_ids),
            "name": names,
            "type": chosen(("Event with Webinar", "Event", "Default", "Email", "Default", "Default"), kind),
            "channel": chosen(CHANNELS, kind),
            "status": where(running, "on", "off"),
            "createdAt": stamps(start - 20 * DAY),
            "updatedAt": stamps(start),
        },
    )
    return campaigns


def write_members(
    campaigns: Campaigns,
    lead_ids: pa.Array,
    lead_created: Ints,
    contact_ids: pa.Array,
    contact_created: Ints,
    users: Users,
    timeline: Timeline,
    scale: Scale,
    store: Store,
) -> None:
    """Write CampaignMember: each is a lead or a contact, once per campaign, after both began."""
    rng = stream(scale.seed, "campaign members")
    count = round(scale.accounts * MEMBERS_PER_ACCOUNT)
    campaign = rng.integers(0, campaigns.start.size, count)
    is_lead = chance(rng, 0.45, count)
    lead, contact = rng.integers(0, len(lead_ids), count), rng.integers(0, len(contact_ids), count)
    person = np.where(is_lead, lead, -1 - contact)
    _, first = np.unique(campaign * 2**40 + person, return_index=True)
    campaign, is_lead, lead, contact = campaign[first], is_lead[first], lead[first], contact[first]
    begin = np.maximum(campaigns.start[campaign], np.where(is_lead, lead_created[lead], contact_created[contact]))
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
    )
