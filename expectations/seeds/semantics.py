"""Checks across the rows of one seed, declared under `meta: checks`: order, presence, totals, bands."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from expectations.seeds.cells import type_fault
from expectations.seeds.declarations import SeedDeclaration
from expectations.seeds.faults import SeedFault
from expectations.seeds.files import Row, SeedFile

Numbered = tuple[int, Row]
Finding = tuple[int, str, str, str]
"""line, column, value, message"""


def semantic_faults(seed: SeedFile, declaration: SeedDeclaration) -> Iterator[SeedFault]:
    """All faults that the seed's declared checks find; an unknown check is a fault of the declaration."""
    for check in declaration.checks:
        for kind, arguments in check.items():
            find = _KINDS.get(kind)
            if find is None:
                message = f"meta checks of {declaration.name} name an unknown check '{kind}'"
                yield SeedFault(declaration.file, 0, "", "", message, f"use one of {', '.join(_KINDS)}")
                continue
            for line, column, value, message in find(seed.rows, arguments):
                remedy = str(arguments.get("remedy") or declaration.remedy_for(column))
                yield SeedFault(seed.file, line, column, value, message, remedy)


def _groups(rows: Sequence[Numbered], arguments: Mapping[str, Any]) -> Iterator[tuple[str, list[Numbered]]]:
    within = arguments.get("within") or []
    wanted = arguments.get("where") or {}
    grouped: dict[tuple[str, ...], list[Numbered]] = defaultdict(list)
    for line, row in rows:
        if all(row.get(column, "").lower() == str(value).lower() for column, value in wanted.items()):
            grouped[tuple(row.get(column, "") for column in within)].append((line, row))
    for values, members in grouped.items():
        named = ", ".join(f"{column} {value or '(blank)'}" for column, value in zip(within, values, strict=True))
        yield (f" of {named}" if named else ""), members


def _number(row: Row, column: str) -> float | None:
    """The cell as a number; a cell that is none has been reported as such already."""
    value = row.get(column, "")
    return float(value) if value and type_fault(value, "double") is None else None


def _ordered(rows: Sequence[Numbered], arguments: Mapping[str, Any]) -> Iterator[Finding]:
    column, by = arguments["column"], arguments["by"]
    order = {str(name): place for place, name in enumerate(arguments["order"])}
    descending = arguments.get("direction", "ascending") == "descending"
    for group, members in _groups(rows, arguments):
        ranked = sorted((order[row[by]], line, row) for line, row in members if row.get(by) in order)
        known = [(line, row, number) for _, line, row in ranked if (number := _number(row, column)) is not None]
        for (_, before, high), (line, row, low) in pairwise(known):
            if (low >= high) if descending else (low <= high):
                relation = "below" if descending else "above"
                message = f"{row[by]} must be {relation} {before[by]} ({before[column]}){group}"
                yield line, column, row[column], message


def _required_when(rows: Sequence[Numbered], arguments: Mapping[str, Any]) -> Iterator[Finding]:
    column, needs = arguments["column"], arguments["needs"]
    wanted = arguments.get("is")
    for line, row in rows:
        value = row.get(column, "")
        applies = bool(value) if wanted is None else value.lower() == str(wanted).lower()
        if applies:
            for needed in [needs] if isinstance(needs, str) else needs:
                if not row.get(needed, ""):
                    yield line, needed, "", f"must be filled where {column} is {value}"


def _total(rows: Sequence[Numbered], arguments: Mapping[str, Any]) -> Iterator[Finding]:
    column, wanted = arguments["column"], float(arguments["equals"])
    for group, members in _groups(rows, arguments):
        total = sum(_number(row, column) or 0.0 for _, row in members)
        if abs(total - wanted) > 1e-6:
            yield members[-1][0], column, "", f"the total{group} is {total:g} and must be {wanted:g}"


def _bands(rows: Sequence[Numbered], arguments: Mapping[str, Any]) -> Iterator[Finding]:
    low, high = arguments["low"], arguments["high"]
    for group, members in _groups(rows, arguments):
        bands = []
        for line, row in members:
            start = _number(row, low) if row.get(low) else float("-inf")
            end = _number(row, high) if row.get(high) else float("inf")
            if start is None or end is None:
                continue
            if start > end:
                yield line, high, row[high], f"is below its {low} {row[low]}"
            else:
                bands.append((start, end, line, row))
        bands.sort(key=lambda band: band[:3])
        for (_, end, before, _), (start, _, line, row) in pairwise(bands):
            if start < end or (start == end and not arguments.get("touching", True)):
                yield line, low, row.get(low, ""), f"overlaps the band of line {before}{group}"


_KINDS: dict[str, Callable[[Sequence[Numbered], Mapping[str, Any]], Iterator[Finding]]] = {
    "ordered": _ordered,
    "required_when": _required_when,
    "total": _total,
    "bands": _bands,
}
