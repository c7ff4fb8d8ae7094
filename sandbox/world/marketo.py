"""Marketo's people: leads and contacts of the CRM that synchronise, and strangers that only marketing knows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.world.accounts import LIVE
from sandbox.world.columns import DAY, Flags, Floats, Ints, blank, chosen, joined, numbers, stamps, where
from sandbox.world.companies import Companies, industries
from sandbox.world.contact_fields import LEAD_SOURCES, ContactTexts
from sandbox.world.geography import country_column, places
from sandbox.world.identifiers import serials
from sandbox.world.lead_fields import CLOSED_STATUSES, OPEN_STATUSES, LeadTexts
from sandbox.world.people import full_names, private_emails, title_column, work_emails
from sandbox.world.plan import Plan
from sandbox.world.pursuits import Pursuits
from sandbox.world.randomness import chance, stream
from sandbox.world.reference import vocabulary
from sandbox.world.store import Store
from sandbox.world.timeline import Timeline

LEADS_SYNCED = 0.92
CONTACTS_SYNCED = 0.5
LISTS = vocabulary("marketo list")


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


def draw_marketo_people(plan: Plan) -> MarketoPeople:
    """One record per synchronised lead or contact (one for both after a conversion), and the strangers."""
    roster, pursuits, timeline = plan.roster, plan.pursuits, plan.timeline
    rng = stream(plan.scale.seed, "marketo people")
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
    known_since = np.concatenate([leads.created[lead] - 90, contacts.created[contact] + 300, stranger_at])
    # Marketo was introduced when the history begins: whom the CRM knew by then came with an import over that day.
    created = np.maximum(known_since, timeline.start + rng.integers(0, DAY, known_since.size))
    pursuit = leads.pursuit[lead]
    quiet = np.zeros(contact.size + roster.strangers.size)
    person = np.concatenate([leads.person[lead], contacts.person[contact], roster.strangers])
    return MarketoPeople(
        ids=serials(created, rng, first=100_000, widest_gap=9).astype(np.int64),
        person=person,
        company=np.concatenate(
            [
                pursuits.company[pursuit],
                plan.accounts.company[contacts.account[contact]],
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
    plan: Plan, marketo: MarketoPeople, lead_texts: LeadTexts, contact_texts: ContactTexts, store: Store
) -> None:
    """Write leads, lists and list_members."""
    rng = stream(plan.scale.seed, "marketo people fields")
    kept = np.flatnonzero(~marketo.deleted)
    rows = kept[np.argsort(marketo.ids[kept], kind="stable")]
    count, created, end = rows.size, marketo.created[rows], plan.timeline.end
    touched = created + ((end - 60 - created) * rng.random(count)).astype(np.int64)
    score = (30 + 17 * marketo.engagement[rows] + rng.normal(0, 12, count)).clip(0, 100)
    contact = marketo.contact[rows]
    account = np.where(contact >= 0, plan.roster.contacts.account[contact], -1)
    columns = {
        "id": pa.array(marketo.ids[rows]),
        "email": _emails(plan, marketo, rows, lead_texts, contact_texts, rng),
        **_person(plan, marketo.person[rows], rng),
        **_employer(plan, marketo.company[rows], rng),
        "leadSource": chosen(LEAD_SOURCES, rng.integers(-1, len(LEAD_SOURCES), count)),
        "leadStatus": chosen(OPEN_STATUSES + CLOSED_STATUSES, rng.integers(-2, 9, count)),
        "leadScore": numbers(score.astype(np.int32), ~chance(rng, 0.05, count)),
        "unsubscribed": pa.array(chance(rng, 0.05, count)),
        "sfdcLeadId": chosen(lead_texts.ids, marketo.lead[rows]),
        "sfdcContactId": chosen(contact_texts.ids, contact),
        "sfdcAccountId": chosen(plan.accounts.ids, account),
        "createdAt": stamps(created),
        "updatedAt": stamps(touched),
    }
    store.insert("marketo.leads", columns)
    _write_lists(marketo.ids[rows], plan.timeline, rng, store)


def _person(plan: Plan, person: Ints, rng: np.random.Generator) -> dict[str, pa.Array]:
    people, count, level = plan.people, person.size, plan.scale.level
    first, last = full_names(people, person)
    title = chosen(title_column("title"), people.title[person])
    return {
        "firstName": blank(first, chance(rng, 0.05 * level, count)),
        "lastName": blank(last, chance(rng, 0.03 * level, count)),
        "title": blank(title, chance(rng, 0.3 * level, count)),
        "phone": blank(people.phone.take(pa.array(person)), chance(rng, 0.7, count)),
    }


def _employer(plan: Plan, company: Ints, rng: np.random.Generator) -> dict[str, pa.Array]:
    """What the form asked about the company; strangers left it out."""
    companies, count, unknown = plan.companies, company.size, company < 0
    place = companies.place[company]
    cities, states, _ = places()
    texts = {
        "website": (chosen(companies.domain, company), 0.6),
        "country": (chosen(country_column("name"), companies.country[company]), 0.3),
        "state": (chosen(states, place), 0.5),
        "city": (chosen(cities, place), 0.5),
        "industry": (chosen(industries(), companies.industry[company]), 0.6),
    }
    answers = {name: blank(text, unknown | chance(rng, left_out, count)) for name, (text, left_out) in texts.items()}
    return {"company": _companies(companies, company, plan.scale.level, rng), **answers}


def _emails(
    plan: Plan,
    marketo: MarketoPeople,
    rows: Ints,
    lead_texts: LeadTexts,
    contact_texts: ContactTexts,
    rng: np.random.Generator,
) -> pa.Array:
    """The CRM's address where there is one (lower case mostly), else the person's own."""
    person, company = marketo.person[rows], marketo.company[rows]
    work = work_emails(plan.people, person, company, plan.companies.domain)
    own = pc.coalesce(work, private_emails(plan.people, person, rng))
    lead, contact = marketo.lead[rows], marketo.contact[rows]
    of_crm = pc.coalesce(chosen(lead_texts.email, lead), chosen(contact_texts.email, contact))
    email = where((lead >= 0) | (contact >= 0), of_crm, own)
    return where(chance(rng, 0.9, rows.size), pc.utf8_lower(email), email)


def _companies(companies: Companies, company: Ints, level: float, rng: np.random.Generator) -> pa.Array:
    """As typed into forms: bare names, some with a space left at the end (Marketo does not trim)."""
    typed = chosen([name.short for name in companies.names], company)
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
