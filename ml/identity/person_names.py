"""Names of people: one spelling of their letters, and the short forms that given names go by."""

import csv
from functools import cache
from importlib.resources import files

_LONGEST = 200
# Letters that accents do not make, as people without them on the keyboard type them.
_LETTERS = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "\u0131": "i"}


_WIDE = "".join(chr(code) for code in range(0xFF41, 0xFF5B))  # Latin letters as wide as an ideograph
_PLAIN = "abcdefghijklmnopqrstuvwxyz"
_MARKS_ARE_LETTERS = "[\u0900-\u0fff\u3041-\u30ff]"  # the scripts of India, Thailand and Tibet, and kana


def person_name(column: str) -> str:
    """SQL for a name in lower case without accents, `Müller` and `Mueller` alike."""
    text = f"translate(lower(nfc_normalize(left({column}, {_LONGEST}))), '{_WIDE}', '{_PLAIN}')"
    for letter, plain in _LETTERS.items():
        text = f"replace({text}, '{letter}', '{plain}')"
    bare = f"case when regexp_matches({column}, '{_MARKS_ARE_LETTERS}') then {text} else strip_accents({text}) end"
    return f"regexp_replace({bare}, '([aou])e', '\\1', 'g')"


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
