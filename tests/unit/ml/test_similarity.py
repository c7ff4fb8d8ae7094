"""How names relate, and how many slips lie between words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ml.identity.edits import edit_distance
from ml.identity.names import company_name
from ml.identity.similarity import Relation, relation, shortened


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("acme", "acme", Relation.EQUAL),
        ("coca cola", "cocacola", Relation.EQUAL),
        ("acme technologies intl", "acme tech international", Relation.NEAR),
        ("bosch siemens", "siemens bosch", Relation.NEAR),
        ("kinross gold", "kinros gold", Relation.NEAR),
        ("schneider electric", "schneider eelctric", Relation.NEAR),
        ("canada life", "canada lief", Relation.NEAR),
        ("international business machines", "ibm", Relation.ACRONYM),
        ("schneider electric", "schneider electric iberica", Relation.PART),
        ("deutsche bank", "deutsche post", Relation.DIFFERENT),
        ("globex uk", "globex us", Relation.DIFFERENT),
        ("first bank", "first tank", Relation.DIFFERENT),
        ("advent fund ii", "advent fund iii", Relation.DIFFERENT),
        ("fund 12", "fund 13", Relation.DIFFERENT),
        ("acme", "acne", Relation.DIFFERENT),
        ("", "acme", Relation.DIFFERENT),
        ("", "", Relation.DIFFERENT),
    ],
)
def test_relations(left: str, right: str, expected: Relation) -> None:
    assert relation(left, right) is expected
    assert relation(right, left) is expected


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("pr.co", "prco", Relation.EQUAL),
        ("Your Wealth AG", "Your Wealt hAG", Relation.EQUAL),
        ("Midland Equipment Company of Michigan", "Midland Equipment Co of Michigan, Inc.", Relation.NEAR),
        ("Kelvion Cooling Systems", "Kelvion Cooling SystemsGmbH", Relation.NEAR),
        ("Acme India Private Limited", "Acme India Private iLmited", Relation.NEAR),
        ("Keymex Solar S.A.P.I. de C.V.", "Keymex Solar SAPI de", Relation.NEAR),
        ("International Business Machines Corp", "International Business Machi", Relation.NEAR),
        ("Harbour Inn Vertriebs GmbH", "Harbour In Vertriebs", Relation.NEAR),
        ("Taiwan Semiconductor Manufacturing Company Limited", "TSMC", Relation.ACRONYM),
        ("Bank of New York Mellon", "BNYM", Relation.ACRONYM),
        ("International Business Machines France", "IBM", Relation.DIFFERENT),
        ("Harbour Systems North", "Harbour Systems", Relation.PART),
        ("First National Bank of Omaha", "First National Bank of O", Relation.DIFFERENT),
        ("Blackstone Real Estate Partners VIII", "Blackstone Real Estate Partners VII", Relation.DIFFERENT),
        ("Icon Infrastructure (UK) Limited", "Icon Infrastructure Limited", Relation.PART),
        ("Acme Metal", "Acme Metalsa", Relation.NEAR),
        ("Metal", "Metalsa", Relation.DIFFERENT),
    ],
)
def test_relations_of_names_as_written(left: str, right: str, expected: Relation) -> None:
    """Where the keys do not agree, the words with the legal form may."""
    one, other = company_name(left), company_name(right)
    assert relation(one.key, other.key, one.full, other.full) is expected
    assert relation(other.key, one.key, other.full, one.full) is expected


def test_short_forms() -> None:
    assert shortened("acme services group") == ("acme", "svc", "grp")


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [("", "", 0), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("", "ab", 2), ("kitten", "sitting", 3)],
)
def test_distances(left: str, right: str, distance: int) -> None:
    assert edit_distance(left, right, 3) == distance
    assert edit_distance(right, left, 3) == distance
    assert edit_distance(left, right, 1) == min(distance, 2)


def _plain_distance(left: str, right: str) -> int:
    rows = [list(range(len(right) + 1))]
    for row, char in enumerate(left, start=1):
        rows.append([row])
        for column, other in enumerate(right, start=1):
            best = min(
                rows[row - 1][column] + 1, rows[row][column - 1] + 1, rows[row - 1][column - 1] + (char != other)
            )
            if row > 1 and column > 1 and char == right[column - 2] and left[row - 2] == other:
                best = min(best, rows[row - 2][column - 2] + 1)
            rows[row].append(best)
    return rows[-1][-1]


@given(st.text("abc", max_size=8), st.text("abc", max_size=8), st.integers(0, 4))
def test_the_quick_distance_is_the_plain_one(left: str, right: str, limit: int) -> None:
    assert edit_distance(left, right, limit) == min(_plain_distance(left, right), limit + 1)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("ПАО «Газпром»", "Gazprom", Relation.EQUAL),
        ("Яндекс", "Yandex", Relation.NEAR),
        ("ソニー株式会社", "Sony", Relation.NEAR),
        ("ソフトバンク", "SoftBank", Relation.SOUND),
        ("أرامكو", "Aramco", Relation.SOUND),
        ("サントリー", "Century", Relation.SOUND),  # consonants alone: two companies
        ("株式会社日立製作所", "Hitachi", Relation.UNREAD),
        ("任天堂", "ニンテンドー", Relation.UNREAD),
        ("Газпром нефть", "Gazprom", Relation.PART),
        ("バンク", "ハンク", Relation.DIFFERENT),  # the voicing is a letter
        ("亿达", "益达", Relation.DIFFERENT),  # one reading, two names
        ("華為技術有限公司", "华为技术", Relation.EQUAL),  # traditional and simplified
        ("三菱", "三菱電機", Relation.PART),
        ("トヨタ", "トヨタ自動車", Relation.PART),
        ("주식회사 카카오", "카카오 유한회사", Relation.EQUAL),
        ("टाटा मोटर्स लिमिटेड", "टाटा मोटर्स", Relation.EQUAL),
        ("أمل", "عمل", Relation.DIFFERENT),
    ],
)
def test_names_of_other_scripts(left: str, right: str, expected: Relation) -> None:
    one, other = company_name(left), company_name(right)
    assert relation(one.key, other.key, one.full, other.full) is expected
    assert relation(other.key, one.key, other.full, one.full) is expected
