"""What the CRM's contact records say, dirt included."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.world.account_fields import AccountTexts
from sandbox.world.audit import audit_columns
from sandbox.world.columns import Ints, blank, chosen, joined, where
from sandbox.world.geography import country_codes, country_column, places
from sandbox.world.identifiers import salesforce_ids
from sandbox.world.people import People, full_names, nicknames, private_emails, title_column, work_emails
from sandbox.world.plan import Plan
from sandbox.world.randomness import chance, stream
from sandbox.world.reference import vocabulary
from sandbox.world.sales_development import contact_columns, partner_accounts
from sandbox.world.store import Store
from sandbox.world.users import Users

LEAD_SOURCES = vocabulary("lead source")
# The picklist is not restricted, so imports left their own spellings.
ODD_LEAD_SOURCES = vocabulary("odd lead source")


@dataclass(frozen=True)
class ContactTexts:
    """What other objects need to know of the contacts."""

    ids: pa.Array
    first: pa.Array
    last: pa.Array
    email: pa.Array


def contact_texts(plan: Plan) -> ContactTexts:
    """Ids, names and addresses; repeated people appear under a nickname, in capitals or with another address."""
    people, contacts, companies, scale = plan.people, plan.roster.contacts, plan.companies, plan.scale
    rng = stream(scale.seed, "contact names")
    count, person = contacts.person.size, contacts.person
    first, last = typed_names(people, person, scale.level, rng)
    email = work_emails(people, person, plan.accounts.company[contacts.account], companies.domain)
    email = where(chance(rng, 0.03 * scale.level, count), private_emails(people, person, rng), email)
    email = where(chance(rng, 0.02 * scale.level, count), pc.utf8_upper(email), email)
    email = blank(email, chance(rng, 0.08 * scale.level, count))
    return ContactTexts(salesforce_ids("Contact", contacts.created, rng), first, last, email)


def typed_names(people: People, person: Ints, level: float, rng: np.random.Generator) -> tuple[pa.Array, pa.Array]:
    """Given and family names as typed: some nicknames, capitals, lower case, curly apostrophes, missing first names."""
    count = person.size
    first, last = full_names(people, person)
    first = where(chance(rng, 0.06 * level, count), chosen(nicknames(), people.given[person]), first)
    capitals, small = chance(rng, 0.02 * level, count), chance(rng, 0.02 * level, count)
    first = where(small, pc.utf8_lower(first), where(capitals, pc.utf8_upper(first), first))
    last = where(small, pc.utf8_lower(last), where(capitals, pc.utf8_upper(last), last))
    curly = chance(rng, 0.3 * level, count)
    last = where(curly, pc.replace_substring(last, "'", "\u2019"), last)
    return blank(first, chance(rng, 0.02 * level, count)), last


def display_name(first: pa.Array, last: pa.Array) -> pa.Array:
    """Salesforce's Name: first and last name, or the last name alone."""
    return pc.coalesce(joined(first, " ", last), last)


def write_contacts(plan: Plan, texts: ContactTexts, account_texts: AccountTexts, users: Users, store: Store) -> None:
    """Write Contact."""
    people, contacts, companies, accounts = plan.people, plan.roster.contacts, plan.companies, plan.accounts
    rng = stream(plan.scale.seed, "contact fields")
    count, person, level = contacts.person.size, contacts.person, plan.scale.level
    company = accounts.company[contacts.account]
    country, place = companies.country[company], companies.place[company]
    cities, states, _ = places()
    no_address = chance(rng, 0.3 * level, count)
    title = people.title[person]
    store.insert(
        'salesforce."Contact"',
        {
            "Id": texts.ids,
            "AccountId": chosen(accounts.ids, contacts.account),
            "FirstName": texts.first,
            "LastName": texts.last,
            "Name": display_name(texts.first, texts.last),
            "Email": texts.email,
            "Phone": blank(people.phone.take(pa.array(person)), chance(rng, 0.35 * level, count)),
            "MobilePhone": blank(people.mobile.take(pa.array(person)), chance(rng, 0.7, count)),
            "Title": blank(chosen(title_column("title"), title), chance(rng, 0.08 * level, count)),
            "Department": blank(chosen(title_column("department"), title), chance(rng, 0.4, count)),
            "LeadSource": lead_sources(rng, count, level),
            "MailingCity": blank(chosen(cities, place), no_address),
            "MailingState": blank(chosen(states, place), no_address),
            "MailingCountry": blank(chosen(country_column("name"), country), no_address),
            "MailingCountryCode": blank(chosen(country_codes(), country), no_address),
            "HasOptedOutOfEmail": pa.array(chance(rng, 0.04, count)),
            "OwnerId": chosen(users.ids, account_texts.owner[contacts.account]),
            "MasterRecordId": chosen(texts.ids, contacts.merged_into),
            "LinkedIn_URL__c": linkedin_urls(people, person, level, rng),
            **contact_columns(plan, partner_accounts(store)),
            **audit_columns(contacts.created, contacts.removed, contacts.state, users, plan.timeline, rng),
        },
        order_by="Id",
    )


def lead_sources(rng: np.random.Generator, count: int, level: float) -> pa.Array:
    """A picklist value mostly, sometimes null, now and then an import's own spelling."""
    odd = chance(rng, 0.03 * level, count)
    usual = chosen(LEAD_SOURCES, rng.integers(-2, len(LEAD_SOURCES), count))
    return where(odd, chosen(ODD_LEAD_SOURCES, rng.integers(0, len(ODD_LEAD_SOURCES), count)), usual)


def linkedin_urls(people: People, person: Ints, level: float, rng: np.random.Generator) -> pa.Array:
    """Profile addresses in the spellings people paste; half are unknown."""
    count = person.size
    prefix = chosen(
        ("https://www.linkedin.com/in/", "linkedin.com/in/", "http://de.linkedin.com/in/"), rng.integers(0, 3, count)
    )
    url = joined(prefix, people.handle.take(pa.array(person)))
    return blank(where(chance(rng, 0.2, count), joined(url, "/"), url), chance(rng, min(0.5 * level, 0.8), count))
