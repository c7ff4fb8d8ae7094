"""Web domains: a family mostly shares its head's, some members have their own, a few have none."""

from __future__ import annotations

import re
from functools import cache
from itertools import chain, count

import numpy as np

from sandbox.world.columns import Flags, Ints
from sandbox.world.dirt import CompanyName
from sandbox.world.entities import BRANDS
from sandbox.world.geography import country_column
from sandbox.world.legal_names import GENERIC_WORDS, tokens
from sandbox.world.reference import read_rows

SHARES_FAMILY_DOMAIN = 0.68
OWN_COUNTRY_DOMAIN = 0.82
_SYLLABLES = re.findall("..", "kamitorasenohayasurikonashitamoreniwa")


@cache
def brand_domains() -> dict[str, str]:
    """Brand title to its real registrable domain."""
    return {row["title"]: row["domain"] for row in read_rows(BRANDS)}


def assign_domains(
    names: list[CompanyName],
    family: Ints,
    is_branch: Flags,
    country: Ints,
    is_head: Flags,
    rng: np.random.Generator,
) -> list[str | None]:
    """A registrable domain per company, never the same in two families; about 3% of companies have none."""
    taken = dict.fromkeys(brand_domains().values(), -1)
    suffixes = country_column("suffix")
    lots = rng.random((len(names), 3))
    domains: list[str | None] = [None] * len(names)
    of_family: dict[int, str] = {}
    heads_first = np.lexsort((~is_head, family)).tolist()
    for row in heads_first:
        group, lot = int(family[row]), lots[row]
        suffix = suffixes[country[row]]
        if is_head[row]:
            known = brand_domains().get(names[row].brand)
            of_family[group] = known or _free(
                _label(names[row].base, lot[1]), "com" if lot[1] < 0.6 else suffix, group, taken
            )
            taken[of_family[group]] = group
            domains[row] = None if lot[0] < 0.03 else of_family[group]
        elif is_branch[row] or lot[0] < SHARES_FAMILY_DOMAIN:
            domains[row] = of_family[group]
        elif lot[0] < OWN_COUNTRY_DOMAIN:
            domains[row] = _free(of_family[group].split(".")[0], suffix, group, taken)
        else:
            domains[row] = _free(_label(names[row].base, lot[1]), suffix, group, taken)
    return domains


def _label(base: str, lot: float) -> str:
    words = tokens(base)
    if not words:
        digits = int(lot * 10**8)
        return "".join(_SYLLABLES[digits // 18**place % 18] for place in range(4))
    if words[0] in GENERIC_WORDS or len(words[0]) < 4:
        words = words[:3]
    elif lot < 0.45:
        words = words[:1]
    else:
        words = words[:2]
    return ("-" if lot > 0.9 else "").join(words)[:40].strip("-")


def _free(label: str, suffix: str, group: int, taken: dict[str, int]) -> str:
    """The first spelling of the label that no other family holds; it is taken from then on."""
    for attempt in chain(("", "group", "-online", "hq", "-inc"), map(str, count(2))):
        domain = f"{label}{attempt}.{suffix}"
        if taken.setdefault(domain, group) == group:
            break
    return domain
