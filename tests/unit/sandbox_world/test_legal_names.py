import pytest

from sandbox.world.legal_names import family_key, fold, is_brand_entity, strip_form, tokens


@pytest.mark.parametrize(
    ("name", "base", "form"),
    [
        ("Bosch GmbH", "Bosch", "GmbH"),
        ("BOSCH GMBH", "BOSCH", "GMBH"),
        ("Sample & Sons, Inc.", "Sample & Sons", "Inc."),
        ("ACME PRIVATE LIMITED", "ACME", "PRIVATE LIMITED"),
        ("Müller GmbH & Co. KG", "Müller", "GmbH & Co. KG"),
        ("TOVÁRNA spol. s r.o.", "TOVÁRNA", "spol. s r.o."),
        ("AC Services S.à r.l.", "AC Services", "S.à r.l."),
        ("Coop", "Coop", ""),
        ("GmbH", "GmbH", ""),
        ("ΑΛΦΑ ΑΝΩΝΥΜΗ ΕΤΑΙΡΕΙΑ", "ΑΛΦΑ", "ΑΝΩΝΥΜΗ ΕΤΑΙΡΕΙΑ"),
    ],
)
def test_legal_form_is_split_off(name: str, base: str, form: str) -> None:
    assert strip_form(name) == (base, form)


def test_folding_keeps_latin_greek_and_cyrillic_readable() -> None:
    assert fold("Société Générale Øresund ß") == "societe generale oresund ss"
    assert fold("Αθήνα") == "athina"
    assert fold("Иванов") == "ivanov"
    assert fold("株式会社") == ""


def test_tokens_join_initials_and_drop_apostrophes() -> None:
    assert tokens("A.B.C. O'Brien & Co") == ["abc", "obrien", "and", "co"]


def test_family_key_ignores_common_first_words() -> None:
    assert family_key("Schneider Electric Iberica") == "schneider electric"
    assert family_key("Global Equity Partners") == ""


def test_brand_entities_add_only_generic_words() -> None:
    assert is_brand_entity(tokens("Accenture Holdings Ireland"), ["accenture"])
    assert not is_brand_entity(tokens("Fizz Events"), ["fizz"])
