"""What the CRM's lead records say, dirt included."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.world.audit import audit_columns
from sandbox.world.columns import Flags, Floats, Ints, blank, chosen, dates, numbers, where
from sandbox.world.companies import Companies, industries
from sandbox.world.contact_fields import ContactTexts, display_name, lead_sources, linkedin_urls, typed_names
from sandbox.world.dirt import NO_COMPANY, number_noise, varied, website
from sandbox.world.geography import country_codes, country_column, places, streets
from sandbox.world.identifiers import salesforce_ids
from sandbox.world.people import private_emails, title_column, work_emails
from sandbox.world.plan import Plan
from sandbox.world.pursuits import Pursuits
from sandbox.world.randomness import chance, pick, stream
from sandbox.world.sales_development import lead_columns, partner_accounts
from sandbox.world.scale import Scale
from sandbox.world.store import Store
from sandbox.world.users import Users

OPEN_STATUSES = ("Inquiry", "MQL", "Accepted", "Qualifying", "Qualified")
CLOSED_STATUSES = ("Recycle", "Disqualified", "Bad Data", "Ineligible")
# Leads type their own company: bare names, small letters and abbreviations are common, legal forms are not.
_VARIANT_WEIGHTS = [40.0, 12.0, 22.0, 3.0, 8.0, 6.0, 5.0, 4.0, 5.0, 0.2, 1.5, 1.0]


@dataclass(frozen=True)
class LeadTexts:
    """What other objects need to know of the leads."""

    ids: pa.Array
    first: pa.Array
    last: pa.Array
    email: pa.Array
    company: pa.Array
    score: Ints


def lead_texts(plan: Plan) -> LeadTexts:
    """Ids, names, addresses (a seventh of them private) and the company as typed."""
    people, leads, pursuits, companies, scale = (
        plan.people,
        plan.roster.leads,
        plan.pursuits,
        plan.companies,
        plan.scale,
    )
    rng = stream(scale.seed, "lead names")
    count, company = leads.person.size, pursuits.company[leads.pursuit]
    first, last = typed_names(people, leads.person, scale.level, rng)
    email = work_emails(people, leads.person, company, companies.domain)
    private = chance(rng, 0.14 * scale.level, count) | (company < 0)
    email = where(private, private_emails(people, leads.person, rng), email)
    email = where(chance(rng, 0.03 * scale.level, count), pc.utf8_upper(email), email)
    email = blank(email, chance(rng, 0.03 * scale.level, count) & (leads.contact_of_pursuit[leads.pursuit] < 0))
    score = (
        np.round(34 + 17 * pursuits.engagement[leads.pursuit] + rng.normal(0, 9, count)).clip(0, 100).astype(np.int64)
    )
    return LeadTexts(
        salesforce_ids("Lead", leads.created, rng),
        first,
        last,
        email,
        _companies(companies, company, scale, rng),
        score,
    )


def _companies(companies: Companies, company: Ints, scale: Scale, rng: np.random.Generator) -> pa.Array:
    empty = chance(rng, 0.035 * scale.level, company.size) | (company < 0)
    kind, lots = pick(rng, _VARIANT_WEIGHTS, company.size), rng.random(company.size)
    texts: list[str | None] = []
    for row, owner in enumerate(company.tolist()):
        if empty[row]:
            placeholder = int(lots[row] * (len(NO_COMPANY) + 3))
            texts.append(NO_COMPANY[placeholder] if placeholder < len(NO_COMPANY) else None)
            continue
        texts.append(varied(companies.names[owner], kind[row], lots[row]))
    return pa.array(texts, pa.string())


def write_leads(
    plan: Plan,
    texts: LeadTexts,
    opportunity_of_pursuit: pa.Array,
    contact_texts: ContactTexts,
    users: Users,
    store: Store,
) -> None:
    """Write Lead; a converted lead names the account, the contact and mostly an opportunity."""
    leads, pursuits, level = plan.roster.leads, plan.pursuits, plan.scale.level
    rng = stream(plan.scale.seed, "lead fields")
    count, pursuit = leads.person.size, leads.pursuit
    contact = np.where(np.arange(count) < pursuits.count, leads.contact_of_pursuit[pursuit], -1)
    converted = contact >= 0
    decided = pursuits.decided_at[pursuit]
    removed = np.where(converted, decided, leads.removed)
    rating = chosen(("Cold", "Warm", "Hot"), np.digitize(texts.score, [35, 60]))
    columns = {
        "Id": texts.ids,
        "Company": texts.company,
        **_person(plan, texts, rng),
        **_firmographics(plan.companies, pursuits.company[pursuit], level, rng),
        "Status": _statuses(pursuits, pursuit, converted, texts.score, rng),
        "LeadSource": lead_sources(rng, count, level),
        "Rating": blank(rating, chance(rng, 0.4, count)),
        "OwnerId": _owners(users, converted, rng),
        "IsConverted": pa.array(converted),
        "ConvertedDate": dates(decided, converted),
        "ConvertedAccountId": chosen(plan.accounts.ids, plan.roster.contacts.account[contact], converted),
        "ConvertedContactId": chosen(contact_texts.ids, contact),
        "ConvertedOpportunityId": blank(opportunity_of_pursuit.take(pa.array(pursuit)), ~converted),
        "MasterRecordId": chosen(texts.ids, leads.merged_into),
        "Person_Score__c": _person_scores(texts.score, rng),
        "Do_Not_Route__c": pa.array(chance(rng, 0.02, count)),
        **audit_columns(leads.created, removed, leads.state, users, plan.timeline, rng),
    }
    columns |= lead_columns(plan, columns["Status"], partner_accounts(store))
    store.insert('salesforce."Lead"', columns, order_by="Id")


def _person(plan: Plan, texts: LeadTexts, rng: np.random.Generator) -> dict[str, pa.Array]:
    people, person, level = plan.people, plan.roster.leads.person, plan.scale.level
    count = person.size
    return {
        "FirstName": texts.first,
        "LastName": texts.last,
        "Name": display_name(texts.first, texts.last),
        "Email": texts.email,
        "Title": blank(chosen(title_column("title"), people.title[person]), chance(rng, 0.15 * level, count)),
        "Phone": blank(people.phone.take(pa.array(person)), chance(rng, 0.5 * level, count)),
        "HasOptedOutOfEmail": pa.array(chance(rng, 0.05, count)),
        "LinkedIn_URL__c": linkedin_urls(people, person, level, rng),
    }


def _firmographics(companies: Companies, company: Ints, level: float, rng: np.random.Generator) -> dict[str, pa.Array]:
    count, at = company.size, np.maximum(company, 0)
    unknown = company < 0
    lots = rng.random((count, 2))
    keeps = ~unknown & ~chance(rng, 0.55, count)
    domains = [companies.domain[owner] if keeps[row] else None for row, owner in enumerate(at.tolist())]
    sites = [website(domain, lots[row]) if domain else None for row, domain in enumerate(domains)]
    cities, states, _ = places()
    nowhere = chance(rng, 0.25 * level, count)
    country, place = companies.country[at], companies.place[at]
    staff: Floats = number_noise(companies.employees[at].astype(float), rng, 0.3)
    return {
        "Website": pa.array(sites, pa.string()),
        "Street": blank(streets(rng, count), nowhere | chance(rng, 0.8, count)),
        "City": blank(chosen(cities, place), nowhere | chance(rng, 0.3, count)),
        "State": blank(chosen(states, place), nowhere | chance(rng, 0.4, count)),
        "Country": blank(chosen(country_column("name"), country), nowhere),
        "CountryCode": blank(chosen(country_codes(), country), nowhere),
        "Industry": blank(chosen(industries(), companies.industry[at]), unknown | chance(rng, 0.45 * level, count)),
        "NumberOfEmployees": numbers(staff.astype(np.int32).clip(1), ~unknown & ~chance(rng, 0.5 * level, count)),
        "AnnualRevenue": numbers(number_noise(companies.revenue[at], rng, 0.3), ~unknown & chance(rng, 0.2, count)),
    }


def _statuses(pursuits: Pursuits, pursuit: Ints, converted: Flags, score: Ints, rng: np.random.Generator) -> pa.Array:
    """Open leads climb with their score; decided ones that were not converted ended in one of four ways."""
    count = pursuit.size
    open_status = (np.digitize(score + rng.normal(0, 12, count), [38, 52, 60, 68])).astype(np.int64)
    closed = chosen(CLOSED_STATUSES, pick(rng, [50.0, 28.0, 12.0, 10.0], count))
    still_open = ~pursuits.decided[pursuit] | chance(rng, 0.2, count)
    return where(converted, "Qualified", where(still_open, chosen(OPEN_STATUSES, open_status), closed))


def _owners(users: Users, converted: Flags, rng: np.random.Generator) -> pa.Array:
    count = converted.size
    developer = users.developers[rng.integers(0, users.developers.size, count)]
    queue = chosen(users.queues, rng.integers(0, len(users.queues), count))
    person = where(chance(rng, 0.12, count), users.integration, chosen(users.ids, developer))
    return where(~converted & chance(rng, 0.3, count), queue, person)


def _person_scores(score: Ints, rng: np.random.Generator) -> pa.Array:
    """The marketing score as it reached the CRM: sometimes never (null), sometimes -1 (do not market) or still 0."""
    lots = rng.random(score.size)
    value = np.where(lots < 0.03, -1, np.where(lots < 0.1, 0, score)).astype(float)
    return numbers(value, lots < 0.94)
