"""Address lines brought to comparable keys."""

import csv
import re
from functools import cache
from importlib.resources import files

from ml.identity.text import fold, latin, split_words

_WITHIN = re.compile(
    r"\b(?:\d+\s*(?:st|nd|rd|th|\.)?\s*(?:floor|fl|etage|og|piso|stock)|(?:floor|fl|etage|piso|stock|suite|ste|unit|apt|"
    r"room|rm|building|bldg)\.?\s*#?\s*\w{1,5})\b"
)
_JOINED = re.compile(r"(?<=\w{3})(?:strasse|str)\b\.?")  # `hauptstrasse`, `hauptstr.`


@cache
def _words() -> dict[str, str]:
    text = (files("ml.identity") / "data" / "address_words.csv").read_text("utf-8")
    return {row["word"]: row["short"] for row in csv.DictReader(text.splitlines())}


def street_key(text: str | None) -> str | None:
    """The words of an address line in one spelling and order, without floor, suite or room; None if nothing is left.

    `12 Main Street, Suite 400` and `MAIN ST 12` give the same key. A line without a number names no building: None.
    """
    if not text:
        return None
    line = _WITHIN.sub(" ", _JOINED.sub(" str", fold(text)))
    words = [_words().get(word, word) for word in split_words(line)]
    key = " ".join(sorted(part for word in words if (part := latin(word))))
    return key if any(letter.isdigit() for letter in key) else None


def postal_key(text: str | None) -> str | None:
    """A postal code's letters and digits; of a US ZIP+4 the first five."""
    key = "".join(split_words(fold(text or ""))).upper()
    if re.fullmatch(r"\d{9}", key):
        key = key[:5]
    return key if len(key) > 2 else None
