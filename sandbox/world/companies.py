"""The true companies of the market: who they are, how large, where, and who owns whom."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sandbox.world.columns import Flags, Floats, Ints
from sandbox.world.dirt import CompanyName, title_case
from sandbox.world.domains import assign_domains
from sandbox.world.entities import BRANDS, legal_entities, package_path
from sandbox.world.geography import cities_for, country_codes, phones, postal_codes, streets
from sandbox.world.hierarchy import Hierarchy, build_hierarchy
from sandbox.world.legal_names import strip_form, tokens
from sandbox.world.randomness import chance, pick, stream
from sandbox.world.reference import read_rows, vocabulary

ENTITY, BRAND, BRANCH = 0, 1, 2
KINDS = ("legal_entity", "brand", "branch")
BRANCH_PLACES = vocabulary("branch place")
_CODE = {code: number for number, code in enumerate(country_codes())}


@dataclass(frozen=True)
class Site:
    """Per company: the switchboard and the postal address of its seat."""

    phone: pa.Array
    street: pa.Array
    postal_code: pa.Array


@dataclass(frozen=True)
class Companies:
    """All companies of the world, in no meaningful order; every array has one row per company."""

    names: list[CompanyName]
    lei: list[str | None]
    family: Ints
    kind: Ints
    country: Ints
    place: Ints
    industry: Ints
    employees: Ints
    revenue: Floats
    founded: Ints
    technologies: npt.NDArray[np.bool_]
    domain: list[str | None]
    hierarchy: Hierarchy
    site: Site

    @property
    def count(self) -> int:
        """How many companies there are."""
        return self.family.size


@dataclass(frozen=True)
class _Candidate:
    legal: str
    country: int
    brand: str
    lei: str
    kind: int


@cache
def industries() -> tuple[str, ...]:
    """The CRM's industry picklist."""
    return tuple(row["industry"] for row in read_rows("industries.csv"))


@cache
def technologies() -> tuple[str, ...]:
    """Technologies a company can have."""
    return tuple(row["technology"] for row in read_rows("technologies.csv"))


def draw_companies(count: int, seed: int) -> Companies:
    """`count` companies in families, deterministic by seed. Raises TooFewCompaniesError beyond the data at hand."""
    rng = stream(seed, "companies")
    candidates, family = _draw_families(count, rng)
    candidates = _with_namesakes(candidates, family, rng)
    names = [_name(candidate) for candidate in candidates]
    kind = np.array([candidate.kind for candidate in candidates], dtype=np.int64)
    country = np.array([candidate.country for candidate in candidates], dtype=np.int64)
    industry = _industries(names, kind == BRAND, family, rng)
    branded = np.array([bool(name.brand) for name in names])
    employees = _employees(family, kind, branded, rng)
    hierarchy = build_hierarchy(family, kind == BRANCH, employees, country)
    employees = _smaller_than_parent(employees, hierarchy, kind, rng)
    per_head = np.array([float(row["revenue_per_employee"]) for row in read_rows("industries.csv")])
    revenue = np.round(employees * per_head[industry] * rng.lognormal(0, 0.35, count), -3)
    companies = Companies(
        names=names,
        lei=[candidate.lei or None for candidate in candidates],
        family=family,
        kind=kind,
        country=country,
        place=cities_for(country, rng),
        industry=industry,
        employees=employees,
        revenue=revenue,
        founded=(2024 - rng.gamma(2.0, 14.0, count)).astype(np.int64).clip(1850, 2024),
        technologies=_technologies(family, rng),
        domain=assign_domains(names, family, kind == BRANCH, country, hierarchy.level == 0, rng),
        hierarchy=hierarchy,
        site=Site(phones(country, rng), streets(rng, count), postal_codes(country, rng)),
    )
    return _share_seats(companies, seed)


def _draw_families(count: int, rng: np.random.Generator) -> tuple[list[_Candidate], Ints]:
    families = _candidate_families(count)
    chosen: list[_Candidate] = []
    numbers: list[int] = []
    for number, position in enumerate(rng.permutation(len(families)).tolist()):
        members = families[position]
        if members[0].brand:
            members = members + _branches(members[0], rng)
        members = members[: count - len(chosen)]
        chosen.extend(members)
        numbers.extend([number] * len(members))
        if len(chosen) == count:
            break
    shuffled = rng.permutation(count)
    return [chosen[row] for row in shuffled.tolist()], np.array(numbers, dtype=np.int64)[shuffled]


def _candidate_families(count: int) -> list[list[_Candidate]]:
    grouped: dict[int, list[_Candidate]] = defaultdict(list)
    families: list[list[_Candidate]] = []
    found: set[str] = set()
    for entity in legal_entities(count, package_path()):
        if entity.country not in _CODE:
            continue
        candidate = _Candidate(entity.name, _CODE[entity.country], entity.brand, entity.lei, ENTITY)
        found.add(entity.brand)
        if entity.family:
            grouped[entity.family].append(candidate)
        else:
            families.append([candidate])
    families.extend(grouped[family] for family in sorted(grouped))
    for row in read_rows(BRANDS):
        if row["title"] not in found and len(row["title"]) > 1:
            code = row["domain"].rsplit(".", 1)[-1].upper().replace("UK", "GB")
            families.append([_Candidate(row["title"], _CODE.get(code, 0), row["title"], "", BRAND)])
    return families


