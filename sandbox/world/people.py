"""What people are called, where they work by title, and how they can be reached."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sandbox.world.columns import Floats, Ints, as_text, chosen, joined, where
from sandbox.world.companies import Companies
from sandbox.world.geography import country_column, phones
from sandbox.world.legal_names import tokens
from sandbox.world.randomness import chance, pick, stream
from sandbox.world.reference import read_rows, vocabulary

FREE_MAIL = vocabulary("free-mail domain")
# Shares of first.last, flast, first, firstlast, last.first and f.last as a company's pattern.
_PATTERN_WEIGHTS = [46.0, 24.0, 8.0, 8.0, 6.0, 8.0]


@dataclass(frozen=True)
class People:
    """Per person: positions in the pools of given and family names and titles, the namesake number (0 = first whose
    address at the company's domain is spelt so), country, phone numbers. `pattern` is the e-mail pattern of each
    company."""

    given: Ints
    family: Ints
    title: Ints
    namesake: Ints
    country: Ints
    phone: pa.Array
    mobile: pa.Array
    handle: pa.Array
    pattern: Ints

    @property
    def count(self) -> int:
        """How many people there are."""
        return self.given.size


@dataclass(frozen=True)
class _Pool:
    names: tuple[str, ...]
    slugs: pa.Array
    starts: Ints
    sizes: Ints


@cache
def _pool(kind: str) -> _Pool:
    rows = read_rows("person_names.csv")
    lists = [row[kind].split("|") for row in rows]
    names = tuple(name for names in lists for name in names)
    latin = {row["name"]: row["latin"] for row in read_rows("romanised.csv")}
    slugs = [latin.get(name) or "".join(tokens(name)) for name in names]
    sizes = np.array([len(part) for part in lists], dtype=np.int64)
    return _Pool(names, pa.array(slugs), np.cumsum(sizes) - sizes, sizes)


def given_names() -> tuple[str, ...]:
    """The pool of given names, all cultures."""
    return _pool("given").names


def family_names() -> tuple[str, ...]:
    """The pool of family names, all cultures."""
    return _pool("family").names


@cache
def nicknames() -> pa.Array:
    """For each given name the short form people use, or the name itself."""
    short = {row["given"]: row["nickname"] for row in read_rows("nicknames.csv")}
    return pa.array([short.get(name, name) for name in given_names()])


@cache
def title_column(name: str) -> tuple[str, ...]:
    """One column of `titles.csv`."""
    return tuple(row[name] for row in read_rows("titles.csv"))


def draw_people(person_company: Ints, companies: Companies, seed: int) -> People:
    """Names by the country's culture (a sixth from elsewhere), titles, phones."""
    rng = stream(seed, "people")
    count = person_company.size
    elsewhere = pick(rng, [1.0] * len(country_column("code")), count)
    country = np.where(person_company >= 0, companies.country[np.maximum(person_company, 0)], elsewhere)
    order = {row["culture"]: number for number, row in enumerate(read_rows("person_names.csv"))}
    culture_of = np.array([order[culture] for culture in country_column("culture")])
    culture = np.where(chance(rng, 1 / 6, count), rng.integers(0, len(order), count), culture_of[country])
    given = _from_pool("given", culture, rng.random(count))
    family = _from_pool("family", culture, rng.random(count))
    handle = joined(
        _slug("given", given), "-", _slug("family", family), "-", as_text(rng.integers(10**5, 10**6, count))
    )
    people = People(
        given=given,
        family=family,
        title=pick(rng, [float(weight) for weight in title_column("weight")], count),
        namesake=np.zeros(count, dtype=np.int64),
        country=country,
        phone=phones(country, rng),
        mobile=phones(country, rng),
        handle=handle,
        pattern=pick(rng, _PATTERN_WEIGHTS, companies.count),
    )
    return replace(people, namesake=_namesakes(people, person_company, companies.domain))


def _from_pool(kind: str, culture: Ints, lot: Floats) -> Ints:
    pool = _pool(kind)
    return pool.starts[culture] + np.floor(lot**1.3 * pool.sizes[culture]).astype(np.int64)


def _namesakes(people: People, company: Ints, domains: list[str | None]) -> Ints:
    """How many of the same address came before each person: a mail system gives an address once."""
    host = pc.coalesce(chosen(domains, company), as_text(company))
    address = joined(_spelling(people, np.arange(people.count), _pattern(people, company)), "@", host)
    codes = address.dictionary_encode().indices.to_numpy()
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    nth = np.arange(codes.size) - np.repeat(starts, np.diff(np.append(starts, codes.size)))
    namesake = np.empty(codes.size, dtype=np.int64)
    namesake[order] = nth
    return namesake


def _pattern(people: People, company: Ints) -> Ints:
    return np.where(company >= 0, people.pattern[np.maximum(company, 0)], 0)


def _slug(kind: str, codes: Ints) -> pa.Array:
    return _pool(kind).slugs.take(pa.array(codes))


def full_names(people: People, person: Ints) -> tuple[pa.Array, pa.Array]:
    """Given and family names of the persons."""
    return chosen(given_names(), people.given[person]), chosen(family_names(), people.family[person])


def work_emails(people: People, person: Ints, company: Ints, domains: list[str | None]) -> pa.Array:
    """Addresses at the company by its pattern; null where the company has no domain or is unknown (-1)."""
    domain = chosen(domains, company)
    return joined(_local_parts(people, person, _pattern(people, company)), "@", domain)


def private_emails(people: People, person: Ints, rng: np.random.Generator) -> pa.Array:
    """Addresses at free-mail providers."""
    provider = chosen(FREE_MAIL, pick(rng, [1.0 / (1 + rank) for rank in range(len(FREE_MAIL))], person.size))
    local = _local_parts(people, person, person % 4)
    return joined(local, as_text(person % 89 + 10), "@", provider)


def _local_parts(people: People, person: Ints, pattern: Ints) -> pa.Array:
    spelling, number = _spelling(people, person, pattern), people.namesake[person]
    return where(number > 0, joined(spelling, as_text(number + 1)), spelling)


def _spelling(people: People, person: Ints, pattern: Ints) -> pa.Array:
    first, last = _slug("given", people.given[person]), _slug("family", people.family[person])
    initial = pc.utf8_slice_codeunits(first, 0, 1)
    forms = [
        joined(first, ".", last), joined(initial, last), first, joined(first, last), joined(last, ".", first),
        joined(initial, ".", last),
    ]  # fmt: skip
    return pc.choose(pa.array(pattern), *forms)
