"""Phone numbers brought to one key per line, whatever the notation."""

import re

import phonenumbers

_SHORTEST = 7  # digits; shorter ones are extensions and emergency numbers
_EXTENSION = re.compile(r"(?:;|,|\s)*(?:ext\.?|extension|x|durchwahl|dw|#)\s*\d{1,6}\s*$", re.IGNORECASE)
_DUMMY = re.compile(r"^(\d)\1+$|^0?123456")


def phone_key(text: str | None, country: str | None = None) -> str | None:
    """The national significant number of a phone number, without extension; None for what is no number.

    `country` (ISO 3166-1 alpha-2) reads a number without a country code. The country code itself is left out of the
    key: one side of a pair often lacks it, and identity holds the countries against each other anyway.
    """
    if not text or len(text) > 100:
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