def _branches(head: _Candidate, rng: np.random.Generator) -> list[_Candidate]:
    if rng.random() > 0.15:
        return []
    places = rng.permutation(len(BRANCH_PLACES))[: int(rng.integers(2, 7))].tolist()
    return [
        _Candidate(f"{head.brand} {BRANCH_PLACES[place]}", head.country, head.brand, "", BRANCH) for place in places
    ]


def _with_namesakes(candidates: list[_Candidate], family: Ints, rng: np.random.Generator) -> list[_Candidate]:
    """A few companies bear the name of another company, of another family, that they have nothing to do with."""
    renamed = list(candidates)
    alone = np.bincount(family)[family] == 1
    pairs = rng.permutation(np.flatnonzero(alone))[: 2 * max(2, round(0.006 * family.size))]
    for one, other in pairs.reshape(-1, 2).tolist():
        base, form = strip_form(candidates[one].legal)[0], strip_form(candidates[other].legal)[1]
        renamed[other] = replace(candidates[other], legal=f"{base} {form}".strip(), brand="", lei="", kind=ENTITY)
    return renamed


def _name(candidate: _Candidate) -> CompanyName:
    base, form = strip_form(candidate.legal) if candidate.kind == ENTITY else (candidate.legal, "")
    return CompanyName(candidate.legal, base, form, candidate.brand, title_case(candidate.legal), title_case(base))


def _industries(names: list[CompanyName], is_brand: Flags, family: Ints, rng: np.random.Generator) -> Ints:
    """The industry that a word of the name gives away (mostly), else one drawn for the whole family (mostly); half of
    the brands, which come from a collection of logos for developers, sell technology."""
    rows = read_rows("industries.csv")
    telling = {word: number for number, row in enumerate(rows) for word in row["words"].split("|")}
    hint = np.array(
        [next((telling[word] for word in tokens(name.base) if word in telling), -1) for name in names], dtype=np.int64
    )
    weights = [float(row["weight"]) for row in rows]
    by_family = pick(rng, weights, int(family.max()) + 1)[family]
    own = pick(rng, weights, family.size)
    drawn = np.where(chance(rng, 0.85, family.size), by_family, own)
    drawn = np.where(is_brand & chance(rng, 0.5, family.size), industries().index("Technology"), drawn)
    return np.where((hint >= 0) & chance(rng, 0.8, family.size), hint, drawn)


def _employees(family: Ints, kind: Ints, branded: Flags, rng: np.random.Generator) -> Ints:
    base = rng.lognormal(np.log(240), 1.75, int(family.max()) + 1)[family]
    size = base * np.where(branded & (kind != BRANCH), 3.0, 1.0) * rng.lognormal(0, 0.3, family.size)
    return (
        np.round(np.where(kind == BRANCH, 15 * rng.lognormal(0, 0.7, family.size), size))
        .astype(np.int64)
        .clip(2, 350_000)
    )


def _smaller_than_parent(employees: Ints, hierarchy: Hierarchy, kind: Ints, rng: np.random.Generator) -> Ints:
    """Each level holds a part of the level above; the ultimate parent keeps the group's figure."""
    sized = employees.copy()
    for level in range(1, int(hierarchy.level.max()) + 1):
        rows = np.flatnonzero((hierarchy.level == level) & (kind != BRANCH))
        part = rng.beta(1.6, 5.0, rows.size)
        sized[rows] = np.maximum(2, sized[hierarchy.parent[rows]] * part).astype(np.int64)
    return sized


def _share_seats(companies: Companies, seed: int) -> Companies:
    """A quarter of the subsidiaries sit in their parent's building, half of those behind its switchboard."""
    rng = stream(seed, "shared seats")
    parent, country, site = companies.hierarchy.parent, companies.country, companies.site
    lot = rng.random(companies.count)
    beside = (parent >= 0) & (country[parent] == country) & (lot < 0.25)
    building = np.where(beside, parent, np.arange(companies.count))
    switchboard = pa.array(np.where(beside & (lot < 0.125), parent, np.arange(companies.count)))
    at = pa.array(building)
    shared = Site(site.phone.take(switchboard), site.street.take(at), site.postal_code.take(at))
    return replace(companies, place=companies.place[building], site=shared)


def _technologies(family: Ints, rng: np.random.Generator) -> npt.NDArray[np.bool_]:
    shares = np.array([float(row["share"]) for row in read_rows("technologies.csv")])
    groups = rng.random((int(family.max()) + 1, shares.size)) < shares
    own = rng.random((family.size, shares.size)) < shares
    keeps = rng.random((family.size, shares.size)) < 0.85
    return np.where(keeps, groups[family], own)
