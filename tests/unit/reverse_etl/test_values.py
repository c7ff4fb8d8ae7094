"""Canonical texts: equal values are equal texts, from the warehouse and from a destination alike."""

from __future__ import annotations

from decimal import Decimal

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reverse_etl.values import canonical_number, canonical_sql, family_of, same_sql, unsendable_sql

CON = duckdb.connect()


def canonical(expression: str, *, blank_is_null: bool = True, trims_text: bool = False) -> str | None:
    kind = CON.execute(f"select typeof({expression})").fetchall()[0][0]
    row = CON.execute(
        f"select {canonical_sql(expression, kind, blank_is_null=blank_is_null, trims_text=trims_text)}"
    ).fetchall()[0]
    return None if row[0] is None else str(row[0])


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("87.50::decimal(5,2)", "87.5"),
        ("100.00::decimal(18,2)", "100"),
        ("1200::decimal(18,0)", "1200"),
        ("-0.0::double", "0"),
        ("12.0::double", "12"),
        ("0.1::double", "0.1"),
        ("0::bigint", "0"),
        ("false", "false"),
        ("date '2026-11-22'", "2026-11-22"),
        ("timestamp '2026-11-22 08:30:00.1234'", "2026-11-22T08:30:00.123Z"),
        ("timestamptz '2026-11-22 08:30:00+02'", "2026-11-22T06:30:00.000Z"),
        ("'O''Brien 🚀 0'", "O'Brien 🚀 0"),
        ("' padded '", " padded "),
        ("''", None),
        ("null::varchar", None),
    ],
)
def test_the_form_of_each_family(expression: str, text: str | None) -> None:
    assert canonical(expression) == text


def test_a_destination_may_tell_empty_from_null() -> None:
    assert canonical("''", blank_is_null=False) == ""
    assert canonical("chr(9) || ' a b' || chr(13) || chr(10)", trims_text=True) == "a b"
    assert canonical("' '", trims_text=True) is None
    assert canonical("' a '") == " a "


@settings(deadline=None, max_examples=50)
@given(st.decimals(min_value=-(10**15), max_value=10**15, places=2))
def test_a_number_reads_the_same_from_both_sides(number: Decimal) -> None:
    assert canonical(f"{number}::decimal(18,2)") == canonical_number(str(number))


@pytest.mark.parametrize(("text", "expected"), [("1.0E7", "10000000"), ("87.50", "87.5"), ("-0.0", "0"), ("x", "x")])
def test_numbers_as_a_destination_writes_them(text: str, expected: str) -> None:
    assert canonical_number(text) == expected


def is_same(left: str | None, right: str | None, family: str) -> bool:
    query = f"select {same_sql('$l::varchar', '$r::varchar', '$f::varchar')}"
    return bool(CON.execute(query, {"l": left, "r": right, "f": family}).fetchall()[0][0])


@settings(deadline=None, max_examples=50)
@given(st.one_of(st.none(), st.text(max_size=20)), st.one_of(st.none(), st.text(max_size=20)))
def test_texts_are_the_same_only_byte_for_byte(left: str | None, right: str | None) -> None:
    row = CON.execute(
        f"select {same_sql('$l::varchar', '$r::varchar', chr(39) + 'text' + chr(39))}", {"l": left, "r": right}
    )
    assert row.fetchall()[0][0] is (left == right)


def test_numbers_are_the_same_by_value() -> None:
    assert is_same("1e+16", "10000000000000000", "number")
    assert not is_same("1e+16", "10000000000000000", "text")
    assert not is_same("0", None, "number")


@pytest.mark.parametrize(
    ("value", "family", "is_bad"),
    [("nan", "number", True), ("nan", "text", False), ("a\x00b", "text", True), (None, "number", False)],
)
def test_what_no_destination_can_hold(value: str | None, family: str, is_bad: bool) -> None:
    query = f"select {unsendable_sql('$v::varchar', '$f::varchar')}"
    assert CON.execute(query, {"v": value, "f": family}).fetchall() == [(is_bad,)]


def test_types_without_a_family() -> None:
    assert [family_of(kind) for kind in ("VARCHAR[]", "BLOB", "STRUCT(a INTEGER)", "TIME")] == [None] * 4
    assert family_of("ENUM('a', 'b')") == "text"
