"""Company names brought to comparable keys: the words that tell one company from another, without its legal form."""

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from ml.identity.text import fold, latin, split_words

_LONGEST_FORM = 7  # words; "gesellschaft mit beschrankter haftung and co kg"
# What people write behind a name to manage their CRM; it says nothing about the company.
_NOTE = re.compile(
    r"[(\[{]\s*(?:hq|head ?office|headquarters?|main|old|new|do not (?:use|call|contact)|dup(?:licate|e)?|test|"
    r"inactive|archived?|merged?|delete(?:d)?|legacy|prospect|customer|closed)\W*[)\]}]"
    r"|\s-+\s*(?:do not use|duplicate|old)\s*$"
)
_LONG_FORMS = ("limited", "incorporated", "corporation", "company", "private")
_FILLERS = frozenset({"and", "und", "et", "y", "e", "the"})
_AMPERSANDS = str.maketrans({"&": " and ", "+": " and "})


@dataclass(frozen=True)
class _Forms:
    """Legal forms by where they may stand; values are the countries they are limited to (empty: everywhere)."""

    suffixes: dict[str, frozenset[str]]
    prefixes: dict[str, frozenset[str]]
    joined_suffixes: tuple[str, ...]
    joined_prefixes: tuple[str, ...]


@cache
def _forms() -> _Forms:
    text = (files("ml.identity") / "data" / "legal_forms.csv").read_text("utf-8")
    forms = _Forms({}, {}, (), ())
    joined: dict[str, set[str]] = {"suffix": set(), "prefix": set()}
    for row in csv.DictReader(text.splitlines()):
        places = ("suffix", "prefix") if row["position"] == "both" else (row["position"],)
        for place in places:
            if row["joined"] == "yes":
                joined[place].add(row["form"])
                continue
            table = forms.suffixes if place == "suffix" else forms.prefixes
            table[row["form"].replace(" ", "")] = frozenset(row["countries"].split())
    longest_first = {
        place: tuple(sorted(found, key=lambda form: (-len(form), form))) for place, found in joined.items()
    }
    return _Forms(forms.suffixes, forms.prefixes, longest_first["suffix"], longest_first["prefix"])


def _holds(countries: frozenset[str] | None, country: str | None) -> bool:
    return countries is not None and (not countries or country in countries)


def _strip_joined(text: str) -> str:
    """Take legal forms off the ends of a name in a script without spaces."""
    bare = text.strip()
    if bare.isascii():
        return bare
    forms = _forms()
    for form in forms.joined_suffixes:
        if bare.endswith(form) and len(bare) > len(form):
            bare = bare[: -len(form)].rstrip()
            break
    for form in forms.joined_prefixes:
        if bare.startswith(form) and len(bare) > len(form):
            return bare[len(form) :].lstrip()
    return bare


def _longest_suffix(name: list[str], country: str | None) -> int:
    """How many words at the end are one legal form; forms are compared without their spaces (`s a` is `sa`)."""
    found, tail = 0, ""
    for length in range(1, min(_LONGEST_FORM, len(name) - 1) + 1):
        tail = name[-length] + tail
        if _holds(_forms().suffixes.get(tail), country):
            found = length
    return found


def _longest_prefix(name: list[str], country: str | None) -> int:
    found, head = 0, ""
    for length in range(1, min(_LONGEST_FORM, len(name) - 1) + 1):
        head += name[length - 1]
        if _holds(_forms().prefixes.get(head), country):
            found = length
    return found


@cache
def _misspelt_forms() -> frozenset[str]:
    """Every slip of one letter in a long legal form (`limtied`); short ones are too close to words."""
    letters = "abcdefghijklmnopqrstuvwxyz"
    slips = set()
    for form in _LONG_FORMS:
        for place in range(1, len(form)):
            before, after = form[:place], form[place:]
            slips.add(before + after[1:])
            slips.add(before + after[1:2] + after[:1] + after[2:])
            slips.update(before + letter + rest for letter in letters for rest in (after, after[1:]))
    return frozenset(slips.difference(_LONG_FORMS))


def _strip_forms(name: list[str], country: str | None) -> list[str]:
    bare = name[:-1] if len(name) > 1 and name[-1] in _misspelt_forms() else name
    while length := _longest_suffix(bare, country):
        bare = bare[:-length]
    # The same letters at the end say that those in front are a name: `SAS Institute SAS`.
    length = _longest_prefix(bare, country)
    if length and bare[:length] != name[-length:]:
        bare = bare[length:]
    return name if _FILLERS.issuperset(bare) else bare


def _without_fillers(name: list[str]) -> list[str]:
    """Leave out a leading article and every `and` between words; `E.ON` and a lone `The` stay."""
    start = 1 if len(name) > 1 and name[0] == "the" else 0
    return [word for place, word in enumerate(name) if place >= start and not (place > start and word in _FILLERS)]


@lru_cache(maxsize=200_000)
def name_key(name: str | None, country: str | None = None) -> str:
    """The distinguishing words of a company name in ASCII, separated by spaces; '' for a name that says nothing.

    Legal forms go from either end only (`Limited Brands` keeps its name, `Coop` and `AG` alone stay what they are),
    `&` equals `and`, and both are left out, as is a leading article. Some forms count in their own countries only, so
    the country (ISO 3166-1 alpha-2) helps; without it the key may keep such a form.
    """
    if not name:
        return ""
    text = _strip_joined(_NOTE.sub(" ", fold(name))).translate(_AMPERSANDS)
    bare = _strip_forms(split_words(text), country)
    ascii_words = [part for word in bare if (part := latin(word))]
    if ascii_words != bare:
        ascii_words = _strip_forms(ascii_words, country)
    return " ".join(_without_fillers(ascii_words))
