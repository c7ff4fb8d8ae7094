"""What a company's legal name is made of: the distinctive part, the legal form, the family it hints at.

Pure functions on text. The forms come from `sandbox/data/legal_forms.csv`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from sandbox.world.reference import read_rows

GREEK = dict(
    zip("αβγδεζηικλμνξοπρστυφω", "a v g d e z i i k l m n x o p r s t y f o".split(), strict=True),
) | {"θ": "th", "χ": "ch", "ψ": "ps", "ς": "s"}
CYRILLIC = dict(
    zip("абвгдезийклмнопрстуфъыьэ", "a b v g d e z i y k l m n o p r s t u f  y  e".split(" "), strict=True),
) | {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ю": "yu", "я": "ya", "ё": "e"}
LATIN = {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ı": "i", "’": "'"}
_ABBREVIATION_DOT = re.compile(r"(?<=\b[a-z])\.(?=[a-z]\b)")
_WORD = re.compile(r"[a-z0-9]+")
_FOLDING = str.maketrans(GREEK | CYRILLIC | LATIN)
GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})

# Leading words that many unrelated companies share: they never make a family.
GENERIC_WORDS = frozenset(
    """the a an and of global international first american america united national city hong kong new great royal
    general shree sri shri om sai m/s ms the india indian us usa uk european euro asia asian north south east west
    western eastern northern southern central san los las saint st la le les el il de du der die das van den ter
    green blue red black white golden silver gold star sun sky smart city capital real estate property properties
    energy solar wind power auto car cars bike motor motors trade trading transport logistics medical health care
    food foods home house hotel garage studio digital data tech technology technologies media group holding holdings
    investment investments finance financial fund trust partners partner management consulting services service
    solutions systems industries industrial engineering construction building value high low best top one alpha beta
    delta omega pro max super mega ultra eco bio agro dr cabinet societe sociedad grupo gruppo associates sons
    brothers bros stichting vereniging maatschap coop cooperative cooperativa comercial inmobiliaria inversiones
    clean first-class advanced applied premier prime elite royal pacific atlantic""".split()
)
GENERIC_TAILS = frozenset(
    """holding holdings group groupe gruppe international services service europe emea asia pacific apac americas
    america usa us uk deutschland germany france italia italy espana iberica nederland netherlands belgium belgique
    schweiz suisse switzerland austria osterreich polska poland sweden sverige norge norway danmark denmark suomi
    finland ireland india australia canada brasil mexico singapore japan china hong kong czech hungary romania turkey
    global worldwide operations trading distribution logistics solutions systems technologies technology digital
    software industries industrial manufacturing products energy financial finance leasing insurance consulting
    engineering research development ventures capital properties""".split()
)


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
