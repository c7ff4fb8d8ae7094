"""Text of any script brought to comparable words."""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

MAX_NAME = 300  # longer "names" are pasted paragraphs; Salesforce itself stops at 255
_ABBREVIATION = re.compile(r"(?<![^\W_])([^\W\d_])\.(?=\s?[^\W\d_](?:[.\s]|$))")
_APOSTROPHES = re.compile("['`\u00b4\u02bc\u2018\u2019\uff07]")
_WORD = re.compile(r"[^\W_]+")
_SPECIAL = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "\u0131": "i"})
_INVISIBLE = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})
_NO_LETTER = re.compile("[\u034f\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef]")  # joiners and variation selectors
# Marks of these combining classes are letters: vowels of India and Thailand, the voicing of kana (`バ` is not `ハ`).
_LETTER_CLASSES = frozenset({0, 7, 8, 9, 84, 91, 103, 107, 118, 122, 129, 130, 132})
# Letters that stand for no sound of English but tell names apart: `أمل` is not `عمل`.
_GUTTURALS = str.maketrans("\u0627\u0639\u05d0\u05e2", "aeae")
_SILENT_KANA = frozenset("っッーｰ")  # they lengthen a consonant or a vowel, which nobody writes alike in Latin letters


def fold(text: str) -> str:
    """Case, width, accents and invisible characters taken away; the script stays (`Société` -> `societe`)."""
    if text.isascii():
        return text[:MAX_NAME].lower()
    compatible = unicodedata.normalize("NFKC", text[:MAX_NAME]).casefold().translate(_SPECIAL)
    decomposed = unicodedata.normalize("NFKD", _NO_LETTER.sub("", compatible))
    return unicodedata.normalize("NFC", "".join(char for char in decomposed if _is_kept(char)))


def _is_kept(char: str) -> bool:
    category = unicodedata.category(char)
    if category == "Mn":
        return unicodedata.combining(char) in _LETTER_CLASSES
    return category not in _INVISIBLE


def split_words(folded: str) -> list[str]:
    """The words of a folded text: dots inside abbreviations and apostrophes join, all else divides.

    `l'oreal s.a.` -> `loreal`, `sa`. Emoji and symbols vanish.
    """
    joined = _ABBREVIATION.sub(r"\1", _APOSTROPHES.sub("", folded))
    if joined.isascii():
        return _WORD.findall(joined)
    return "".join(char if char.isalnum() or unicodedata.category(char)[0] == "M" else " " for char in joined).split()


def latin(word: str) -> str:
    """A folded word in ASCII letters and digits, transliterated if need be; '' if nothing of it can be written so."""
    if word.isascii():
        return word
    letters = _kana(word) if script(word) in {"kana", "han"} else anyascii(word.translate(_GUTTURALS))
    return "".join(_WORD.findall(letters.casefold()))


def _kana(word: str) -> str:
    """Kana as Hepburn writes it: a small letter takes the vowel of the one before (`シャ` is sha, `ファ` fa)."""
    written: list[str] = []
    for char in word:
        if char in _SILENT_KANA:
            continue
        letters = anyascii(char).lower()
        if written and "SMALL" in unicodedata.name(char, ""):
            written[-1] = written[-1].rstrip("aiueo")
            if written[-1] in {"sh", "ch", "j"}:
                letters = letters.removeprefix("y")
        written.append(letters)
    return "".join(written)


@lru_cache(maxsize=100_000)
def script(text: str) -> str:
    """`latin` for what has ASCII and accented letters only, `han` for anything with an ideograph, else the script."""
    if text.isascii():
        return "latin"
    found = {unicodedata.name(char, "").partition(" ")[0] for char in text if char.isalpha() and not char.isascii()}
    found.discard("LATIN")
    if any(name.startswith("CJK") for name in found):
        return "han"
    if found & {"KATAKANA", "HIRAGANA", "KATAKANA-HIRAGANA"}:
        return "kana"
    return min(found, default="latin").lower()
