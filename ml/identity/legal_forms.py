"""Legal forms of companies: found at either end of a name, taken off, and compared across their spellings."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_LONGEST_FORM = 7  # words; "gesellschaft mit beschrankter haftung and co kg"
_LONG_FORMS = ("limited", "incorporated", "corporation", "company", "private")
FILLERS = frozenset({"and", "und", "et", "y", "e", "the"})
# The short spelling of a long word in a form; other long spellings are known by their initials (`sarl`, `gmbh`).
_SHORT_WORDS = {
    "limited": "ltd", "incorporated": "inc", "incorporation": "inc", "corporation": "corp", "company": "co",
    "private": "pvt", "p": "pvt", "proprietary": "pty", "berhad": "bhd", "sendirian": "sdn", "limitada": "ltda",
    "aktiengesellschaft": "ag", "aktiebolag": "ab", "aktieselskab": "as", "aksjeselskap": "as", "anpartsselskab": "aps",
    "osakeyhtio": "oy", "kommanditgesellschaft": "kg",
}  # fmt: skip
# Other spellings of one form; Inc., Corp. and Co. are all a corporation, and people write one for the other.
_OTHER_SPELLINGS = {
    "zmr": "zrt", "nmr": "nyrt", "szoo": "spzoo", "sarl": "srl", "gesmbh": "gmbh", "corp": "inc", "co": "inc",
}  # fmt: skip


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


def strip_joined(text: str) -> str:
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


def strip_forms(name: list[str], country: str | None) -> tuple[list[str], str | None]:
    """The words of a name without legal forms, and which form it bore (None: none or an unknown one)."""
    bare = name[:-1] if len(name) > 1 and name[-1] in _misspelt_forms() else name
    while length := _longest_suffix(bare, country):
        bare = bare[:-length]
    form = name[len(bare) :]
    # The same letters at the end say that those in front are a name: `SAS Institute SAS`.
    length = _longest_prefix(bare, country)
    if length and bare[:length] != name[-length:]:
        form, bare = form or bare[:length], bare[length:]
    return (name, None) if FILLERS.issuperset(bare) else (bare, _form_kind(form))


def is_form(letters: str) -> bool:
    """Whether the letters of a word, or of several without their spaces, are a legal form somewhere."""
    return letters in _forms().suffixes


def _form_kind(words: Sequence[str]) -> str | None:
    """One short spelling for all spellings of a legal form (`limited liability company`, `l l c` -> `llc`).

    None where the spelling is not known to mean a form.
    """
    short = [_SHORT_WORDS.get(word, word) for word in words if word not in FILLERS]
    joined = "".join(word[0] for word in short) if max(map(len, short), default=0) > 4 else "".join(short)
    kind = _OTHER_SPELLINGS.get(joined, joined)
    return kind if kind in _forms().suffixes or kind in _OTHER_SPELLINGS.values() else None
