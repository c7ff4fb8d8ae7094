"""Sales development: who answers leads, which of them works which account, and what partners and marketing left on
the records. Drawn apart from everything else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world.columns import DAY, Flags, Ints, blank, chosen, stamps
from sandbox.world.geography import country_codes
from sandbox.world.identifiers import salesforce_ids
from sandbox.world.plan import Plan
from sandbox.world.randomness import chance, pick, stream
from sandbox.world.reference import read_rows, vocabulary
from sandbox.world.store import Store
from sandbox.world.timeline import Timeline

DEPARTMENT = "Sales Development"
PROSPECTOR = "Business Development Representative"
PUBLIC_SECTOR = f"{PROSPECTOR}, US Public Sector"
PUBLIC_SECTOR_COUNT = 3
MOMENTS = vocabulary("last interesting moment")
PROSPECTING = ("Actively Working", "Queued", "Worked in FY", "Restricted")
PERSON_STATUSES = ("Inquiry", "MQL", "Accepted", "Qualifying", "Qualified", "Recycle", "Disqualified")
SHARING = ("Sending to Partner", "Accepted", "Rejected")
PARTNER_STATUSES = ("Qualifying", "Converted", "Disqualified")


@dataclass(frozen=True)
class Prospectors:
    """Business development: ids, when each came, whether still there; the last three serve the US public sector."""

    ids: pa.Array
    created: Ints
    active: Flags

    @property
    def titles(self) -> list[str]:
        """Job titles, in the order of the ids."""
        ordinary = len(self.ids) - PUBLIC_SECTOR_COUNT
        return [PROSPECTOR] * ordinary + [PUBLIC_SECTOR] * PUBLIC_SECTOR_COUNT


def draw_prospectors(accounts: int, timeline: Timeline, seed: int) -> Prospectors:
    """One per about 400 accounts (at least four), a fifth of them gone, and three for the US public sector."""
    rng = stream(seed, "prospectors")
    ordinary = max(4, accounts // 400)
    count = ordinary + PUBLIC_SECTOR_COUNT
    created = np.sort(timeline.start - rng.integers(5, 25, count) * DAY)
    stays = (np.arange(count) < 3) | (np.arange(count) >= ordinary)
    return Prospectors(salesforce_ids("User", created, rng), created, stays | ~chance(rng, 0.2, count))


def account_columns(plan: Plan, prospectors: Prospectors, developers: pa.Array) -> dict[str, pa.Array]:
    """Who works an account, and when territory planning last touched it. The five territory fields start null."""
    rng = stream(plan.scale.seed, "account coverage")
    count, timeline = plan.accounts.count, plan.timeline
    public = _public_sector(plan, rng)
    ordinary = rng.integers(0, len(prospectors.ids) - PUBLIC_SECTOR_COUNT, count)
    special = rng.integers(len(prospectors.ids) - PUBLIC_SECTOR_COUNT, len(prospectors.ids), count)
    worked = chance(rng, np.where(public, 0.95, 0.45), count)
    status = chosen(PROSPECTING, pick(rng, [40.0, 35.0, 15.0, 10.0], count))
    developer = rng.integers(0, len(developers), count)
    moved = timeline.end - rng.integers(1, 400 * DAY, count)
    return {
        "BDR_Assigned__c": chosen(prospectors.ids, np.where(public, special, ordinary), worked),
        "BDR_Prospecting_Status__c": blank(status, ~chance(rng, np.where(worked, 0.85, 0.05), count)),
        "SDR_Assigned__c": chosen(developers, developer, chance(rng, 0.55, count)),
        "Is_US_PubSec__c": pa.array(public),
        "TSP_Last_Update_Timestamp__c": stamps(moved, chance(rng, 0.8, count)),
    }


def _public_sector(plan: Plan, rng: np.random.Generator) -> Flags:
    """American agencies, many schools, and now and then a company that only sells to them."""
    companies, company = plan.companies, plan.accounts.company
    industry = companies.industry[company]
    names = [row["industry"] for row in read_rows("industries.csv")]
    share = np.select([industry == names.index("Government"), industry == names.index("Education")], [1.0, 0.5], 0.01)
    american: Flags = companies.country[company] == list(country_codes()).index("US")
    return american & chance(rng, share, company.size)


def lead_columns(plan: Plan, status: pa.Array, partners: pa.Array) -> dict[str, pa.Array]:
    """Sequences, the last interesting moment and what was shared with a partner."""
    rng = stream(plan.scale.seed, "lead coverage")
    created = plan.roster.leads.created
    count, end = created.size, plan.timeline.end
    worked = np.isin(np.array(status.to_pylist()), ["MQL", "Accepted", "Qualifying"])
    moment = pick(rng, [30.0, 22.0, 14.0, 10.0, 8.0, 6.0, 4.0, 3.0, 2.0, 1.0], count)
    known = chance(rng, 0.6, count)
    at = created + ((end - 1 - created).clip(0) * rng.random(count) ** 2).astype(np.int64)
    return {
        "Actively_Being_Sequenced__c": pa.array(chance(rng, np.where(worked, 0.2, 0.03), count)),
        "Last_Interesting_Moment__c": chosen(MOMENTS, moment, known),
        "Last_Interesting_Moment_Date__c": stamps(at, known),
        "Last_Interesting_Moment_Source__c": chosen(
            ("Web", "Form", "Event", "Sales"), pick(rng, [4, 3, 2, 1], count), known
        ),
        **_partner_columns(partners, 0.03, count, rng),
    }


def contact_columns(plan: Plan, partners: pa.Array) -> dict[str, pa.Array]:
    """The person's status, sequences, and what was shared with a partner."""
    rng = stream(plan.scale.seed, "contact coverage")
    count = plan.roster.contacts.person.size
    status = chosen(PERSON_STATUSES, pick(rng, [30.0, 8.0, 5.0, 4.0, 15.0, 30.0, 8.0], count))
    return {
        "Person_Status__c": blank(status, chance(rng, 0.2, count)),
        "Actively_Being_Sequenced__c": pa.array(chance(rng, 0.05, count)),
        **_partner_columns(partners, 0.015, count, rng),
    }


def _partner_columns(partners: pa.Array, share: float, count: int, rng: np.random.Generator) -> dict[str, pa.Array]:
    """A few records are a partner's; most of those were sent there."""
    held = chance(rng, share, count) & (len(partners) > 0)
    sent = held & chance(rng, 0.7, count)
    return {
        "Partner_Account__c": chosen(partners, rng.integers(0, max(len(partners), 1), count), held),
        "Prospect_Share_Status__c": chosen(SHARING, pick(rng, [5, 4, 1], count), sent),
        "Partner_Prospect_Status__c": chosen(PARTNER_STATUSES, pick(rng, [6, 3, 1], count), sent),
    }


def partner_accounts(store: Store) -> pa.Array:
    """Ids of the live accounts that sell for us, once accounts are written."""
    found = store.connection.execute(
        """select "Id" from salesforce."Account" where "Type" like '%Partner%' and not "IsDeleted" order by "Id\""""
    )
    return pa.array([row[0] for row in found.fetchall()], pa.string())
