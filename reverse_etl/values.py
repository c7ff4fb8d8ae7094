"""How a value is written as text: one canonical form per family, so that equal values are equal texts. Pure.

Everything between the warehouse and a destination is text or null in this form: numbers without needless zeros,
`true`/`false`, `2026-11-22`, `2026-11-22T08:30:00.000Z` (UTC); text is itself, byte for byte.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Literal

Family = Literal["text", "number", "boolean", "date", "timestamp"]

_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"}
_INTEGERS |= {f"U{name}" for name in _INTEGERS}
_BY_TYPE: dict[str, Family] = {
    **dict.fromkeys(_INTEGERS | {"FLOAT", "DOUBLE"}, "number"),
    **dict.fromkeys(("VARCHAR", "UUID"), "text"),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "timestamp"),
    "TIMESTAMP WITH TIME ZONE": "timestamp",
    "BOOLEAN": "boolean",
    "DATE": "date",
}
_SPACE = "' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13)"
_DECIMAL = re.compile(r"DECIMAL\((\d+),(\d+)\)")


def family_of(duckdb_type: str) -> Family | None:
    """The family of a column's type; None for lists, structs, blobs and the like, which no field can hold."""
    if _DECIMAL.fullmatch(duckdb_type):
        return "number"
    return "text" if duckdb_type.startswith("ENUM(") else _BY_TYPE.get(duckdb_type)


def canonical_sql(expression: str, duckdb_type: str, *, blank_is_null: bool, trims_text: bool = False) -> str:
    """SQL that turns a column into its canonical text, as far as the destination can hold it (see `Limits`)."""
    text = f"cast({expression} as varchar)"
    if trims_text and family_of(duckdb_type) == "text":
        text = f"trim({text}, {_SPACE})"
    decimal = _DECIMAL.fullmatch(duckdb_type)
    if decimal:
        return text if decimal[2] == "0" else f"rtrim(rtrim({text}, '0'), '.')"
    if duckdb_type in {"FLOAT", "DOUBLE"}:
        text = f"cast({expression} + 0 as varchar)"  # + 0 turns -0.0 into 0.0
        return f"case when suffix({text}, '.0') then left({text}, -2) else {text} end"
    if duckdb_type == "TIMESTAMP WITH TIME ZONE":
        return f"strftime({expression} at time zone 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ')"
    if family_of(duckdb_type) == "timestamp":
        return f"strftime(cast({expression} as timestamp), '%Y-%m-%dT%H:%M:%S.%gZ')"
    return f"nullif({text}, '')" if blank_is_null and family_of(duckdb_type) == "text" else text


def canonical_number(text: str) -> str:
    """The canonical form of a number as a destination writes it (`87.50`, `1.0E7`); other texts stay as they are."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    plain = format(number, "f")
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in {"-0", ""} else plain


def same_sql(left: str, right: str, family: str) -> str:
    """SQL: two canonical texts mean the same value (1e+16 and 10000000000000000 do), null being equal to null."""
    as_numbers = f"try_cast({left} as double) = try_cast({right} as double)"
    return f"({left} is not distinct from {right} or ({family} = 'number' and coalesce({as_numbers}, false)))"


def unsendable_sql(value: str, family: str) -> str:
    """SQL: a canonical text that no destination can hold: not a number, infinite, or with a NUL character."""
    endless = (
        f"{family} in ('number', 'date', 'timestamp') and {value} in ('nan', 'inf', '-inf', 'infinity', '-infinity')"
    )
    return f"coalesce(({endless}) or contains({value}, chr(0)), false)"
