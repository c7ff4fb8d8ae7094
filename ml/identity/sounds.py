"""Names of different scripts compared by what they sound like once both are in Latin letters. Pure.

No transliteration is the one that a company chose (`Яндекс` is Yandex, not Yandeks; `ソフトバンク` is SoftBank, not
Sofutobanku), and alphabets without vowels leave the consonants only.
"""

import csv
import re
from functools import cache
from importlib.resources import files

_SHORTEST_SOUND = 4  # letters
_SHORTEST_SKELETON = 3  # consonants
# After `q` became k it stands for ch.
_SPELLINGS = (
    ("ph", "f"), ("th", "t"), ("ck|q", "k"), ("tch|ch", "q"), ("sch|sh", "s"), ("kh|gh", "k"), ("x", "ks"),
    ("c(?=[eiy])", "s"), ("c", "k"), ("dg(?=[ei])|dzh|zh", "j"), ("tz", "ts"), ("w|oo|ou|oy(?![aeiou])", "u"),
    ("y|ee", "i"), ("ai|ae", "e"), (r"([a-z])\1+", r"\1"),
)  # fmt: skip
_RULES = tuple((re.compile(pattern), sound) for pattern, sound in _SPELLINGS)
# One letter where some alphabet lacks the other.
_ALIKE = str.maketrans({"l": "r", "v": "b", "p": "b", "z": "s", "m": "n"})


def sound(letters: str) -> str:
    """How the letters of a name in ASCII sound: the spellings of one sound made one (`yandex`, `yandeks`)."""
    for pattern, one in _RULES:
        letters = pattern.sub(one, letters)
    return letters


def skeleton(letters: str) -> str:
    """The consonants of a sound, those that other alphabets do not tell apart made one (`softbank`, `sofutobanku`)."""
    bare = re.sub(r"[aeiou]|(?<=.)h", "", sound(letters).replace("ng", "n")).translate(_ALIKE)
    return re.sub(r"(.)\1+", r"\1", bare)


def sounds_equal(one: str, other: str) -> bool:
    """Whether two names sound alike, vowels included."""
    left = sound(one)
    return len(left) >= _SHORTEST_SOUND and left == sound(other)


def sounds_alike(one: str, other: str) -> bool:
    """Whether two names have the same consonants: evidence of a kind, but many companies share them."""
    left = skeleton(one)
    return len(left) >= _SHORTEST_SKELETON and left == skeleton(other)


@cache
def _variants() -> dict[int, str]:
    text = (files("ml.identity") / "data" / "han_variants.csv").read_text("utf-8")
    return {ord(row["variant"]): row["character"] for row in csv.DictReader(text.splitlines())}


def ideographs(name: str) -> str:
    """A name in one form of its characters, without blanks: traditional, simplified and Japanese ones alike."""
    return name.replace(" ", "").translate(_variants())
