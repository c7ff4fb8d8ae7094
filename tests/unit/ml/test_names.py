"""Company names in many languages and in bad shape."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.identity.names import company_name, name_key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Acme Inc.", "acme"),  # IDN-03: variants of one name share a key
        ("ACME Corporation", "acme"),
        ("Acme, Ltd", "acme"),
        ("Acme GmbH", "acme"),
        ("Acme GmbH & Co. KG", "acme"),
        ("Acme Private Limited", "acme"),
        ("Acme Pvt. Ltd.", "acme"),
        ("Acme Pty Ltd", "acme"),
        ("Acme S. de R.L. de C.V.", "acme"),
        ("Acme Sp. z o.o.", "acme"),
        ("Acme Sociedad Anónima", "acme"),
        ("Acme Gesellschaft mit beschränkter Haftung", "acme"),
        ("Acme A/S", "acme"),
        ("Acme Limtied", "acme"),
        ("The Acme Company", "acme"),
        ("Acme Inc (HQ)", "acme"),
        ("Acme (DO NOT USE)", "acme"),
        ("Acme (🚀)", "acme"),
        ("\uff21\uff43\uff4d\uff45\u3000\uff29\uff4e\uff43", "acme"),  # full width
        ("\u200bAcme\u200b Inc", "acme"),
        ("\u202eAcme Ltd\u202c", "acme"),
        ("😀 Acme Ltd", "acme"),
        ("Volvo AB (publ)", "volvo"),
        ("Koç Holding A.Ş.", "koc holding"),
        ("L'Oréal S.A.", "loreal"),
        ("O\u2019Brien & Sons, LLC", "obrien sons"),
        ("Marks and Spencer p.l.c.", "marks spencer"),
        ("Strauß AG", "strauss"),
        ("Møller - Mærsk A/S", "moller maersk"),
        ("トヨタ株式会社", "toyota"),
        ("(株)トヨタ", "toyota"),
        ("삼성전자 주식회사", "samseongjeonja"),
        ("\u041e\u041e\u041e «Ромашка»", "romashka"),
        ("Публичное акционерное общество «Газпром»", "gazprom"),
        ("上海汽车集团股份有限公司", "shanghaiqichejituan"),
        ("บริษัท ปตท. จำกัด (มหาชน)", "ptth"),
        ("PT Bank Mandiri (Persero) Tbk", "pt bank mandiri"),
    ],
)
def test_what_does_not_tell_companies_apart_goes(name: str, key: str) -> None:
    assert name_key(name) == key


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Coop", "coop"),
        ("Company", "company"),
        ("AG", "ag"),
        ("The Limited", "limited"),
        ("Limited Brands", "limited brands"),
        ("SAS Institute Inc", "sas institute"),
        ("E.ON SE", "e on"),
        ("AT&T Inc.", "at t"),
        ("3M Company", "3m"),
        ("X Corp.", "x"),
        ("AB InBev", "ab inbev"),
        ("Acme Holdings", "acme holdings"),
        ("Acme (UK) Ltd", "acme uk"),
        ("Kooperativa", "kooperativa"),
    ],
)
def test_what_tells_companies_apart_stays(name: str, key: str) -> None:
    assert name_key(name) == key


def test_some_forms_count_in_their_countries_only() -> None:
    assert name_key("AB Volvo", "SE") == "volvo"
    assert name_key("AB Volvo", "BE") == "ab volvo"
    assert name_key("PT Bank Mandiri (Persero) Tbk", "ID") == "bank mandiri"
    assert name_key("SAS Institute SAS", "FR") == "sas institute"


@pytest.mark.parametrize(
    ("spellings", "form"),
    [
        (("Acme GmbH", "Acme Gesellschaft mit beschränkter Haftung", "Acme G.m.b.H."), "gmbh"),
        (("Acme LLC", "Acme, L.L.C.", "Acme Limited Liability Company"), "llc"),
        (("Acme Pvt Ltd", "Acme P. Ltd", "Acme Private Limited"), "pvtltd"),
        (("Acme Sp. z o.o.", "Acme spółka z ograniczoną odpowiedzialnością"), "spzoo"),
        (("Acme Zrt.", "Acme Zártkörűen Működő Részvénytársaság"), "zrt"),
        (("Acme Inc.", "Acme Corporation", "Acme Co"), "inc"),
        (("Acme", "Acme Limtied", "Acme sdruzhenie"), None),
    ],
)
def test_a_legal_form_has_one_spelling(spellings: tuple[str, ...], form: str | None) -> None:
    assert {company_name(name).form for name in spellings} == {form}


@pytest.mark.parametrize("name", [None, "", "   ", "!!!", "\u200b", "😀"])
def test_a_name_that_says_nothing_has_no_key(name: str | None) -> None:
    assert name_key(name) == ""


def test_endless_names_cost_little() -> None:
    begin = time.process_time()
    for number in range(200):
        name_key(f"{number} " + "a. & co " * 2_000)
        name_key("é\u200b" * 2_000 + str(number))
    assert time.process_time() - begin < 2


@given(st.text(max_size=400))
def test_a_key_is_plain_and_stands_for_itself(name: str) -> None:
    key = name_key(name)
    assert key == key.strip().lower()
    assert key.isascii()
    assert "  " not in key
