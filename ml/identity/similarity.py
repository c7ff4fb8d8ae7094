"""How two company names relate, from their parts (ml.identity.names.company_name). Pure."""

import csv
import operator
from collections.abc import Sequence
from enum import Enum
from functools import cache, lru_cache
from importlib.resources import files

from ml.identity.edits import edit_distance
from ml.identity.legal_forms import is_form, strip_forms
from ml.identity.sounds import ideographs, sounds_alike, sounds_equal
from ml.identity.text import script

_SHORTEST_ACRONYM = 3
_LETTERS_PER_EDIT = 8  # one slip of the keyboard in a word of up to fifteen letters, two in longer ones
_SHORTEST_TYPO = 5
_MOST_EDITS = 2
_LONG_NAME, _VERY_LONG_NAME = 10, 16  # letters; a slip in a word of four, of three stands out in such names
_SHORTEST_BEFORE_FORM = 8  # letters in front of a legal form that was written without the blank (`SystemsGmbH`)
_SHORTEST_CUT = 20  # letters of a name that a narrow field cut off within a word
_SHORTEST_STUMP = 3  # letters of that word
_PARTICLES = frozenset({"a", "de", "del", "der", "des", "di", "do", "du", "for", "la", "le", "of", "the", "van", "von"})
_SYLLABIC = frozenset({"han", "kana", "hangul"})
_NUMERALS = frozenset({"ii", "iii", "iv", "vi", "vii", "viii", "ix", "xi", "xii"})


class Relation(Enum):
    """From the closest to none. PART is how brands, branches and subsidiaries relate as well: never enough alone.

    SOUND and UNREAD are of names in two scripts: the same consonants; nothing that a transliteration could tell.
    """

    EQUAL = "equal"
    NEAR = "near"
    ACRONYM = "acronym"
    SOUND = "sound"
    PART = "part"
    UNREAD = "unread"
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
def relation(left: str, right: str, left_full: str = "", right_full: str = "") -> Relation:
    """How two names relate by their keys and, where those disagree, their full words; whatever their order.

    EQUAL: the same letters, spaces aside. NEAR: the same words once abbreviations are cut alike, in any order, or a
    typing slip, or one cut off by a narrow field. ACRONYM: one is the initials of three or more words, legal form
    included or not. PART: one begins with all words of the other.
    """
    if not left or not right:
        return Relation.DIFFERENT
    scripts = {script(left_full), script(right_full)}
    if scripts <= _SYLLABIC:
        return _relation_of_characters(_characters(left_full), _characters(right_full), is_one_script=len(scripts) == 1)
    found = _relation_in_latin(left, right, left_full, right_full)
    if len(scripts) == 1 or found in {Relation.EQUAL, Relation.NEAR, Relation.PART}:
        return found
    one, other = left.replace(" ", ""), right.replace(" ", "")
    if sounds_equal(one, other):
        return Relation.NEAR
    return Relation.SOUND if sounds_alike(one, other) else Relation.UNREAD


def _characters(full: str) -> str:
    return ideographs("".join(strip_forms(full.split(), None)[0]))


def _relation_of_characters(one: str, other: str, *, is_one_script: bool) -> Relation:
    """Names whose characters are syllables or words: the reading tells nothing, for many names share one."""
    if one == other:
        return Relation.EQUAL
    few, many = sorted((one, other), key=len)
    if many.startswith(few):
        return Relation.PART
    return Relation.DIFFERENT if is_one_script else Relation.UNREAD


def _relation_in_latin(left: str, right: str, left_full: str, right_full: str) -> Relation:
    if left.replace(" ", "") == right.replace(" ", ""):
        return Relation.EQUAL
    few, many = sorted((shortened(left), shortened(right)), key=lambda words: (len(words), words))
    if sorted(few) == sorted(many) or "".join(few) == "".join(many):
        return Relation.NEAR
    if _are_slips(few, many) or _are_slips(tuple(left.split()), tuple(right.split())):
        return Relation.NEAR
    if left_full and right_full and (found := _full_relation(left, right, left_full, right_full)):
        return found
    if _is_acronym(few, many, len(many)):
        return Relation.ACRONYM
    return Relation.PART if many[: len(few)] == few else Relation.DIFFERENT


