"""Calls, e-mails and meetings of sales: a fifth of all activities, thickest around opportunities."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world.accounts import LIVE, Accounts
from sandbox.world.audit import audit_columns
from sandbox.world.columns import DAY, Flags, Ints, chosen, dates, numbers, stamps, where
from sandbox.world.deal_fields import DealTexts
from sandbox.world.identifiers import salesforce_ids
from sandbox.world.phrases import descriptions
from sandbox.world.plan import Plan
from sandbox.world.randomness import chance, group_ranges, pick, stream
from sandbox.world.reference import vocabulary
from sandbox.world.roster import Contacts
from sandbox.world.store import Store
from sandbox.world.timeline import working_times
from sandbox.world.users import Users

PER_ACCOUNT = 20.0
PER_DEAL = 7.0
EVENT_SHARE = 0.2
# How strongly a buyer's enthusiasm shows: calls and meetings multiply by exp(0.45) per standard deviation.
ENTHUSIASM_EFFECT = 0.45
CHUNK = 1_000_000
TASK_KINDS = ("Call", "Email", "Other")
SUBJECTS = tuple(vocabulary(f"{kind} subject") for kind in ("call", "email", "other"))
MEETINGS = vocabulary("meeting subject")
DISPOSITIONS = vocabulary("call disposition")
LOCATIONS = vocabulary("meeting place")


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


def draw_sales_activities(plan: Plan, deal_texts: DealTexts, users: Users) -> SalesActivities:
    """About 20 per account: some around each deal, by the buyer's enthusiasm, the rest on contacts and leads."""
    rng = stream(plan.scale.seed, "sales activities")
    around = _around_deals(plan, deal_texts, rng)
    missing = max(0, round(plan.scale.accounts * PER_ACCOUNT) - around.at.size)
    acts = [around, _prospecting(plan, users, missing, rng)]
    account, born, until = _joined(acts, "account"), _joined(acts, "born"), _joined(acts, "until")
    company = plan.accounts.company[np.maximum(account, 0)]
    country = np.where(account >= 0, plan.companies.country[company], 0)
    at = np.minimum(working_times(_joined(acts, "at"), country, rng), until - 600)
    at = np.maximum(at, born + 120)
    return SalesActivities(
        at=at.clip(plan.timeline.start, plan.timeline.end - 1_800),
        account=account,
        contact=_joined(acts, "contact"),
        lead=_joined(acts, "lead"),
        deal=_joined(acts, "deal"),
        owner=_joined(acts, "owner"),
        is_event=chance(rng, EVENT_SHARE, at.size),
        upcoming=chance(rng, 0.015, at.size) & (account >= 0),
    )


@dataclass(frozen=True)
class _Touches:
    at: Ints
    born: Ints
    until: Ints
    account: Ints
    contact: Ints
    lead: Ints
    deal: Ints
    owner: Ints


def _joined(acts: list[_Touches], name: str) -> Ints:
    return np.concatenate([getattr(part, name) for part in acts])


def _around_deals(plan: Plan, texts: DealTexts, rng: np.random.Generator) -> _Touches:
    """From five days before an opportunity until it is decided, with contacts known well before its end."""
    deals, contacts = plan.deals, plan.roster.contacts
    effect = np.exp(ENTHUSIASM_EFFECT * deals.enthusiasm - ENTHUSIASM_EFFECT**2 / 2)
    progress = np.where(deals.closed, 1.0, 0.2 + deals.stage / 7)
    deal = np.repeat(np.arange(deals.count), rng.poisson(PER_DEAL * effect * progress))
    until = np.where(deals.closed, deals.decided_at, plan.timeline.end)[deal]
    begin = deals.created[deal] - 5 * DAY
    contact = _contacts_of(texts.account[deal], contacts, rng)
    contact = np.where(contacts.created[contact] + 2 * DAY > until, -1, contact)
    return _Touches(
        at=begin + ((until - begin) * rng.random(deal.size)).astype(np.int64),
        born=np.where(contact >= 0, contacts.created[contact], 0),
        until=until,
        account=texts.account[deal],
        contact=contact,
        lead=np.full(deal.size, -1),
        deal=deal,
        owner=texts.owner[deal],
    )


