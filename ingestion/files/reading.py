"""Lists as people have them: CSV in any usual encoding and separator, XLSX, Parquet. All cells are text."""

from __future__ import annotations

import codecs
import csv
import itertools
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv
import pyarrow.parquet as pq

from ingestion.errors import LoadFailure
from ingestion.frames import TEXT

SOURCE = "files"
_SEPARATORS = ",;\t|"
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_LOOK_AHEAD_ROWS = 20
_LOOK_AHEAD_BYTES = 256 << 10
_BLOCK_BYTES = 8 << 20
_CHECK_BYTES = 4 << 20
_PAGE_ROWS = 100_000
_REMEDY = "Save it as CSV (UTF-8), XLSX or Parquet with one row of column names, and import that"


@dataclass(frozen=True)
class Layout:
    """How a list is written: `header_row` counts from 0; encoding and separator concern CSV alone."""

    kind: str  # csv, xlsx, parquet
    columns: tuple[str, ...]
    header_row: int = 0
    encoding: str = "utf-8"
    separator: str = ","


@dataclass
class Block:
    """Rows as text columns by the list's own names; `numbers` are their places in the list, from 1."""

    rows: pa.Table
    numbers: pa.Array


Skipped = Callable[[int, str], None]


def detect(file: Path, known: Callable[[str], bool]) -> Layout:
    """Find out how a list is written; `known` tells whether a column name means something to us.

    Raises LoadFailure naming the file when it is empty, unreadable or has no row of column names.
    """
    suffix = file.suffix.lower()
    if suffix == ".parquet":
        return Layout("parquet", tuple(_opened(file, lambda: pq.read_schema(file)).names))
    if suffix in {".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"}:
        rows = [[_cell(value) or "" for value in row] for row in _sheet(file)[:_LOOK_AHEAD_ROWS]]
        number, columns = _header(file, rows, known)
        return Layout("xlsx", columns, number)
    encoding = _encoding(file)
    with file.open(encoding=encoding, newline="") as lines:
        text = lines.read(_LOOK_AHEAD_BYTES)
    separator = _separator(text, known)
    rows = [row for row, _ in zip(csv.reader(text.splitlines(True), delimiter=separator), range(_LOOK_AHEAD_ROWS))]  # noqa: B905
    number, columns = _header(file, rows, known)
    return Layout("csv", columns, number, encoding, separator)


def blocks(file: Path, layout: Layout, skipped: Skipped) -> Generator[Block, None, None]:
    """The rows after the column names, block by block; `skipped` hears (place, reason) of rows that cannot be read."""
    if layout.kind == "csv":
        yield from _csv_blocks(file, layout, skipped)
    elif layout.kind == "parquet":
        yield from _parquet_blocks(file)
    else:
        yield from _sheet_blocks(file, layout)


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Column names with repeated and empty ones told apart: `Name`, `Name 2`, `column 3`."""
    found: list[str] = []
    for place, name in enumerate(names, start=1):
        base = " ".join(str(name or "").split()) or f"column {place}"
        candidate, number = base, 1
        while candidate in found:
            number += 1
            candidate = f"{base} {number}"
        found.append(candidate)
    return tuple(found)


def _csv_blocks(file: Path, layout: Layout, skipped: Skipped) -> Iterator[Block]:
    bad: list[int] = []

    def handle(row: pcsv.InvalidRow) -> str:
        # pyarrow counts physical rows from 1; what stands before the first row of values is not among them.
        number = (row.number or 0) - 1 - layout.header_row
        bad.append(number)
        skipped(number, f"{row.actual_columns} cells instead of {row.expected_columns}")
        return "skip"

    names = list(layout.columns)
    read = pcsv.ReadOptions(
        block_size=_BLOCK_BYTES,
        encoding=layout.encoding,
        column_names=names,
        skip_rows_after_names=layout.header_row + 1,
        use_threads=False,
    )
    parse = pcsv.ParseOptions(delimiter=layout.separator, newlines_in_values=True, invalid_row_handler=handle)
    convert = pcsv.ConvertOptions(column_types=dict.fromkeys(names, TEXT), strings_can_be_null=True, null_values=[""])
    opened = _opened(
        file, lambda: pcsv.open_csv(str(file), read_options=read, parse_options=parse, convert_options=convert)
    )
    place = 1
    with opened as batches:
        for batch in _opened_iterator(file, batches):
            numbers = _places(place, batch.num_rows, bad)
            place = numbers[-1].as_py() + 1 if batch.num_rows else place
            yield Block(pa.Table.from_batches([batch]), numbers)


def _places(first: int, count: int, missing: Sequence[int]) -> pa.Array:
    """Places of `count` rows from `first` on, those of rows that were skipped left out."""
    gone = {place for place in missing if place >= first}
    if not gone:
        return pa.array(np.arange(first, first + count))
    found = (place for place in itertools.count(first) if place not in gone)
    return pa.array(itertools.islice(found, count), pa.int64())


def _parquet_blocks(file: Path) -> Iterator[Block]:
    place = 1
    with pq.ParquetFile(file) as parquet:
        for batch in _opened_iterator(file, parquet.iter_batches(_PAGE_ROWS)):
            columns = {name: _as_text(batch[name]) for name in batch.schema.names}
            yield Block(pa.table(columns), pa.array(np.arange(place, place + batch.num_rows)))
            place += batch.num_rows


def _sheet_blocks(file: Path, layout: Layout) -> Iterator[Block]:
    rows = _sheet(file)[layout.header_row + 1 :]
    for start in range(0, len(rows), _PAGE_ROWS):
        part = rows[start : start + _PAGE_ROWS]
        columns = {
            name: pa.array([_cell(row[place]) if place < len(row) else None for row in part], TEXT)
            for place, name in enumerate(layout.columns)
        }
        yield Block(pa.table(columns), pa.array(range(start + 1, start + 1 + len(part)), pa.int64()))


def _sheet(file: Path) -> list[list[Any]]:
    from python_calamine import CalamineWorkbook

    found: list[list[Any]] = _opened(
        file, lambda: CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    )
    return found


def _cell(value: Any) -> str | None:
    """A spreadsheet's cell as a person reads it: 42, not 42.0."""
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, bool):
        return str(value).lower()
    return str(value)


