"""Marketo's people: leads and contacts of the CRM that synchronise, and strangers that only marketing knows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.world.accounts import LIVE, Accounts
from sandbox.world.columns import DAY, Flags, Floats, Ints, blank, chosen, joined, numbers, stamps, where
from sandbox.world.companies import Companies, industries
from sandbox.world.contact_fields import LEAD_SOURCES, ContactTexts
from sandbox.world.dirt import title_case
from sandbox.world.geography import country_column, places
from sandbox.world.identifiers import serials
from sandbox.world.lead_fields import CLOSED_STATUSES, OPEN_STATUSES, LeadTexts
from sandbox.world.people import People, full_names, private_emails, title_column, work_emails
from sandbox.world.pursuits import Pursuits
from sandbox.world.randomness import chance, stream
from sandbox.world.roster import Roster
from sandbox.world.scale import Scale
from sandbox.world.store import Store
from sandbox.world.timeline import Timeline

LEADS_SYNCED = 0.92
CONTACTS_SYNCED = 0.5
LISTS = (
    "Newsletter",
    "Webinar invitees 2025",
    "Kunden DACH",
    "Do Not Mail",
    "ABM target accounts",
    "Event leads – Forum de l'été",
)


@dataclass(frozen=True)
class MarketoPeople:
    """Per record: id, person, company (-1: none), rows of the CRM lead and contact (-1: none), the times it came and
    went (deleted ones only live on in activities), and the latent engagement of leads (0 for others)."""

    ids: Ints
    person: Ints
    company: Ints
    lead: Ints
    contact: Ints
    created: Ints
    deleted: Flags
    engagement: Floats
    decided_at: Ints


def draw_marketo_people(
    roster: Roster, pursuits: Pursuits, accounts: Accounts, timeline: Timeline, scale: Scale
) -> MarketoPeople:
    """One record per synchronised lead or contact (one for both after a conversion), and the strangers."""
    rng = stream(scale.seed, "marketo people")
    leads, contacts = roster.leads, roster.contacts
    lead = np.flatnonzero((leads.state == LIVE) & chance(rng, LEADS_SYNCED, leads.state.size))
    own_contact = (contacts.pursuit < 0) & (contacts.state == LIVE)
    met = leads.contact_of_pursuit[leads.contact_of_pursuit >= 0]
    own_contact[met] = False
    contact = np.flatnonzero(own_contact & chance(rng, CONTACTS_SYNCED, own_contact.size))
    first = np.arange(leads.pursuit.size) < pursuits.count
    lead_contact = np.where(first, leads.contact_of_pursuit[leads.pursuit], -1)[lead]
    none_lead, none_contact = np.full(contact.size, -1), np.full(roster.strangers.size, -1)
    span = timeline.end - timeline.start - 2 * DAY
    stranger_at = timeline.start + (rng.random(roster.strangers.size) * span).astype(np.int64)
    created = np.concatenate([leads.created[lead] - 90, contacts.created[contact] + 300, stranger_at])
    pursuit = leads.pursuit[lead]
    quiet = np.zeros(contact.size + roster.strangers.size)
    person = np.concatenate([leads.person[lead], contacts.person[contact], roster.strangers])
    return MarketoPeople(
        ids=serials(created, rng, first=100_000, widest_gap=9).astype(np.int64),
        person=person,
        company=np.concatenate(
            [
                pursuits.company[pursuit],
                accounts.company[contacts.account[contact]],
                roster.person_company[roster.strangers],
            ]
        ),
        lead=np.concatenate([lead, none_lead, none_contact]),
        contact=np.concatenate([lead_contact, contact, none_contact]),
        created=np.minimum(created, timeline.end - 3_600),
        deleted=np.concatenate(
            [np.zeros(lead.size + contact.size, dtype=np.bool_), chance(rng, 0.03, none_contact.size)]
        ),
        engagement=np.concatenate([pursuits.engagement[pursuit], quiet]),
        decided_at=np.concatenate(
            [_decisions(pursuits, leads.created[lead], pursuit), np.full(quiet.size, timeline.end)]
        ),
    )


def _decisions(pursuits: Pursuits, created: Ints, pursuit: Ints) -> Ints:
    """When each lead was decided; a duplicate that came after the decision was looked at for a few days more."""
    return np.maximum(pursuits.decided_at[pursuit], created + 4 * DAY)


def write_marketo_people(
    marketo: MarketoPeople,
    people: People,
    companies: Companies,
    accounts: Accounts,
    roster: Roster,
    lead_texts: LeadTexts,
    contact_texts: ContactTexts,
    timeline: Timeline,
    scale: Scale,
    store: Store,
) -> None:
    """Write leads, lists and list_members."""
    rng = stream(scale.seed, "marketo people fields")
    kept = np.flatnonzero(~marketo.deleted)
    rows = kept[np.argsort(marketo.ids[kept], kind="stable")]
    count, company, level = rows.size, marketo.company[rows], scale.level
    place = companies.place[np.maximum(company, 0)]
    cities, states, _ = places()
    stranger = company < 0
    first, last = full_names(people, marketo.person[rows])
    title = people.title[marketo.person[rows]]
    touched = marketo.created[rows] + ((timeline.end - 60 - marketo.created[rows]) * rng.random(count)).astype(np.int64)
    score = (30 + 17 * marketo.engagement[rows] + rng.normal(0, 12, count)).clip(0, 100)
    account = np.where(marketo.contact[rows] >= 0, roster.contacts.account[marketo.contact[rows]], -1)
    store.insert(
        "marketo.leads",
        {
            "id": pa.array(marketo.ids[rows]),
            "email": _emails(marketo, rows, people, companies, lead_texts, contact_texts, rng),
            "firstName": blank(first, chance(rng, 0.05 * level, count)),
            "lastName": blank(last, chance(rng, 0.03 * level, count)),
            "title": blank(chosen(title_column("title"), title), chance(rng, 0.3 * level, count)),
            "company": _companies(companies, company, level, rng),
            "website": blank(chosen(companies.domain, company), stranger | chance(rng, 0.6, count)),
            "country": blank(
                chosen(country_column("name"), companies.country[company]), stranger | chance(rng, 0.3, count)
            ),
            "state": blank(chosen(states, place), stranger | chance(rng, 0.5, count)),
            "city": blank(chosen(cities, place), stranger | chance(rng, 0.5, count)),
            "industry": blank(chosen(industries(), companies.industry[company]), stranger | chance(rng, 0.6, count)),
            "phone": blank(people.phone.take(pa.array(marketo.person[rows])), chance(rng, 0.7, count)),
            "leadSource": chosen(LEAD_SOURCES, rng.integers(-1, len(LEAD_SOURCES), count)),
            "leadStatus": chosen(OPEN_STATUSES + CLOSED_STATUSES, rng.integers(-2, 9, count)),
            "leadScore": numbers(score.astype(np.int32), ~chance(rng, 0.05, count)),
            "unsubscribed": pa.array(chance(rng, 0.05, count)),
            "sfdcLeadId": chosen(lead_texts.ids, marketo.lead[rows]),
            "sfdcContactId": chosen(contact_texts.ids, marketo.contact[rows]),
            "sfdcAccountId": chosen(accounts.ids, account),
            "createdAt": stamps(marketo.created[rows]),
            "updatedAt": stamps(touched),
        },
    )
    _write_lists(marketo.ids[rows], timeline, rng, store)


def _emails(
    marketo: MarketoPeople,
    rows: Ints,
    people: People,
    companies: Companies,
    lead_texts: LeadTexts,
    contact_texts: ContactTexts,
    rng: np.random.Generator,
) -> pa.Array:
    """The CRM's address where there is one (lower case mostly), else the person's own."""
    person, company = marketo.person[rows], marketo.company[rows]
    own = pc.coalesce(work_emails(people, person, company, companies.domain), private_emails(people, person, rng))
    lead, contact = marketo.lead[rows], marketo.contact[rows]
    of_crm = pc.coalesce(chosen(lead_texts.email, lead), chosen(contact_texts.email, contact))
    email = where((lead >= 0) | (contact >= 0), of_crm, own)
    return where(chance(rng, 0.9, rows.size), pc.utf8_lower(email), email)


def _companies(companies: Companies, company: Ints, level: float, rng: np.random.Generator) -> pa.Array:
    """As typed into forms: bare names, some with a space left at the end (Marketo does not trim)."""
    typed = chosen([title_case(base) for base in companies.names.base], company)
    typed = where(chance(rng, 0.2, company.size), pc.utf8_lower(typed), typed)
    typed = where(chance(rng, 0.04 * level, company.size), joined(typed, " "), typed)
    return blank(typed, chance(rng, 0.15 * level, company.size))


def _write_lists(ids: Ints, timeline: Timeline, rng: np.random.Generator, store: Store) -> None:
    created = timeline.start + np.arange(len(LISTS)) * 40 * DAY
    store.insert(
        "marketo.lists",
        {
            "id": pa.array(np.arange(len(LISTS)) + 5_001),
            "name": pa.array(LISTS),
            "createdAt": stamps(created),
            "updatedAt": stamps(created + 100 * DAY),
        },
    )
    member = rng.random((ids.size, len(LISTS))) < np.array([0.3, 0.08, 0.05, 0.02, 0.06, 0.04])
    row, number = np.nonzero(member)
    store.insert("marketo.list_members", {"listId": pa.array(number + 5_001), "leadId": pa.array(ids[row])})