def _full_relation(left: str, right: str, left_full: str, right_full: str) -> Relation | None:
    """What the names with their legal forms tell: blanks and slips around the form, names cut off, acronyms of all."""
    one, other = left_full.replace(" ", ""), right_full.replace(" ", "")
    if one == other:
        return Relation.EQUAL
    words = tuple(left_full.split()), tuple(right_full.split())
    if len(words[0]) == len(words[1]) and _are_slips(*words):  # `Power UK Ltd` is not a slip in `Power Ltd`
        return Relation.NEAR
    sides = ((left, left_full, right, right_full), (right, right_full, left, left_full))
    if any(_is_glued(key, rival) or _is_cut(full, rival_key, rival) for key, full, rival_key, rival in sides):
        return Relation.NEAR
    if any(_is_acronym(key.split(), rival.split(), len(rival_key.split())) for key, _, rival_key, rival in sides):
        return Relation.ACRONYM
    return None


def _is_glued(key: str, full: str) -> bool:
    """Whether `full` is the key with a legal form written on to its last word."""
    letters, whole = key.replace(" ", ""), full.replace(" ", "")
    return len(letters) >= _SHORTEST_BEFORE_FORM and whole.startswith(letters) and is_form(whole[len(letters) :])


def _is_cut(full: str, key: str, whole: str) -> bool:
    """Whether `full` is the beginning of `whole` (with the key `key`), cut within its legal form or within a word."""
    if not whole.startswith(full) or full == whole:
        return False
    if len(full) > len(key) and full.startswith(f"{key} "):
        return True
    stump = full.rsplit(maxsplit=1)[-1]
    word = whole[len(full) - len(stump) :].partition(" ")[0]
    is_mark = word in _NUMERALS or not word.isalpha()
    return len(full) >= _SHORTEST_CUT and len(stump) >= _SHORTEST_STUMP and word != stump and not is_mark


def _is_acronym(few: Sequence[str], many: Sequence[str], fewest: int) -> bool:
    """Whether the letters of `few` are the initials of `many`: of all, of all but its particles, or of the first ones
    down to `fewest`."""
    joined = "".join(few)
    if not _SHORTEST_ACRONYM <= len(joined) <= len(many):
        return False
    if joined == "".join(word[0] for word in many if word not in _PARTICLES):
        return True
    return len(joined) >= fewest and joined == "".join(word[0] for word in many[: len(joined)])


def _are_slips(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether the names differ by slips of the keyboard only: word by word, or by one blank too many and one slip."""
    if len(left) == len(right) and sum(map(operator.ne, left, right)) > _MOST_EDITS:
        return False
    if _marks(left) != _marks(right):
        return False
    if len(left) != len(right):
        return abs(len(left) - len(right)) == 1 and _is_one_slip("".join(left), "".join(right))
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
    if shortest < _SHORTEST_TYPO - 1 and length > 1 and _is_doubled(*sorted((left, right), key=len)):
        return True
    if length < shortest or abs(len(left) - len(right)) > allowed:
        return False
    if [char for char in left if char.isdigit()] != [char for char in right if char.isdigit()]:
        return False
    if length < _SHORTEST_TYPO and len(left) == len(right) and sorted(left) != sorted(right):
        return False  # another letter in a short word is another word: bank, tank
    return edit_distance(left, right, allowed) <= allowed


def _is_one_slip(left: str, right: str) -> bool:
    """One slip and no more: two letters are a word (`Acme UK`)."""
    return min(len(left), len(right)) >= _SHORTEST_TYPO and edit_distance(left, right, 1) <= 1


def _is_doubled(short: str, long: str) -> bool:
    """Whether one letter of the one is typed twice in the other (`in`, `inn`)."""
    return any(long == short[:place] + short[place - 1 :] for place in range(1, len(short) + 1))
