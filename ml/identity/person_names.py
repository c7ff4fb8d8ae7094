"""Names of people: one spelling of their letters, and the short forms that given names go by."""

import csv
from functools import cache
from importlib.resources import files

_LONGEST = 200
# Letters that accents do not make, as people without them on the keyboard type them.
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}


def person_name(column: str) -> str:
    """SQL for a name in lower case without accents, `Müller` and `Mueller` alike."""
    text = f"lower(nfc_normalize(left({column}, {_LONGEST})))"
    for letter, plain in _LETTERS.items():
        text = f"replace({text}, '{letter}', '{plain}')"
    return f"regexp_replace(strip_accents({text}), '([aou])e', '\\1', 'g')"


@cache
def nickname_pairs() -> list[tuple[str, str]]:
    """Given names and their short forms, either one first, in the spelling of `person_name`."""
    text = (files("ml.identity") / "data" / "nicknames.csv").read_text("utf-8")
    found = set()
    for row in csv.DictReader(text.splitlines()):
        one, other = _spelt(row["name"]), _spelt(row["nickname"])
        if one != other:
            found |= {(one, other), (other, one)}
    return sorted(found)


def _spelt(name: str) -> str:
    for vowel in "aou":
        name = name.replace(f"{vowel}e", vowel)
    return name
