"""Which person stands behind which contact, lead and marketing record. No text yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.world.accounts import DELETED, LIVE, MERGED, Accounts
from sandbox.world.columns import DAY, Flags, Ints
from sandbox.world.companies import Companies
from sandbox.world.deals import Deals
from sandbox.world.pursuits import Pursuits
from sandbox.world.randomness import chance, group_ranges, pick, stream
from sandbox.world.scale import Scale
from sandbox.world.timeline import Timeline

CONTACTS_PER_ACCOUNT = 10.0


@dataclass(frozen=True)
class Contacts:
    """Per contact record: account record, person, creation and removal times, state, the contact it was merged into,
    and the lead it was converted from (-1: none)."""

    account: Ints
    person: Ints
    created: Ints
    removed: Ints
    state: Ints
    merged_into: Ints
    pursuit: Ints


@dataclass(frozen=True)
class Leads:
    """Per lead record: the pursuit it stands for, person, creation time, state, the lead it was merged into; and per
    pursuit the contact its conversion made or met (-1: not converted)."""

    pursuit: Ints
    person: Ints
    created: Ints
    removed: Ints
    state: Ints
    merged_into: Ints
    contact_of_pursuit: Ints


@dataclass(frozen=True)
class Roster:
    """Everybody: per person the company they work for now (-1: none known) and whether they came from another."""

    person_company: Ints
    has_moved: Flags
    contacts: Contacts
    leads: Leads
    strangers: Ints

    @property
    def people(self) -> int:
        """How many people there are."""
        return self.person_company.size


def draw_roster(
    companies: Companies, accounts: Accounts, pursuits: Pursuits, deals: Deals, timeline: Timeline, scale: Scale
) -> Roster:
    """Contacts (ten live ones per account, less the conversions that met a known person), leads, and strangers that
    only marketing knows."""
    rng = stream(scale.seed, "roster")
    account, created = _contact_seats(accounts, companies, deals, pursuits, timeline, scale, rng)
    person, person_company = _occupants(account, accounts, scale, rng)
    known = person_company.size
    lead_person, met, person_company = _lead_people(pursuits, account, accounts, person, person_company, rng)
    base = _Seats(account, person, created, np.full(account.size, -1))
    contacts, contact_of_pursuit = _with_conversions(base, pursuits, lead_person, met, accounts)
    contacts, has_moved = _movers(contacts, met, person_company, known, scale, rng)
    strangers = np.arange(round(scale.accounts * 1.0)) + person_company.size
    outside = pick(rng, np.log1p(companies.employees), strangers.size)
    person_company = np.concatenate([person_company, np.where(chance(rng, 0.35, strangers.size), -1, outside)])
    return Roster(
        person_company=person_company,
        has_moved=np.concatenate([has_moved, np.zeros(person_company.size - has_moved.size, dtype=np.bool_)]),
        contacts=_with_removed_contacts(contacts, timeline, scale, rng),
        leads=_leads(pursuits, lead_person, contact_of_pursuit, timeline, scale, rng),
        strangers=strangers,
    )


@dataclass(frozen=True)
class _Seats:
    account: Ints
    person: Ints
    created: Ints
    pursuit: Ints


def _contact_seats(
    accounts: Accounts,
    companies: Companies,
    deals: Deals,
    pursuits: Pursuits,
    timeline: Timeline,
    scale: Scale,
    rng: np.random.Generator,
) -> tuple[Ints, Ints]:
    """(account record, creation time) of contacts that do not come from conversions, sorted by company."""
    live = np.flatnonzero(accounts.state == LIVE)
    total = round(scale.accounts * CONTACTS_PER_ACCOUNT) - int(pursuits.converted.sum())
    floor = np.zeros(accounts.count, dtype=np.int64)
    floor[accounts.primary[deals.company]] = 3
    weight = np.where(accounts.is_primary, 1.0, 0.35)[live] * companies.employees[accounts.company[live]] ** 0.28
    drawn = pick(rng, weight * rng.gamma(1.0, 1.0, live.size), total - int(floor.sum()))
    seats = np.concatenate([np.repeat(np.arange(accounts.count), floor), live[drawn]])
    seats = seats[np.lexsort((seats, accounts.company[seats]))]
    nth = np.arange(seats.size) - group_ranges_of_runs(seats)
    since = accounts.created[seats]
    late = since + (rng.random(seats.size) ** 1.2 * (timeline.end - 2 * DAY - since)).astype(np.int64)
    early = since + rng.integers(60, 7_200, seats.size)
    return seats, np.where(nth < 3, early, late).clip(None, timeline.end - 60)


def group_ranges_of_runs(values: Ints) -> Ints:
    """For each row of a sequence with equal neighbours, the position where its run begins."""
    begins = np.diff(values, prepend=values[:1] - 1) != 0
    starts = np.flatnonzero(begins)
    return np.repeat(starts, np.diff(np.append(starts, values.size)))


def _occupants(account: Ints, accounts: Accounts, scale: Scale, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """A new person for most seats; some seats hold a person of the same company once more (duplicate contacts)."""
    company = accounts.company[account]
    first = np.diff(company, prepend=-1) != 0
    again = np.where(accounts.is_primary[account], 0.025, 0.45) * scale.level
    new = first | ~chance(rng, again, company.size)
    person = np.cumsum(new) - 1
    start_seat = group_ranges_of_runs(company)
    lowest, highest = person[start_seat], person
    repeat = lowest + np.floor(rng.random(company.size) * (highest - lowest + 1)).astype(np.int64)
    return np.where(new, person, repeat), company[new]


def _lead_people(
    pursuits: Pursuits, account: Ints, accounts: Accounts, person: Ints, person_company: Ints, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    """Who each lead is, and the contact seat of those we knew already (a fifth); the rest are new people."""
    seat_company = accounts.company[account]
    starts, sizes = group_ranges(seat_company, int(max(seat_company.max(), pursuits.company.max())) + 1)
    at = np.maximum(pursuits.company, 0)
    familiar = (pursuits.company >= 0) & (sizes[at] > 0) & chance(rng, 0.2, pursuits.count)
    seat = starts[at] + np.floor(rng.random(pursuits.count) * sizes[at]).astype(np.int64)
    met = np.where(familiar, seat, -1)
    fresh = person_company.size + np.cumsum(~familiar) - 1
    lead_person = np.where(familiar, person[np.maximum(met, 0)], fresh)
    return lead_person, met, np.concatenate([person_company, pursuits.company[~familiar]])


def _with_conversions(
    seats: _Seats, pursuits: Pursuits, lead_person: Ints, met: Ints, accounts: Accounts
) -> tuple[Contacts, Ints]:
    """Adds the contact that each conversion creates, unless the person was a contact already."""
    converted = pursuits.converted & (pursuits.company >= 0)
    known = converted & (met >= 0)
    known &= seats.created[np.maximum(met, 0)] < pursuits.decided_at
    fresh = np.flatnonzero(converted & ~known)
    contact = np.where(known, met, -1)
    contact[fresh] = seats.account.size + np.arange(fresh.size)
    account = np.concatenate([seats.account, accounts.primary[pursuits.company[fresh]]])
    return (
        Contacts(
            account=account,
            person=np.concatenate([seats.person, lead_person[fresh]]),
            created=np.concatenate([seats.created, pursuits.decided_at[fresh]]),
            removed=np.full(account.size, 0, dtype=np.int64),
            state=np.full(account.size, LIVE, dtype=np.int64),
            merged_into=np.full(account.size, -1, dtype=np.int64),
            pursuit=np.concatenate([seats.pursuit, fresh]),
        ),
        contact,
    )


def _movers(
    contacts: Contacts, met: Ints, person_company: Ints, known: int, scale: Scale, rng: np.random.Generator
) -> tuple[Contacts, Flags]:
    """Stale contacts: a seat shows somebody who now works (and is a contact) at another company."""
    stale = (contacts.pursuit < 0) & chance(rng, 0.015 * scale.level, contacts.account.size)
    stale[np.maximum(met, 0)] = False
    rows = np.flatnonzero(stale)
    moved = rng.integers(0, known, rows.size)
    person = contacts.person.copy()
    person[rows] = moved
    flags = np.zeros(person_company.size, dtype=np.bool_)
    flags[moved] = True
    changed = Contacts(
        contacts.account,
        person,
        contacts.created,
        contacts.removed,
        contacts.state,
        contacts.merged_into,
        contacts.pursuit,
    )
    return changed, flags


def _with_removed_contacts(contacts: Contacts, timeline: Timeline, scale: Scale, rng: np.random.Generator) -> Contacts:
    """Adds contacts that are no more: merged into a live one of the same person, or simply deleted."""
    count = contacts.account.size
    original = rng.integers(0, count, round(0.03 * scale.level * count))
    created = contacts.created[original] + rng.integers(60, 90 * DAY, original.size)
    created = np.minimum(created, timeline.end - 7_200)
    removed = created + ((timeline.end - 3_600 - created) * rng.random(original.size)).astype(np.int64)
    merged = chance(rng, 0.6, original.size)
    return Contacts(
        account=np.concatenate([contacts.account, contacts.account[original]]),
        person=np.concatenate([contacts.person, contacts.person[original]]),
        created=np.concatenate([contacts.created, created]),
        removed=np.concatenate([np.full(count, timeline.end), np.maximum(removed, timeline.start)]),
        state=np.concatenate([contacts.state, np.where(merged, MERGED, DELETED)]),
        merged_into=np.concatenate([contacts.merged_into, np.where(merged, original, -1)]),
        pursuit=np.concatenate([contacts.pursuit, np.full(original.size, -1)]),
    )


def _leads(
    pursuits: Pursuits, person: Ints, contact: Ints, timeline: Timeline, scale: Scale, rng: np.random.Generator
) -> Leads:
    """The leads and their later duplicates; a third of the duplicates was merged away, a few leads were deleted."""
    again = np.flatnonzero(~pursuits.converted & chance(rng, 0.06 * scale.level, pursuits.count))
    created = np.minimum(pursuits.created[again] + rng.integers(3_600, 120 * DAY, again.size), timeline.end - 7_200)
    duplicate_state = np.where(chance(rng, 0.35, again.size), MERGED, LIVE)
    first_state = np.where(~pursuits.converted & chance(rng, 0.012 * scale.level, pursuits.count), DELETED, LIVE)
    duplicate_state[first_state[again] == DELETED] = LIVE
    state = np.concatenate([first_state, duplicate_state])
    born = np.concatenate([pursuits.created, created])
    removed = born + ((timeline.end - 3_600 - born).clip(60) * rng.random(born.size)).astype(np.int64)
    return Leads(
        pursuit=np.concatenate([np.arange(pursuits.count), again]),
        person=np.concatenate([person, person[again]]),
        created=born,
        removed=np.where(state == LIVE, timeline.end, removed),
        state=state,
        merged_into=np.concatenate([np.full(pursuits.count, -1), np.where(duplicate_state == MERGED, again, -1)]),
        contact_of_pursuit=contact,
    )
