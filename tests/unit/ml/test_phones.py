"""Phone numbers in any notation, and the country that they name."""

import pytest

from ml.identity.phones import phone_country, phone_key


@pytest.mark.parametrize("text", ["+49 30 1234567", "0049 (0)30 1234567", "030/1234567", "+49-30-1234567 ext. 12"])
def test_one_line_has_one_key(text: str) -> None:
    assert phone_key(text, "DE") == "301234567"


@pytest.mark.parametrize("text", [None, "", "n/a", "112", "0000000000", "1234567890", "x" * 200])
def test_what_is_no_number_has_no_key(text: str | None) -> None:
    assert phone_key(text, "US") is None


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("+49 30 123", "DE"),
        ("0044 20 7946 0958", "GB"),
        ("(+33) 1 23 45", "FR"),
        ("+1 617 555 0100", "US"),
        ("+1 416 555 0100", "CA"),
        ("+1 111 555 0100", None),  # no area code of either
        ("+7 701 123 4567", "KZ"),
        ("030 1234567", None),
        ("+800 1234 5678", None),  # free phone, everywhere
        ("+999 1", None),
        ("+", None),
        ("", None),
        (None, None),
    ],
)
def test_the_country_of_a_number(text: str | None, country: str | None) -> None:
    assert phone_country(text) == country
