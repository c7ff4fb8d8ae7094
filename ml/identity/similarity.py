"""How two company names relate, from their keys (ml.identity.names.name_key). Pure."""

import csv
import operator
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files

from ml.identity.edits import edit_distance

_SHORTEST_ACRONYM = 3
_LETTERS_PER_EDIT = 8  # one slip of the keyboard in a word of up to fifteen letters, two in longer ones
_SHORTEST_TYPO = 5
_MOST_EDITS = 2
_LONG_NAME, _VERY_LONG_NAME = 10, 16  # letters; a slip in a word of four, of three stands out in such names
_NUMERALS = frozenset({"ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii"})


class Relation(Enum):
    """From the closest to none. PART is how brands, branches and subsidiaries relate as well: never enough alone."""

    EQUAL = "equal"
    NEAR = "near"
    ACRONYM = "acronym"
    PART = "part"
    DIFFERENT = "different"


@cache
def _short_forms() -> dict[str, str]:
    text = (files("ml.identity") / "data" / "abbreviations.csv").read_text("utf-8")
    return {row["word"]: row["short"] for row in csv.DictReader(text.splitlines())}


@lru_cache(maxsize=200_000)
def shortened(key: str) -> tuple[str, ...]:
    """A key's words with every common long word in its one short form (`services`, `svcs` -> `svc`)."""
    table = _short_forms()
    return tuple(table.get(word, word) for word in key.split())


@lru_cache(maxsize=400_000)
def relation(left: str, right: str) -> Relation:
    """How two name keys relate, whatever their order.

    EQUAL: the same letters, spaces aside. NEAR: the same words once abbreviations are cut alike, in any order, or a
    typing slip. ACRONYM: one is the initials of three or more words. PART: one begins with all words of the other.
    """
    if not left or not right:
        return Relation.DIFFERENT
    if left.replace(" ", "") == right.replace(" ", ""):
        return Relation.EQUAL
    few, many = sorted((shortened(left), shortened(right)), key=lambda words: (len(words), words))
    if sorted(few) == sorted(many) or "".join(few) == "".join(many):
        return Relation.NEAR
    if _are_slips(few, many) or _are_slips(tuple(left.split()), tuple(right.split())):
        return Relation.NEAR
    if _is_acronym(few, many):
        return Relation.ACRONYM
    return Relation.PART if many[: len(few)] == few else Relation.DIFFERENT


def _is_acronym(few: tuple[str, ...], many: tuple[str, ...]) -> bool:
    joined = "".join(few)
    return _SHORTEST_ACRONYM <= len(joined) == len(many) and joined == "".join(word[0] for word in many)


def _are_slips(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether the names differ by slips of the keyboard only: word by word, or by one blank too many and one slip."""
    if len(left) == len(right) and sum(map(operator.ne, left, right)) > _MOST_EDITS:
        return False
    if _marks(left) != _marks(right):
        return False
    if len(left) != len(right):
        return abs(len(left) - len(right)) == 1 and _is_slip("".join(left), "".join(right), _SHORTEST_TYPO)
    letters = sum(map(len, left))
    shortest = _SHORTEST_TYPO - (letters >= _LONG_NAME) - (letters >= _VERY_LONG_NAME)
    return all(one == other or _is_slip(one, other, shortest) for one, other in zip(left, right, strict=True))


def _marks(words: tuple[str, ...]) -> list[str]:
    """What tells siblings apart: figures, Roman numerals, single letters (`Fund II-A` is not `Fund II`)."""
    return sorted(word for word in words if len(word) == 1 or word.isdigit() or word in _NUMERALS)


def _is_slip(left: str, right: str, shortest: int) -> bool:
    """Letters swapped, dropped or added in a word; short words (`uk`, `us`) and figures (`fund12`) must agree."""
    length = min(len(left), len(right))
    allowed = min(_MOST_EDITS, max(1, length // _LETTERS_PER_EDIT))
    if length < shortest or abs(len(left) - len(right)) > allowed:
        return False
    if [char for char in left if char.isdigit()] != [char for char in right if char.isdigit()]:
        return False
    if length < _SHORTEST_TYPO and len(left) == len(right) and sorted(left) != sorted(right):
        return False  # another letter in a short word is another word: bank, tank
    return edit_distance(left, right, allowed) <= allowed
