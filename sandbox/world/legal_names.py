"""What a company's legal name is made of: the distinctive part, the legal form, the family it hints at.

Pure functions on text. The forms come from `sandbox/data/legal_forms.csv`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from sandbox.world.reference import read_rows, vocabulary

_ABBREVIATION_DOT = re.compile(r"(?<=\b[a-z])\.(?=[a-z]\b)")
_WORD = re.compile(r"[a-z0-9]+")
_FOLDING = str.maketrans({row["letter"]: row["latin"] for row in read_rows("transliteration.csv")})
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})

# Leading words that many unrelated companies share: they never make a family.
GENERIC_WORDS = frozenset(vocabulary("generic leading word"))
GENERIC_TAILS = frozenset(vocabulary("generic trailing word"))


def fold(text: str) -> str:
    """Lower-case ASCII of a name in Latin, Greek or Cyrillic letters; other scripts drop out."""
    if text.isascii():
        return text.lower()
    lowered = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(letter for letter in lowered if not unicodedata.combining(letter)).translate(_FOLDING)
    return plain.encode("ascii", "ignore").decode()


def tokens(text: str) -> list[str]:
    """The folded words of a name, without punctuation; 'A.B.C.' counts as one word."""
    folded = fold(text)
    if "." in folded:
        folded = _ABBREVIATION_DOT.sub("", folded)
    return _WORD.findall(folded.replace("&", " and ").replace("'", ""))


@cache
def legal_forms() -> list[tuple[str, str, str]]:
    """(country, short, long) of every known legal form."""
    return [(row["country"], row["short"], row["long"]) for row in read_rows("legal_forms.csv")]


@cache
def _form_spellings() -> frozenset[str]:
    listed = {spelling for _, short, long in legal_forms() for spelling in (short, long)}
    more = {"private limited", "co ltd", "company limited", "gmbh & co", "μονοπρόσωπη", "μονοπροσωπη", "l l c"}
    return frozenset(_plain_form(form) for form in listed) | more


def _plain_form(text: str) -> str:
    return text.lower().replace(".", "").replace(",", "").replace("(", "").replace(")", "").strip()


def strip_form(name: str) -> tuple[str, str]:
    """Split 'Bosch GmbH' into ('Bosch', 'GmbH'); the form is empty when none is recognised."""
    words = name.split()
    spellings = _form_spellings()
    for length in range(min(7, len(words) - 1), 0, -1):
        if _plain_form(" ".join(words[-length:])) in spellings:
            return " ".join(words[:-length]).strip(" ,"), " ".join(words[-length:])
    return name.strip(" ,"), ""


def family_key(base: str) -> str:
    """The words by which one would guess that two legal entities belong together, or '' when there are none.

    Two leading words, the first of them distinctive: 'Schneider Electric Iberica' and 'SCHNEIDER ELECTRIC SAS' meet.
    """
    words = tokens(base)
    if not words or len(words[0]) < 4 or words[0] in GENERIC_WORDS:
        return ""
    return " ".join(words[:2])


def is_brand_entity(words: list[str], brand: list[str]) -> bool:
    """Whether a legal name's words are the brand's words, followed by nothing but generic ones."""
    return words[: len(brand)] == brand and all(word in GENERIC_TAILS for word in words[len(brand) :])
