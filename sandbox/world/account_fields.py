"""What the CRM's account records say, dirt included."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.world.accounts import LIVE
from sandbox.world.audit import audit_columns
from sandbox.world.columns import Flags, Floats, Ints, blank, chosen, dates, joined, numbers, where
from sandbox.world.companies import BRANCH, Companies, industries
from sandbox.world.dirt import VARIANT_WEIGHTS, number_noise, street, varied, website
from sandbox.world.geography import (
    cities_for,
    country_codes,
    country_column,
    phones,
    places,
    postal_codes,
    streets,
)
from sandbox.world.phrases import descriptions
from sandbox.world.plan import Plan
from sandbox.world.randomness import chance, pick, stream
from sandbox.world.reference import vocabulary
from sandbox.world.sales_development import account_columns
from sandbox.world.store import Store
from sandbox.world.users import Users

SOURCES = vocabulary("account source")
DUPLICATE_DIRT = 1.8


@dataclass(frozen=True)
class AccountTexts:
    """What other objects need to know of the records: their names and owners (rows of Users)."""

    names: list[str]
    owner: Ints


def account_texts(plan: Plan, users: Users) -> AccountTexts:
    """Names as typed: main records mostly well, the others in some variant."""
    companies, accounts, scale = plan.companies, plan.accounts, plan.scale
    rng = stream(scale.seed, "account names")
    count = accounts.count
    spoilt = ~accounts.is_primary | chance(rng, 0.15 * scale.level, count)
    plain = pick(rng, [0.5, 0.32, 0.18], count)
    kind = pick(rng, VARIANT_WEIGHTS, count)
    lots = rng.random(count)
    names: list[str] = []
    for row, company in enumerate(accounts.company.tolist()):
        name = companies.names[company]
        if spoilt[row]:
            names.append(varied(name, kind[row], lots[row]))
        else:
            names.append((name.legal, name.full, name.short)[plain[row]])
    owner = users.sellers[rng.integers(0, users.sellers.size, count)]
    return AccountTexts(names, owner)


def write_accounts(plan: Plan, texts: AccountTexts, last_activity: Ints, users: Users, store: Store) -> None:
    """Write Account; `last_activity` is in seconds, 0 for none. The five destination fields stay null."""
    companies, accounts, scale = plan.companies, plan.accounts, plan.scale
    rng = stream(scale.seed, "account fields")
    company, count = accounts.company, accounts.count
    rate = scale.level * np.where(accounts.is_primary, 1.0, DUPLICATE_DIRT)
    store.insert(
        'salesforce."Account"',
        {
            "Id": accounts.ids,
            "Name": pa.array(texts.names),
            "Website": _websites(companies, company, rate, rng),
            **_firmographics(companies, company, rate, rng),
            **_address(companies, company, rate, scale.seed, rng),
            **_commercial(plan, rng),
            "ParentId": _parents(plan, rng),
            "OwnerId": chosen(users.ids, texts.owner),
            "AccountSource": chosen(SOURCES, rng.integers(-2, len(SOURCES), count)),
            "Description": descriptions(rng, count),
            "MasterRecordId": chosen(accounts.ids, accounts.merged_into),
            "LastActivityDate": dates(last_activity, last_activity > 0),
            "Is_Branch__c": pa.array(companies.kind[company] == BRANCH),
            "Prevent_Override__c": pa.array(
                chance(rng, np.where(companies.kind[company] == BRANCH, 0.3, 0.004), count)
            ),
            **account_columns(plan, users.prospectors, users.ids.take(pa.array(users.developers))),
            **audit_columns(accounts.created, accounts.removed, accounts.state, users, plan.timeline, rng),
        },
        order_by="Id",
    )


def _websites(companies: Companies, company: Ints, rate: Floats, rng: np.random.Generator) -> pa.Array:
    lots = rng.random((company.size, 2))
    missing = chance(rng, np.minimum(0.11 * rate, 0.9), company.size)
    wrong = chance(rng, 0.012 * rate, company.size)
    misleading = ("https://www.linkedin.com/company/", "https://www.facebook.com/", "http://gmail.com", "n/a", "tbd")
    texts: list[str | None] = []
    for row, owner in enumerate(company.tolist()):
        domain = companies.domain[owner]
        if domain is None or missing[row]:
            texts.append(None)
        elif wrong[row]:
            texts.append(misleading[int(lots[row, 1] * len(misleading))])
        else:
            texts.append(website(domain, lots[row]))
    return pa.array(texts, pa.string())


def _firmographics(companies: Companies, company: Ints, rate: Floats, rng: np.random.Generator) -> dict[str, pa.Array]:
    count = company.size
    industry = np.where(
        chance(rng, 0.03 * rate, count), rng.integers(0, len(industries()), count), companies.industry[company]
    )
    staff = number_noise(companies.employees[company].astype(float), rng, 0.12).astype(np.int64).clip(1)
    revenue = number_noise(companies.revenue[company], rng, 0.15)
    segment = np.digitize(staff, [200, 2_000])
    return {
        "Industry": blank(chosen(industries(), industry), chance(rng, 0.12 * rate, count)),
        "NumberOfEmployees": numbers(staff.astype(np.int32), ~chance(rng, 0.14 * rate, count)),
        "AnnualRevenue": numbers(revenue, ~chance(rng, 0.28 * rate, count)),
        "Segment__c": blank(chosen(("SMB", "Mid-Market", "Enterprise"), segment), chance(rng, 0.2 * rate, count)),
        "Phone": blank(_phones(companies, company, rng), chance(rng, 0.25 * rate, count)),
    }


def _phones(companies: Companies, company: Ints, rng: np.random.Generator) -> pa.Array:
    """The switchboard, in several notations, or (a quarter) some other number of the same country."""
    switchboard = companies.site.phone.take(pa.array(company))
    dial = chosen(country_column("dial"), companies.country[company])
    digits = pc.utf8_slice_codeunits(switchboard, 1)
    national = pc.utf8_slice_codeunits(switchboard, -9)
    notations = [
        switchboard,
        joined("+", dial, " ", pc.utf8_slice_codeunits(national, 0, 3), " ", pc.utf8_slice_codeunits(national, 3)),
        joined("00", digits),
        joined("(0", pc.utf8_slice_codeunits(national, 0, 2), ") ", pc.utf8_slice_codeunits(national, 2), " ext. 12"),
        phones(companies.country[company], rng),
    ]
    return pc.choose(pa.array(pick(rng, [0.35, 0.2, 0.1, 0.1, 0.25], company.size)), *notations)


@dataclass(frozen=True)
class _Seats:
    place: Ints
    street: pa.Array
    postal_code: pa.Array


def _seats(companies: Companies, company: Ints, rate: Floats, seed: int) -> _Seats:
    """Where each record says the company is: some give an older or another office, many spell the street their way."""
    rng = stream(seed, "account addresses")
    count, country, at = company.size, companies.country[company], pa.array(company)
    elsewhere = chance(rng, np.minimum(0.09 * rate, 0.5), count)
    typed = chance(rng, np.minimum(0.4 * rate, 0.9), count)
    lots = rng.random(count).tolist()
    seats = where(elsewhere, streets(rng, count), companies.site.street.take(at)).to_pylist()
    return _Seats(
        np.where(elsewhere, cities_for(country, rng), companies.place[company]),
        pa.array([street(seat, lots[row]) if typed[row] else seat for row, seat in enumerate(seats)], pa.string()),
        where(elsewhere, postal_codes(country, rng), companies.site.postal_code.take(at)),
    )


def _address(
    companies: Companies, company: Ints, rate: Floats, seed: int, rng: np.random.Generator
) -> dict[str, pa.Array]:
    count = company.size
    cities, states, _ = places()
    no_country = chance(rng, 0.05 * rate, count)
    no_city = no_country | chance(rng, 0.1 * rate, count)
    country, seat = companies.country[company], _seats(companies, company, rate, seed)
    return {
        "BillingStreet": blank(seat.street, no_city),
        "BillingCity": blank(chosen(cities, seat.place), no_city),
        "BillingState": blank(chosen(states, seat.place), no_city | chance(rng, 0.15 * rate, count)),
        "BillingPostalCode": blank(seat.postal_code, no_city),
        "BillingCountry": blank(chosen(country_column("name"), country), no_country),
        "BillingCountryCode": blank(chosen(country_codes(), country), no_country),
    }


def _commercial(plan: Plan, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Type, contract value and health of customers; they sit on the record sales works in, rarely on its twins."""
    accounts, deals, timeline = plan.accounts, plan.deals, plan.timeline
    company, count = accounts.company, accounts.count
    customer: Flags = (deals.customer_since[company] < timeline.end) & accounts.is_primary
    twin = (deals.customer_since[company] < timeline.end) & ~accounts.is_primary & chance(rng, 0.25, count)
    prospect = pick(rng, [80.0, 2.0, 1.5, 1.5, 3.0], count)
    kinds = ("Prospect", "Channel Partner / Reseller", "Technology Partner", "Installation Partner", "Other")
    kind = blank(chosen(kinds, prospect), chance(rng, 0.1, count))
    channel = where(chance(rng, 0.15, count), "Customer - Channel", "Customer - Direct")
    live = customer & (accounts.state == LIVE)
    return {
        "Type": where(customer | twin, channel, kind),
        "Current_Contract_Value__c": numbers(deals.contract[company], live),
        "Health_Score__c": numbers(np.round(rng.beta(5, 2, count) * 100, 1), live & chance(rng, 0.8, count)),
    }


def _parents(plan: Plan, rng: np.random.Generator) -> pa.Array:
    """ParentId where the parent is in the CRM and somebody took the trouble; some skip levels and so contradict the
    vendor's parent."""
    accounts, tree = plan.accounts, plan.companies.hierarchy
    company = accounts.company
    above = tree.parent[company]
    conflicting = chance(rng, 0.25 * plan.scale.level, company.size) & (tree.level[company] > 1)
    owner = np.where(conflicting, tree.global_ultimate[company], above)
    record = np.where(owner >= 0, accounts.primary[np.maximum(owner, 0)], -1)
    kept = chance(rng, np.where(accounts.is_primary, 0.65, 0.25), company.size) & (accounts.state == LIVE)
    return chosen(accounts.ids, np.where(kept, record, -1))
