"""The vendor's company file: most of the market, under slightly other names and figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world.columns import DAY, Flags, Ints, blank, chosen, joined, numbers, stamps, where
from sandbox.world.companies import BRANCH, Companies, industries, technologies
from sandbox.world.dirt import abbreviated, number_noise, transliterated
from sandbox.world.geography import country_codes, country_column, phones, places
from sandbox.world.plan import Plan
from sandbox.world.randomness import chance, stream
from sandbox.world.reference import read_rows
from sandbox.world.store import Store


@dataclass(frozen=True)
class Vendor:
    """Per company: the vendor's number for it, and whether the vendor knows it."""

    ids: Ints
    known: Flags


def write_zoominfo(plan: Plan, store: Store) -> Vendor:
    """About 85% of companies, large ones more surely; branches hardly ever."""
    companies = plan.companies
    rng = stream(plan.scale.seed, "zoominfo")
    count = companies.count
    size = np.log10(companies.employees.clip(1))
    share = np.where(companies.kind == BRANCH, 0.25, (0.70 + 0.08 * size).clip(0, 0.99))
    vendor = Vendor(rng.permutation(count * 9)[:count] + 1_000_000, chance(rng, share, count))
    rows = np.flatnonzero(vendor.known)
    rows = rows[np.argsort(vendor.ids[rows])]
    names = _names(companies, rng)
    domain = _domains(companies, rng).take(pa.array(rows))
    columns = {
        "id": pa.array(vendor.ids[rows]),
        "name": pa.array(names).take(pa.array(rows)),
        "website": joined("www.", domain),
        "domain": domain,
        **_address(companies, rows, rng),
        **_firmographics(companies, rows, rng),
        "ticker": _tickers(companies, rows, names, rng),
        **_linkage(companies, vendor, rows, names, rng),
        "techAttributes": _technologies(companies, rows, rng),
        "lastUpdatedDate": stamps(plan.timeline.end - rng.integers(1, 400, rows.size) * DAY),
    }
    store.insert("zoominfo.companies", columns)
    return vendor


def _address(companies: Companies, rows: Ints, rng: np.random.Generator) -> dict[str, pa.Array]:
    site, at = companies.site, pa.array(rows)
    country, place = companies.country[rows], companies.place[rows]
    cities, states, _ = places()
    return {
        "phone": where(chance(rng, 0.75, rows.size), site.phone.take(at), phones(country, rng)),
        "street": site.street.take(at),
        "city": chosen(cities, place),
        "state": chosen(states, place),
        "zipCode": site.postal_code.take(at),
        "country": chosen(country_column("name"), country),
        "countryCode": chosen(country_codes(), country),
    }


def _firmographics(companies: Companies, rows: Ints, rng: np.random.Generator) -> dict[str, pa.Array]:
    """Figures a little off, revenue in thousand USD; a few are missing."""
    staff = number_noise(companies.employees[rows].astype(float), rng, 0.08).astype(np.int32).clip(1)
    revenue = (number_noise(companies.revenue[rows], rng, 0.12) / 1_000).astype(np.int64)
    return {
        "primaryIndustry": _industries(companies, rows, rng),
        "employeeCount": numbers(staff, ~chance(rng, 0.02, rows.size)),
        "revenue": numbers(revenue, ~chance(rng, 0.04, rows.size)),
        "foundedYear": numbers(companies.founded[rows], ~chance(rng, 0.1, rows.size)),
    }


def _names(companies: Companies, rng: np.random.Generator) -> list[str]:
    kinds = rng.random(companies.count)
    names: list[str] = []
    for row, kind in enumerate(kinds.tolist()):
        name = companies.names[row]
        if kind < 0.45:
            names.append(name.short)
        elif kind < 0.7:
            names.append(name.full)
        elif kind < 0.85:
            names.append(transliterated(name.short))
        elif kind < 0.95:
            names.append(name.brand or name.short)
        else:
            names.append(abbreviated(name.full))
    return names


def _domains(companies: Companies, rng: np.random.Generator) -> pa.Array:
    """The vendor often knows the group's site only; sometimes none."""
    top = companies.hierarchy.global_ultimate
    group = chance(rng, 0.15, companies.count)
    own = [companies.domain[top[row]] if group[row] else companies.domain[row] for row in range(companies.count)]
    return blank(pa.array(own, pa.string()), chance(rng, 0.02, companies.count))


def _industries(companies: Companies, rows: Ints, rng: np.random.Generator) -> pa.Array:
    names = [row["zoominfo"] for row in read_rows("industries.csv")]
    other = chance(rng, 0.05, rows.size)
    code = np.where(other, rng.integers(0, len(industries()), rows.size), companies.industry[rows])
    return pa.ListArray.from_arrays(pa.array(np.arange(rows.size + 1), pa.int32()), chosen(names, code))


def _tickers(companies: Companies, rows: Ints, names: list[str], rng: np.random.Generator) -> pa.Array:
    listed = (companies.employees[rows] > 5_000) & (companies.hierarchy.level[rows] == 0) & chance(rng, 0.6, rows.size)
    letters = ["".join(letter for letter in names[row].upper() if "A" <= letter <= "Z")[:4] for row in rows.tolist()]
    return blank(pa.array(letters), ~listed)


def _linkage(
    companies: Companies, vendor: Vendor, rows: Ints, names: list[str], rng: np.random.Generator
) -> dict[str, pa.Array]:
    """Parent and ultimate parent as far as the vendor knows those companies; a few links are missing."""
    texts = pa.array(names)
    parent = companies.hierarchy.parent[rows]
    ultimate = companies.hierarchy.global_ultimate[rows]
    has_parent = (parent >= 0) & vendor.known[np.maximum(parent, 0)] & ~chance(rng, 0.12, rows.size)
    has_ultimate = (companies.hierarchy.level[rows] > 0) & vendor.known[ultimate] & ~chance(rng, 0.06, rows.size)
    return {
        "parentId": numbers(vendor.ids[np.maximum(parent, 0)], has_parent),
        "parentName": chosen(texts, parent, has_parent),
        "ultimateParentId": numbers(vendor.ids[ultimate], has_ultimate),
        "ultimateParentName": chosen(texts, ultimate, has_ultimate),
    }


def _technologies(companies: Companies, rows: Ints, rng: np.random.Generator) -> pa.Array:
    """Nine in ten of the technologies in use are seen; one in two hundred is a mistake."""
    has = companies.technologies[rows]
    seen = (has & (rng.random(has.shape) < 0.9)) | (~has & (rng.random(has.shape) < 0.005))
    row, code = np.nonzero(seen)
    offsets = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=rows.size))])
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), chosen(technologies(), code))