def _prospecting(plan: Plan, users: Users, count: int, rng: np.random.Generator) -> _Touches:
    """Calls and e-mails to contacts at any time, to leads soon after they came."""
    contacts, leads, timeline = plan.roster.contacts, plan.roster.leads, plan.timeline
    on_lead = chance(rng, 0.3, count)
    live_contact, live_lead = np.flatnonzero(contacts.state == LIVE), np.flatnonzero(leads.state == LIVE)
    contact = live_contact[rng.integers(0, live_contact.size, count)]
    lead = live_lead[rng.integers(0, live_lead.size, count)]
    born = np.where(on_lead, leads.created[lead], contacts.created[contact])
    begin = np.maximum(born, timeline.start)
    left = timeline.end - begin
    soon = np.minimum((rng.exponential(25, count) * DAY).astype(np.int64), left)
    seller = users.sellers[rng.integers(0, users.sellers.size, count)]
    developer = users.developers[rng.integers(0, users.developers.size, count)]
    return _Touches(
        at=begin + np.where(on_lead, soon, (left * rng.random(count)).astype(np.int64)),
        born=born,
        until=np.full(count, timeline.end),
        account=np.where(on_lead, -1, contacts.account[contact]),
        contact=np.where(on_lead, -1, contact),
        lead=np.where(on_lead, lead, -1),
        deal=np.full(count, -1),
        owner=np.where(chance(rng, 0.6, count), developer, seller),
    )


def last_activity(activities: SalesActivities, accounts: Accounts) -> Ints:
    """Per account record the second of its last completed activity, 0 for none."""
    last = np.zeros(accounts.count, dtype=np.int64)
    done = (activities.account >= 0) & ~activities.upcoming
    np.maximum.at(last, activities.account[done], activities.at[done])
    return last


def _contacts_of(account: Ints, contacts: Contacts, rng: np.random.Generator) -> Ints:
    """One of the three oldest live contacts of each account record, -1 where it has none."""
    live = np.flatnonzero(contacts.state == LIVE)
    order = live[np.lexsort((contacts.created[live], contacts.account[live]))]
    starts, sizes = group_ranges(contacts.account[order], int(max(account.max(initial=0), contacts.account.max())) + 1)
    nth = np.floor(rng.random(account.size) * np.minimum(sizes[account], 3)).astype(np.int64)
    return np.where(sizes[account] > 0, order[np.minimum(starts[account] + nth, order.size - 1)], -1)


def write_sales_activities(
    plan: Plan,
    activities: SalesActivities,
    contact_ids: pa.Array,
    lead_ids: pa.Array,
    deal_ids: pa.Array,
    users: Users,
    store: Store,
) -> None:
    """Write Task and Event, in order of time."""
    account_ids = plan.accounts.ids
    rng = stream(plan.scale.seed, "sales activity fields")
    order = np.argsort(activities.at, kind="stable")
    for is_event, object_name in ((False, "Task"), (True, "Event")):
        rows = order[activities.is_event[order] == is_event]
        ids = salesforce_ids(object_name, activities.at[rows], rng)
        for begin in range(0, rows.size, CHUNK):
            part = rows[begin : begin + CHUNK]
            shared = {
                "Id": ids.slice(begin, part.size),
                "WhoId": _who(activities, part, contact_ids, lead_ids),
                "WhatId": _what(activities, part, account_ids, deal_ids),
                "AccountId": chosen(account_ids, activities.account[part]),
                "OwnerId": chosen(users.ids, activities.owner[part]),
                **audit_columns(
                    activities.at[part],
                    activities.at[part],
                    np.where(chance(rng, 0.004, part.size), 2, LIVE),
                    users,
                    plan.timeline,
                    rng,
                ),
            }
            own = _event_columns(activities, part, rng) if is_event else _task_columns(activities, part, rng)
            store.insert(f'salesforce."{object_name}"', shared | own)


def _who(activities: SalesActivities, part: Ints, contact_ids: pa.Array, lead_ids: pa.Array) -> pa.Array:
    lead = activities.lead[part]
    return where(lead >= 0, chosen(lead_ids, lead), chosen(contact_ids, activities.contact[part]))


def _what(activities: SalesActivities, part: Ints, account_ids: pa.Array, deal_ids: pa.Array) -> pa.Array:
    deal = activities.deal[part]
    return where(deal >= 0, chosen(deal_ids, deal), chosen(account_ids, activities.account[part]))


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
