"""Cells against their column: type, presence, uniqueness, accepted values, ranges, references."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from expectations.seeds.declarations import ColumnDeclaration, SeedDeclaration
from expectations.seeds.faults import SeedFault, shorten
from expectations.seeds.files import SeedFile

_INTEGER = re.compile(r"[+-]?\d+")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_DECIMAL = re.compile(r"decimal\((\d+)\s*,\s*(\d+)\)|numeric\((\d+)\s*,\s*(\d+)\)")
_LIMITS = {"integer": 2**31, "int": 2**31, "bigint": 2**63, "smallint": 2**15}
_SHOWN = 12  # accepted values named in a message


def type_fault(value: str, data_type: str) -> str | None:
    """Why a filled cell is no value of a type, or None. Types are those that the seeds' YAML declares."""
    if data_type in _LIMITS:
        if not _INTEGER.fullmatch(value):
            return "is not a whole number"
        return None if abs(int(value)) < _LIMITS[data_type] else "is too large"
    if data_type in {"double", "float", "number"}:
        return None if _NUMBER.fullmatch(value) else "is not a number (write 1234.5, without separators or units)"
    if decimal := _DECIMAL.fullmatch(data_type):
        return _decimal_fault(value, *(int(part) for part in decimal.groups() if part))
    if data_type == "boolean":
        return None if value.lower() in {"true", "false"} else "is neither true nor false"
    if data_type == "date":
        return None if _is_date(value) else "is not a date (write 2026-01-31)"
    if data_type == "timestamp":
        return None if _is_time(value) else "is not a time (write 2026-01-31 08:00:00)"
    return None


def _decimal_fault(value: str, precision: int, scale: int) -> str | None:
    if not re.fullmatch(r"[+-]?\d+(\.\d+)?", value):
        return "is not a number (write 1234.5, without separators or units)"
    whole, _, fraction = value.lstrip("+-").partition(".")
    if len(fraction.rstrip("0")) > scale:
        return f"has more than {scale} decimal places"
    return None if len(whole.lstrip("0")) <= precision - scale else "is too large"


def _is_date(value: str) -> bool:
    try:
        return len(value) == 10 and bool(dt.date.fromisoformat(value))
    except ValueError:
        return False


def _is_time(value: str) -> bool:
    try:
        return bool(dt.datetime.fromisoformat(value))
    except ValueError:
        return False


def cell_faults(seed: SeedFile, declaration: SeedDeclaration, seeds: Mapping[str, SeedFile]) -> Iterator[SeedFault]:
    """All faults of single cells and of keys."""
    for column in declaration.columns.values():
        yield from _column_faults(seed, column, seeds)
        if column.unique:
            yield from _repeats(seed, (column.name,), column.remedy)
    for key in declaration.keys:
        for part in (declaration.columns.get(name) for name in key):
            if part is not None and not part.not_null:
                yield from _blanks(seed, part)
        yield from _repeats(seed, key, declaration.remedy)


def _column_faults(seed: SeedFile, column: ColumnDeclaration, seeds: Mapping[str, SeedFile]) -> Iterator[SeedFault]:
    if column.not_null:
        yield from _blanks(seed, column)
    known = _referred_values(column, seeds)
    for line, row in seed.rows:
        value = row.get(column.name, "")
        if value and (fault := _value_fault(value, column, known)):
            test, message = fault
            yield SeedFault(seed.file, line, column.name, value, message, column.remedy_for(test))


def _blanks(seed: SeedFile, column: ColumnDeclaration) -> Iterator[SeedFault]:
    for line, row in seed.rows:
        if column.name in row and not row[column.name]:
            yield SeedFault(seed.file, line, column.name, "", "must not be blank", column.remedy)


def _referred_values(column: ColumnDeclaration, seeds: Mapping[str, SeedFile]) -> set[str] | None:
    """The values a reference may take; None when it points to no seed (dbt checks that)."""
    if column.relates_to is None or column.relates_to[0] not in seeds:
        return None
    return {row.get(column.relates_to[1], "") for _, row in seeds[column.relates_to[0]].rows}


def _value_fault(value: str, column: ColumnDeclaration, known: set[str] | None) -> tuple[str | None, str] | None:
    """The test that a filled cell fails (None: that of its type) and why, or None."""
    if value != value.strip() and _is_compared(column):
        return None, "has a blank at its start or end"
    if reason := type_fault(value, column.data_type):
        return None, reason
    plain = value.lower() if column.data_type == "boolean" else value
    if column.accepted is not None and plain not in column.accepted:
        return "accepted_values", f"is not one of {_listing(column.accepted)}"
    if known is not None and value not in known and value not in column.exempt:
        seed, field = column.relates_to or ("", "")
        return "relationships", f"is not {_with_article(field)} of {seed}.csv"
    low, high = column.bounds
    if low is not None and float(value) < low:
        return "in_range", f"is below {low:g}"
    if high is not None and float(value) > high:
        return "in_range", f"is above {high:g}"
    return None


def _with_article(name: str) -> str:
    """By sound: names that begin with u (user, unit) take a."""
    return f"{'an' if name[:1].lower() in tuple('aeio') else 'a'} {name}"


def _is_compared(column: ColumnDeclaration) -> bool:
    """Free text may begin with a blank; what is looked up, cast or kept unique may not."""
    return bool(column.data_type != "text" or column.accepted or column.relates_to or column.unique)


def _listing(values: tuple[str, ...]) -> str:
    shown = ", ".join(values[:_SHOWN])
    return f"{shown}, ... ({len(values)} in all)" if len(values) > _SHOWN else shown


def _repeats(seed: SeedFile, key: tuple[str, ...], remedy: str) -> Iterator[SeedFault]:
    lines: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for line, row in seed.rows:
        values = tuple(row.get(name, "") for name in key)
        if any(values):
            lines[values].append(line)
    for values, places in lines.items():
        for line in places[1:]:
            message = f"repeats line {places[0]}, and must be unique"
            yield SeedFault(seed.file, line, " + ".join(key), shorten(" + ".join(values)), message, remedy)
