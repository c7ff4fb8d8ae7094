"""SOQL text to a tree, and its literals."""

from datetime import date, datetime

import pytest

from sandbox.services.salesforce.fields import parse_field
from sandbox.services.salesforce.soql import SoqlError, parse, parse_condition
from sandbox.services.salesforce.soql.dates import date_range
from sandbox.services.salesforce.soql.grammar import Comparison, Item, Junction, Negation, Ordering
from sandbox.services.salesforce.soql.lexer import Token, tokenize, unquote
from sandbox.services.salesforce.soql.values import literal, moment


def test_a_whole_query() -> None:
    query = parse(
        "SELECT Id, a.Name, count(Id) total FROM Account a WHERE NOT (Name LIKE 'x%' OR Industry IN ('a','b'))"
        " GROUP BY Name ORDER BY Name DESC NULLS LAST, Id LIMIT 5 OFFSET 2"
    )
    assert query.items == (Item("Id"), Item("a.Name"), Item("Id", "COUNT", "total"))
    assert (query.sobject, query.alias, query.limit, query.offset) == ("Account", "a", 5, 2)
    assert query.order_by == (Ordering("Name", True, True), Ordering("Id", False, False))
    assert isinstance(query.where, Negation)
    assert isinstance(query.where.part, Junction)
    assert query.where.part.operator == "OR"


def test_a_keyword_inside_quotes_is_text() -> None:
    condition = parse_condition("Name = 'and'")
    assert isinstance(condition, Comparison)
    assert isinstance(condition.value, Token)
    assert condition.value.text == "'and'"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "select",
        "select Id",
        "select Id from A where",
        "select Id from A where b = ",
        "select Id from A where b is null",
        "select Id from A limit x",
        "select Id, from A",
        "select Id from A where b = 'x",
        "select Id from A where a = 1 or b = 2 and c = 3",
        "select Id from A group Name",
        "select (select Id from Contacts) from A",
        "select Id from A; drop table A",
    ],
)
def test_what_is_no_soql(text: str) -> None:
    with pytest.raises(SoqlError) as refused:
        parse(text)
    assert refused.value.code == "MALFORMED_QUERY"


@pytest.mark.parametrize(
    ("quoted", "value"),
    [(r"'O\'Brien'", "O'Brien"), (r"'a\\b'", "a\\b"), (r"'a\nb'", "a\nb"), (r"'é'", "é"), ("'🚀'", "🚀"), ("''", "")],
)
def test_string_escapes(quoted: str, value: str) -> None:
    assert unquote(quoted) == value


def test_like_keeps_its_escapes() -> None:
    assert unquote(r"'100\%\_\\'", like=True) == r"100\%\_\\"
    with pytest.raises(SoqlError):
        unquote(r"'\q'")


def test_literals_are_typed() -> None:
    def value(kind: str, text: str) -> object:
        return literal(parse_field("F", kind), tokenize(text)[0])

    assert value("double 5,2", "-1.5e2") == -150
    assert value("date", "2026-02-28") == date(2026, 2, 28)
    assert value("datetime", "2026-01-01T01:00:00+01:00") == datetime(2026, 1, 1)  # noqa: DTZ001
    assert value("boolean", "TRUE") is True
    assert value("reference =>Account", "'001TW0000000001YAA'") == "001TW0000000001"
    for kind, text in (("double", "'1'"), ("date", "2026-01-01T00:00:00Z"), ("boolean", "'true'"), ("string 5", "1")):
        with pytest.raises(SoqlError, match="must be of type"):
            value(kind, text)
    with pytest.raises(SoqlError, match="Invalid date"):
        value("date", "2026-02-30")


def test_zones() -> None:
    assert moment("2026-01-01T00:00:00.500Z") == datetime(2026, 1, 1, 0, 0, 0, 500_000)  # noqa: DTZ001
    assert moment("2026-01-01T00:00:00-0830") == datetime(2026, 1, 1, 8, 30)  # noqa: DTZ001
    with pytest.raises(ValueError, match="no zone"):
        moment("2026-01-01T00:00:00")


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("TODAY", (2026, 3, 1), (2026, 3, 2)),
        ("last_month", (2026, 2, 1), (2026, 3, 1)),
        ("THIS_YEAR", (2026, 1, 1), (2027, 1, 1)),
        ("LAST_N_DAYS:30", (2026, 1, 30), (2026, 3, 2)),
        ("LAST_N_MONTHS:3", (2025, 12, 1), (2026, 3, 1)),
        ("N_DAYS_AGO:1", (2026, 2, 28), (2026, 3, 1)),
        ("THIS_WEEK", (2026, 3, 1), (2026, 3, 8)),  # 1 March 2026 is a Sunday
    ],
)
def test_date_literals(text: str, start: tuple[int, int, int], end: tuple[int, int, int]) -> None:
    assert date_range(text, date(2026, 3, 1)) == (date(*start), date(*end))


def test_what_is_no_date_literal() -> None:
    assert date_range("LAST_N_DAYS", date(2026, 3, 1)) is None
    assert date_range("SOMEDAY", date(2026, 3, 1)) is None
