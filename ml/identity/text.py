"""Text of any script brought to comparable words."""

import re
import unicodedata

from anyascii import anyascii

MAX_NAME = 300  # longer "names" are pasted paragraphs; Salesforce itself stops at 255
_ABBREVIATION = re.compile(r"(?<![^\W_])([^\W\d_])\.(?=\s?[^\W\d_](?:[.\s]|$))")
_APOSTROPHES = re.compile("['`\u00b4\u02bc\u2018\u2019\uff07]")
_WORD = re.compile(r"[^\W_]+")
_SPECIAL = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "\u0131": "i"})


def fold(text: str) -> str:
    """Case, width, accents and invisible characters taken away; the script stays (`Société` -> `societe`)."""
    if text.isascii():
        return text[:MAX_NAME].lower()
    compatible = unicodedata.normalize("NFKC", text[:MAX_NAME]).casefold().translate(_SPECIAL)
    decomposed = unicodedata.normalize("NFKD", compatible)
    kept = (char for char in decomposed if unicodedata.category(char) not in {"Mn", "Cf", "Cc", "Cs", "Co", "Cn"})
    return unicodedata.normalize("NFC", "".join(kept))


def split_words(folded: str) -> list[str]:
    """The words of a folded text: dots inside abbreviations and apostrophes join, all else divides.

    `l'oreal s.a.` -> `loreal`, `sa`. Emoji and symbols vanish.
    """
    return _WORD.findall(_ABBREVIATION.sub(r"\1", _APOSTROPHES.sub("", folded)))


def latin(word: str) -> str:
    """A folded word in ASCII letters and digits, transliterated if need be; '' if nothing of it can be written so."""
    return word if word.isascii() else "".join(_WORD.findall(anyascii(word).casefold()))
