"""How clean values become what people type: pure functions from a value and a few random numbers.

Salesforce trims spaces at the ends of text, so its dirt keeps to inner double and no-break spaces.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from sandbox.world.columns import Floats
from sandbox.world.legal_names import GERMAN, fold, legal_forms
from sandbox.world.reference import read_rows, vocabulary

ABBREVIATIONS = {row["word"]: row["short"] for row in read_rows("abbreviations.csv")}
NO_COMPANY = vocabulary("no company")
LOW_WORDS = frozenset(vocabulary("low word"))


def title_case(name: str) -> str:
    """'SCHNEIDER ELECTRIC SAS' as people type it: 'Schneider Electric SAS'; mixed case is left alone."""
    if name != name.upper():
        return name
    words = name.split()
    return " ".join(
        word.lower() if place and word.lower() in LOW_WORDS else word if len(word) <= 3 else _capitalised(word)
        for place, word in enumerate(words)
    )


def _capitalised(word: str) -> str:
    """'(SOUTH' to '(South'."""
    return word[0] + word[1:].capitalize() if not word[0].isalnum() else word.capitalize()


@cache
def _form_swaps() -> dict[str, tuple[str, ...]]:
    swaps: dict[str, set[str]] = {}
    for _, short, long in legal_forms():
        for one, other in ((short, long), (long, short), (short, short.replace(".", ""))):
            swaps.setdefault(one.lower().replace(".", ""), set()).add(other)
    return {form: tuple(sorted(others)) for form, others in swaps.items()}


def other_form(base: str, form: str, lot: float) -> str:
    """The same company with its legal form spelled out, shortened, or dropped."""
    others = _form_swaps().get(form.lower().replace(".", "").replace(",", ""), ())
    if not others or lot < 0.4:
        return base
    return f"{base} {others[int(lot * 997) % len(others)]}"


def typo(name: str, lot: float) -> str:
    """One letter swapped, dropped or doubled, not the first."""
    if len(name) < 5:
        return name
    place = 1 + int(lot * 7919) % (len(name) - 3)
    kind = int(lot * 104_729) % 3
    if kind == 0:
        return name[:place] + name[place + 1] + name[place] + name[place + 2 :]
    if kind == 1:
        return name[:place] + name[place + 1 :]
    return name[:place] + name[place] + name[place:]


def abbreviated(name: str) -> str:
    """Long common words cut short, as in 'Intl Svcs'."""
    return " ".join(ABBREVIATIONS.get(word.lower().strip(",."), word) for word in name.split())


def punctuated(name: str, lot: float) -> str:
    """Commas, hyphens and '&' the other way round, or spaces doubled."""
    kind = int(lot * 7919) % 5
    if kind == 0:
        return name.replace(" & ", " and ") if " & " in name else name.replace(" and ", " & ").replace(" AND ", " & ")
    if kind == 1:
        return re.sub(r"[.,'\u2019\"]", "", name)
    if kind == 2:
        return name.replace(" ", "  ", 1)
    if kind == 3:
        return name.replace(" ", "\u00a0", 1)
    return (
        name.replace("'", "\u2019")
        if "'" in name
        else name.replace("-", " ")
        if "-" in name
        else name.replace(" ", "-", 1)
    )


def acronym(name: str) -> str:
    """The initials of a name of three words or more."""
    words = [word for word in re.findall(r"\w+", name) if word.lower() not in LOW_WORDS]
    return "".join(word[0] for word in words).upper() if len(words) >= 3 else name


def transliterated(name: str) -> str:
    """Latin letters without accents, as a foreign colleague types it."""
    if name.isascii():
        return name
    folded = fold(name.translate(GERMAN))
    return folded.title() if len(folded) >= 4 else name


class CompanyName(NamedTuple):
    """One company's name in parts: as registered, without legal form, the form, the brand ('' if none), and the first
    two as people write them."""

    legal: str
    base: str
    form: str
    brand: str
    full: str
    short: str


# Every way we know of writing a company's name, with its weight among the spoilt records of a CRM.
VARIANTS: tuple[tuple[float, Callable[[CompanyName, float], str]], ...] = (
    (20.0, lambda name, lot: name.short),
    (24.0, lambda name, lot: other_form(name.short, name.form, lot)),
    (10.0, lambda name, lot: name.brand or name.short),
    (7.0, lambda name, lot: name.legal.upper()),
    (4.0, lambda name, lot: name.legal.lower()),
    (12.0, lambda name, lot: punctuated(name.full, lot)),
    (8.0, lambda name, lot: abbreviated(name.full)),
    (6.0, lambda name, lot: transliterated(name.short)),
    (7.0, lambda name, lot: typo(name.full, lot)),
    (1.5, lambda name, lot: f"{name.short} ({('HQ', 'old', 'DO NOT USE', 'new', '🚀')[int(lot * 7919) % 5]})"),
    (1.2, lambda name, lot: acronym(name.short)),
    (1.5, lambda name, lot: f"The {name.short}"),
)
VARIANT_WEIGHTS = [weight for weight, _ in VARIANTS]


def varied(name: CompanyName, kind: int, lot: float) -> str:
    """The name in the variant with this number."""
    return VARIANTS[kind][1](name, lot).strip()[:255]


def website(domain: str, lots: Floats) -> str:
    """A domain as found in a CRM: with scheme, www, path, port, capitals, or bare."""
    kind = lots[0]
    if kind < 0.22:
        return domain
    if kind < 0.48:
        return f"www.{domain}"
    if kind < 0.66:
        return f"http://www.{domain}"
    if kind < 0.78:
        return f"https://{domain}/"
    if kind < 0.84:
        return (
            f"https://www.{domain}/{('en/', 'de-de/home', 'about-us?utm_source=crm', 'index.html')[int(lots[1] * 4)]}"
        )
    if kind < 0.89:
        return f"HTTP://WWW.{domain.upper()}"
    if kind < 0.93:
        return domain.capitalize()
    if kind < 0.95:
        return f"http://{domain}:8080"
    return f"{('shop', 'careers', 'blog', 'info')[int(lots[1] * 4)]}.{domain}"


_STREET_WORDS = (
    ("Street", "St"),
    ("Avenue", "Ave."),
    ("Road", "Rd"),
    ("Square", "Sq."),
    ("straße", "str."),
    ("weg ", "wg. "),
)


def street(text: str, lot: float) -> str:
    """An address line as another person types it: words cut short, the number in front, capitals, a floor behind."""
    kind = int(lot * 7919) % 4
    if kind == 0:
        for long, short in _STREET_WORDS:
            text = text.replace(long, short)
        return text
    if kind == 1:
        name, _, number = text.rpartition(" ")
        return f"{number} {name}"
    return text.upper() if kind == 2 else f"{text}, {1 + int(lot * 104_729) % 9}. Floor"


def number_noise(values: Floats, rng: np.random.Generator, spread: float) -> Floats:
    """Figures as another source has them: off by a random factor, mostly rounded to two digits."""
    off = values * rng.lognormal(0, spread, values.size)
    unit = 10.0 ** np.maximum(np.floor(np.log10(np.maximum(off, 1))) - 1, 0)
    return np.where(rng.random(values.size) < 0.7, np.round(off / unit) * unit, np.round(off))
