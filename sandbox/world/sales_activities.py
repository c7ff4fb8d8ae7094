"""Calls, e-mails and meetings of sales: a fifth of all activities, thickest around opportunities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world.account_fields import AccountTexts
from sandbox.world.accounts import LIVE, Accounts
from sandbox.world.audit import audit_columns
from sandbox.world.columns import DAY, Flags, Ints, chosen, dates, numbers, stamps, where
from sandbox.world.companies import Companies
from sandbox.world.contact_fields import ContactTexts
from sandbox.world.deal_fields import DealTexts
from sandbox.world.deals import Deals
from sandbox.world.identifiers import salesforce_ids
from sandbox.world.lead_fields import LeadTexts
from sandbox.world.phrases import descriptions
from sandbox.world.randomness import chance, group_ranges, pick, stream
from sandbox.world.roster import Roster
from sandbox.world.scale import Scale
from sandbox.world.store import Store
from sandbox.world.timeline import Timeline, working_times
from sandbox.world.users import Users

PER_ACCOUNT = 20.0
PER_DEAL = 7.0
EVENT_SHARE = 0.2
# How strongly a buyer's enthusiasm shows: calls and meetings multiply by exp(0.45) per standard deviation.
ENTHUSIASM_EFFECT = 0.45
CHUNK = 1_000_000
TASK_KINDS = ("Call", "Email", "Other")
SUBJECTS = (
    ("Call", "Call: left voicemail", "Discovery call", "Call - O'Brien", "Anruf: Rückfrage Angebot"),
    (
        "Email: Re: your request",
        "Email: Introduction",
        "Email: Angebot & Unterlagen",
        "Email: 見積書",
        "Email: pricing, terms",
    ),
    ("Send quote", "Follow up", "Prepare proposal", "LinkedIn message", 'Check contract "final v2"'),
)
MEETINGS = (
    "Meeting: Demo",
    "Meeting: Kick-off",
    "Discovery Meeting",
    "Meeting: QBR",
    "Besprechung vor Ort",
    "Meeting - l'équipe data",
)
DISPOSITIONS = ("Connected", "Left Voicemail", "No Answer", "Wrong Number", "Meeting Booked")
LOCATIONS = ("Zoom", "Microsoft Teams", "Customer site", "Büro Köln", "Phone")


@dataclass(frozen=True)
class SalesActivities:
    """Per activity: time, account record (-1: a lead's), contact (-1), lead (-1), deal (-1), owner (row of Users)."""

    at: Ints
    account: Ints
    contact: Ints
    lead: Ints
    deal: Ints
    owner: Ints
    is_event: Flags
    upcoming: Flags


def draw_sales_activities(
    companies: Companies,
    accounts: Accounts,
    roster: Roster,
    deals: Deals,
    deal_texts: DealTexts,
    account_texts: AccountTexts,
    users: Users,
    timeline: Timeline,
    scale: Scale,
) -> SalesActivities:
    """About 20 per account: some around each deal, by the buyer's enthusiasm, the rest on contacts and leads."""
    rng = stream(scale.seed, "sales activities")
    deal = _around_deals(deals, rng)
    until = np.where(deals.closed, deals.decided_at, timeline.end)[deal]
    deal_at = (
        deals.created[deal]
        - 5 * DAY
        + ((until - deals.created[deal] + 5 * DAY) * rng.random(deal.size)).astype(np.int64)
    )
    deal_contact = _contacts_of(deal_texts.account[deal], roster, rng)
    too_late = roster.contacts.created[np.maximum(deal_contact, 0)] + 2 * DAY > until
    deal_contact = np.where(too_late, -1, deal_contact)
    rest = max(0, round(scale.accounts * PER_ACCOUNT) - deal.size)
    on_lead = chance(rng, 0.3, rest)
    live_contact = np.flatnonzero(roster.contacts.state == LIVE)
    live_lead = np.flatnonzero(roster.leads.state == LIVE)
    contact = np.where(on_lead, -1, live_contact[rng.integers(0, live_contact.size, rest)])
    lead = np.where(on_lead, live_lead[rng.integers(0, live_lead.size, rest)], -1)
    born = np.where(on_lead, roster.leads.created[lead], roster.contacts.created[contact])
    begin = np.maximum(born, timeline.start)
    lag = np.minimum((rng.exponential(25, rest) * DAY).astype(np.int64), timeline.end - begin)
    spread = ((timeline.end - begin) * rng.random(rest)).astype(np.int64)
    rest_at = begin + np.where(on_lead, lag, spread)
    seller = users.sellers[rng.integers(0, users.sellers.size, rest)]
    developer = users.developers[rng.integers(0, users.developers.size, rest)]
    account = np.concatenate([deal_texts.account[deal], np.where(on_lead, -1, roster.contacts.account[contact])])
    at = np.concatenate([deal_at, rest_at])
    country = np.where(account >= 0, companies.country[accounts.company[np.maximum(account, 0)]], 0)
    born_all = np.concatenate([np.where(deal_contact >= 0, roster.contacts.created[deal_contact], 0), born])
    at = np.maximum(working_times(at, country, rng), born_all + 120).clip(timeline.start, timeline.end - 1_800)
    upcoming = chance(rng, 0.015, at.size) & (account >= 0)
    return SalesActivities(
        at=at,
        account=account,
        contact=np.concatenate([deal_contact, contact]),
        lead=np.concatenate([np.full(deal.size, -1), lead]),
        deal=np.concatenate([deal, np.full(rest, -1)]),
        owner=np.concatenate([deal_texts.owner[deal], np.where(chance(rng, 0.6, rest), developer, seller)]),
        is_event=chance(rng, EVENT_SHARE, at.size),
        upcoming=upcoming,
    )


def last_activity(activities: SalesActivities, accounts: Accounts) -> Ints:
    """Per account record the second of its last completed activity, 0 for none."""
    last = np.zeros(accounts.count, dtype=np.int64)
    done = (activities.account >= 0) & ~activities.upcoming
    np.maximum.at(last, activities.account[done], activities.at[done])
    return last


def _around_deals(deals: Deals, rng: np.random.Generator) -> Ints:
    effect = np.exp(ENTHUSIASM_EFFECT * deals.enthusiasm - ENTHUSIASM_EFFECT**2 / 2)
    progress = np.where(deals.closed, 1.0, 0.2 + deals.stage / 7)
    return np.repeat(np.arange(deals.count), rng.poisson(PER_DEAL * effect * progress))


def _contacts_of(account: Ints, roster: Roster, rng: np.random.Generator) -> Ints:
    """One of the three oldest live contacts of each account record, -1 where it has none."""
    contacts = roster.contacts
    live = np.flatnonzero(contacts.state == LIVE)
    order = live[np.lexsort((contacts.created[live], contacts.account[live]))]
    starts, sizes = group_ranges(contacts.account[order], int(max(account.max(initial=0), contacts.account.max())) + 1)
    nth = np.floor(rng.random(account.size) * np.minimum(sizes[account], 3)).astype(np.int64)
    return np.where(sizes[account] > 0, order[np.minimum(starts[account] + nth, order.size - 1)], -1)


def write_sales_activities(
    activities: SalesActivities,
    accounts: Accounts,
    contact_texts: ContactTexts,
    lead_texts: LeadTexts,
    deal_texts: DealTexts,
    users: Users,
    timeline: Timeline,
    scale: Scale,
    store: Store,
) -> None:
    """Write Task and Event, in order of time."""
    rng = stream(scale.seed, "sales activity fields")
    order = np.argsort(activities.at, kind="stable")
    for is_event, object_name in ((False, "Task"), (True, "Event")):
        rows = order[activities.is_event[order] == is_event]
        ids = salesforce_ids(object_name, activities.at[rows], rng)
        for begin in range(0, rows.size, CHUNK):
            part = rows[begin : begin + CHUNK]
            shared = {
                "Id": ids.slice(begin, part.size),
                "WhoId": _who(activities, part, contact_texts, lead_texts),
                "WhatId": _what(activities, part, accounts, deal_texts),
                "AccountId": chosen(accounts.ids, activities.account[part]),
                "OwnerId": chosen(users.ids, activities.owner[part]),
                **audit_columns(
                    activities.at[part],
                    activities.at[part],
                    np.where(chance(rng, 0.004, part.size), 2, LIVE),
                    users,
                    timeline,
                    rng,
                ),
            }
            own = _event_columns(activities, part, rng) if is_event else _task_columns(activities, part, rng)
            store.insert(f'salesforce."{object_name}"', shared | own)


def _who(activities: SalesActivities, part: Ints, contact_texts: ContactTexts, lead_texts: LeadTexts) -> pa.Array:
    lead = activities.lead[part]
    return where(lead >= 0, chosen(lead_texts.ids, lead), chosen(contact_texts.ids, activities.contact[part]))


def _what(activities: SalesActivities, part: Ints, accounts: Accounts, deal_texts: DealTexts) -> pa.Array:
    deal = activities.deal[part]
    return where(deal >= 0, chosen(deal_texts.ids, deal), chosen(accounts.ids, activities.account[part]))


def _task_columns(activities: SalesActivities, part: Ints, rng: np.random.Generator) -> dict[str, pa.Array]:
    count, at, upcoming = part.size, activities.at[part], activities.upcoming[part]
    kind = pick(rng, [0.42, 0.45, 0.13], count)
    subjects = [subject for group in SUBJECTS for subject in group]
    is_call = (kind == 0) & ~upcoming
    due = at + np.where(upcoming, rng.integers(1, 45, count) * DAY, 0)
    return {
        "Subject": chosen(subjects, kind * 5 + rng.integers(0, 5, count)),
        "Status": where(upcoming, "Not Started", "Completed"),
        "Priority": where(chance(rng, 0.08, count), "High", "Normal"),
        "Type": chosen(TASK_KINDS, kind),
        "TaskSubtype": chosen(("Call", "Email", "Task"), kind),
        "ActivityDate": dates(due, ~(upcoming & chance(rng, 0.1, count))),
        "CompletedDateTime": stamps(at, ~upcoming),
        "CallDurationInSeconds": numbers(rng.gamma(1.3, 240, count).astype(np.int32), is_call),
        "CallDisposition": chosen(DISPOSITIONS, np.where(is_call, rng.integers(0, len(DISPOSITIONS), count), -1)),
        "IsClosed": pa.array(~upcoming),
        "Description": descriptions(rng, count, 0.2),
    }


def _event_columns(activities: SalesActivities, part: Ints, rng: np.random.Generator) -> dict[str, pa.Array]:
    count, at, upcoming = part.size, activities.at[part], activities.upcoming[part]
    begin = (at + np.where(upcoming, rng.integers(1, 45, count) * DAY, 0)) // 900 * 900
    return {
        "Subject": chosen(MEETINGS, rng.integers(0, len(MEETINGS), count)),
        "StartDateTime": stamps(begin),
        "EndDateTime": stamps(begin + rng.integers(1, 5, count) * 1_800),
        "Location": chosen(LOCATIONS, rng.integers(-2, len(LOCATIONS), count)),
        "Type": chosen(("Meeting", "Demo", "Other"), pick(rng, [0.6, 0.25, 0.15], count)),
    }
