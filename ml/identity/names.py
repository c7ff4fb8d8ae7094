"""Company names brought to comparable keys: the words that tell one company from another, without its legal form."""

import re
from functools import lru_cache
from typing import NamedTuple

from ml.identity.legal_forms import FILLERS, strip_forms, strip_joined
from ml.identity.text import fold, latin, script, split_words

# What people write behind a name to manage their CRM; it says nothing about the company.
_NOTE = re.compile(
    r"[(\[{]\s*(?:hq|head ?office|headquarters?|main|old|new|do not (?:use|call|contact)|dup(?:licate|e)?|test|"
    r"inactive|archived?|merged?|delete(?:d)?|legacy|prospect|customer|closed)\W*[)\]}]"
    r"|\s-+\s*(?:do not use|duplicate|old)\s*$"
)
_AMPERSANDS = str.maketrans({"&": " and ", "+": " and "})


class CompanyName(NamedTuple):
    """A name in parts, each '' where there is none.

    `key`: the distinguishing words in ASCII, separated by spaces. `full`: the same with the legal form as written, each
    word in its own script.
    `form`: the legal form in one spelling (`ltd`), None for none and for one whose spellings are not known.
    """

    key: str
    full: str
    form: str | None


@lru_cache(maxsize=200_000)
def company_name(name: str | None, country: str | None = None) -> CompanyName:
    """The parts of a company name; all empty for a name that says nothing.

    Legal forms go from either end only (`Limited Brands` keeps its name, `Coop` and `AG` alone stay what they are),
    `&` equals `and`, and both are left out, as is a leading article. Some forms count in their own countries only, so
    the country (ISO 3166-1 alpha-2) helps; without it the key may keep such a form.
    """
    if not name:
        return CompanyName("", "", None)
    text = _NOTE.sub(" ", fold(name))
    words = split_words(strip_joined(text).translate(_AMPERSANDS))
    bare, form = strip_forms(words, country)
    ascii_words = _in_latin(bare)
    if ascii_words != bare:
        ascii_words, found = strip_forms(ascii_words, country)
        form = form or found
    full = _without_fillers([latin(word) if script(word) == "latin" else word for word in words])
    return CompanyName(" ".join(_without_fillers(ascii_words)), " ".join(full), form)


def name_key(name: str | None, country: str | None = None) -> str:
    """The key of a company name."""
    return company_name(name, country).key


def _in_latin(words: list[str]) -> list[str]:
    return [part for word in words if (part := latin(word))]


def _without_fillers(name: list[str]) -> list[str]:
    """Leave out a leading article and every `and` between words; `E.ON` and a lone `The` stay."""
    start = 1 if len(name) > 1 and name[0] == "the" else 0
    return [word for place, word in enumerate(name) if place >= start and not (place > start and word in FILLERS)]
