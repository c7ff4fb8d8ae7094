"""Phone numbers brought to one key per line, whatever the notation."""

import re

import phonenumbers

_LONGEST = 100  # characters; longer texts are notes
_SHORTEST = 7  # digits; shorter ones are extensions and emergency numbers
_EXTENSION = re.compile(r"(?:;|,|\s)*(?:ext\.?|extension|x|durchwahl|dw|#)\s*\d{1,6}\s*$", re.IGNORECASE)
_DUMMY = re.compile(r"^(\d)\1+$|^0?123456")


def phone_key(text: str | None, country: str | None = None) -> str | None:
    """The national significant number of a phone number, without extension; None for what is no number.

    `country` (ISO 3166-1 alpha-2) reads a number without a country code. The country code itself is left out of the
    key: one side of a pair often lacks it, and identity holds the countries against each other anyway.
    """
    if not text or len(text) > _LONGEST:
        return None
    bare = _EXTENSION.sub("", text.replace("(0)", ""))
    if bare.strip().startswith("00"):
        bare = "+" + bare.strip()[2:]
    try:
        parsed = phonenumbers.parse(bare, country)
    except phonenumbers.NumberParseException:
        digits = re.sub(r"\D", "", bare).lstrip("0")
    else:
        digits = str(parsed.national_number)
    return digits if len(digits) >= _SHORTEST and not _DUMMY.match(digits) else None


def phone_country(text: str | None) -> str | None:
    """The country (ISO 3166-1 alpha-2) that the international prefix of a number names; None without one.

    Where countries share a prefix it is the one that the number itself tells (+1: by area code), else the prefix's main
    country; none where that is not clear (+1 is the United States and Canada, +7 Russia and Kazakhstan).
    """
    bare = re.sub(r"[^\d+]", "", (text or "")[:_LONGEST])
    digits = bare[1:] if bare.startswith("+") else bare[2:] if bare.startswith("00") else ""
    for length in (1, 2, 3):
        regions = phonenumbers.COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:length] or 0))
        if regions is None:
            continue
        if len(regions) > 1:
            national = digits[length:]
            parsed = phonenumbers.PhoneNumber(int(digits[:length]), int(national or 0))
            told = phonenumbers.region_code_for_number(parsed)
            return told or (None if digits[0] in "17" else regions[0])
        return regions[0] if regions[0].isalpha() else None  # 001: no country, but a service
    return None