def _as_text(column: pa.Array) -> pa.Array:
    try:
        return column.cast(TEXT)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], TEXT)


def _encoding(file: Path) -> str:
    """By the byte order mark, else UTF-8 if all of it is, else what Western Excel writes."""
    with file.open("rb") as content:
        start = content.read(4)
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            return name
    with file.open("rb") as content:
        # A line ends where no character is cut.
        while chunk := content.read(_CHECK_BYTES) + content.readline():
            if not _is_utf8(chunk):
                return "cp1252"
    return "utf-8"


def _is_utf8(text: bytes) -> bool:
    """By Arrow, which checks without making text of it."""
    ends = pa.array([0, len(text)], pa.int64()).buffers()[1]
    try:
        pa.LargeStringArray.from_buffers(1, ends, pa.py_buffer(text)).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _separator(text: str, known: Callable[[str], bool]) -> str:
    """The one by which most known column names appear; among equals the one that cuts the first lines alike."""

    def merit(separator: str) -> tuple[int, int]:
        rows = [row for row, _ in zip(csv.reader(text.splitlines(True), delimiter=separator), range(_LOOK_AHEAD_ROWS))]  # noqa: B905
        named = max((sum(known(cell) for cell in row) for row in rows), default=0)
        widths = [len(row) for row in rows if row]
        common = max(set(widths), key=widths.count) if widths else 1
        return named, widths.count(common) * (common > 1)

    return max(_SEPARATORS, key=merit)


def _header(file: Path, rows: Sequence[Sequence[str]], known: Callable[[str], bool]) -> tuple[int, tuple[str, ...]]:
    """The row with most known column names, and its names; titles above it are left out."""
    merits = [sum(known(cell) for cell in row) for row in rows]
    if not any(merits):
        found = ", ".join(repr(cell) for cell in (rows[0] if rows else [])[:8]) or "nothing"
        problem = f"{file.name} has no row of column names that is understood (its first row is {found})"
        remedy = "Name the columns in the first row, or say what they are with --map 'Their name=our_field'"
        raise LoadFailure(SOURCE, problem, remedy)
    best = merits.index(max(merits))
    return best, unique(rows[best])


def _opened(file: Path, read: Callable[[], Any]) -> Any:
    try:
        return read()
    except FileNotFoundError:
        raise LoadFailure(SOURCE, f"there is no file {file}", "Check the path") from None
    except Exception as error:  # each library has errors of its own
        problem = (
            f"{file.name} cannot be read ({str(error).splitlines()[0][:200] if str(error) else type(error).__name__})"
        )
        raise LoadFailure(SOURCE, problem, _REMEDY) from error


def _opened_iterator(file: Path, batches: Any) -> Iterator[Any]:
    iterator = iter(batches)
    while True:
        batch = _opened(file, lambda: next(iterator, None))
        if batch is None:
            return
        yield batch


def plain(name: object) -> str:
    """A column name without case, blanks and signs: `E-Mail Address` is `emailaddress`."""
    return "".join(char for char in str(name).casefold() if char.isalnum())
