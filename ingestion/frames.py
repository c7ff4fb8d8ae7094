"""Vendors' records as Arrow tables: typed where the type is known and holds, text where it does not."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pcsv

from ingestion.naming import column_names
from ingestion.readahead import work_ahead

TEXT, FLAG, WHOLE, NUMBER, DAY = pa.string(), pa.bool_(), pa.int64(), pa.float64(), pa.date32()
MOMENT = pa.timestamp("us")  # UTC without a zone, as all times in the warehouse
_ZONED = pa.timestamp("us", tz="UTC")
_CSV_BLOCK_BYTES = 8 << 20


def frame(
    records: Sequence[Mapping[str, Any]], types: Mapping[str, pa.DataType], names: Mapping[str, str] | None = None
) -> pa.Table:
    """A table of JSON records; `types` by field name, fields outside it take the type of their values.

    Every typed field gets a column, also when no record has it. Lists and objects become JSON text.
    """
    fields = dict.fromkeys([*types, *(field for record in records for field in record)])
    names = column_names(fields, names)
    columns = {}
    for field in fields:
        values = [record.get(field) for record in records]
        array = column(values, types[field]) if field in types else _inferred(values)
        if array is not None:
            columns[names[field]] = array
    return pa.table(columns)


def column(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    """Values as `kind`; as text if one of them does not fit, so that a vendor's surprise is landed, not lost."""
    try:
        if kind in (MOMENT, DAY):
            return retyped(pa.array([None if value == "" else value for value in values], TEXT), kind)
        if kind == TEXT:
            return pa.array([_text(value) for value in values], TEXT)
        return pa.array([None if value == "" else value for value in values], kind)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        # Some systems write numbers and flags as text.
        fitting = retyped(pa.array([None if value == "" else _text(value) for value in values], TEXT), kind)
        return fitting if fitting.type == kind else pa.array([_text(value) for value in values], TEXT)


def retyped(text: pa.Array | pa.ChunkedArray, kind: pa.DataType) -> pa.Array | pa.ChunkedArray:
    """A text column as `kind`; unchanged if one value does not fit. Times carry a zone (Z, +0000) or are UTC."""
    for read in _READINGS.get(kind, (lambda values: values.cast(kind),)):
        try:
            return read(text)
        except pa.ArrowInvalid:
            continue
    return text


# What systems write, the most usual first: each way costs time only where the ones before it did not fit.
_READINGS: Mapping[pa.DataType, Sequence[Callable[[Any], Any]]] = {
    MOMENT: (
        lambda text: text.cast(_ZONED).cast(MOMENT),
        lambda text: text.cast(MOMENT),
        # Marketo's assets are stamped 2026-05-01T10:00:00Z+0000
        lambda text: pc.replace_substring(text, "Z+0000", "Z").cast(_ZONED).cast(MOMENT),
    ),
    DAY: (lambda text: text.cast(DAY), lambda text: pc.utf8_slice_codeunits(text, 0, 10).cast(DAY)),
}


def csv_pages(
    file: Path,
    types: Mapping[str, pa.DataType],
    names: Mapping[str, str] | None = None,
    *,
    nulls: Sequence[str] = ("",),
    quoted_nulls: bool = True,
    finish: Callable[[pa.Table], pa.Table] = lambda page: page,
) -> Iterator[pa.Table]:
    """A CSV file (UTF-8, header, quoted newlines allowed) block by block; memory does not grow with the file.

    `types` by header; other columns are text. A cell that reads as one of `nulls` is null, in quotes too unless
    `quoted_nulls` is off. `finish` is what else becomes of a page; two are worked on at a time.
    """
    header = csv_header(file)
    if not header:
        return
    options = pcsv.ConvertOptions(
        column_types=dict.fromkeys(header, TEXT),
        strings_can_be_null=True,
        null_values=list(nulls),
        quoted_strings_can_be_null=quoted_nulls,
    )
    kinds = {name: types.get(name, TEXT) for name in header}
    named = column_names(header, names)

    def typed(block: pa.RecordBatch) -> pa.Table:
        return finish(pa.table({named[name]: retyped(block[name], kind) for name, kind in kinds.items()}))

    yield from work_ahead(typed, _blocks(file, options))


def _blocks(file: Path, options: pcsv.ConvertOptions) -> Generator[pa.RecordBatch, None, None]:
    with pcsv.open_csv(
        str(file),
        read_options=pcsv.ReadOptions(block_size=_CSV_BLOCK_BYTES),
        parse_options=pcsv.ParseOptions(newlines_in_values=True),
        convert_options=options,
    ) as blocks:
        yield from blocks


def csv_header(file: Path) -> list[str]:
    """The column names of a CSV file."""
    with file.open("rb") as lines:
        first = lines.readline()
    if not first.strip():
        return []
    table = pcsv.read_csv(pa.BufferReader(first), parse_options=pcsv.ParseOptions(newlines_in_values=False))
    return list(table.schema.names)


def _inferred(values: Sequence[Any]) -> pa.Array | None:
    """Values with the type they show; None while nothing but nulls was seen (a type guessed now would bind later)."""
    present = [value for value in values if value is not None]
    if not present:
        return None
    if all(isinstance(value, bool) for value in present):
        return pa.array(values, FLAG)
    if all(isinstance(value, int) and not isinstance(value, bool) for value in present):
        return column(values, WHOLE)
    if all(isinstance(value, int | float) and not isinstance(value, bool) for value in present):
        return pa.array([None if value is None else float(value) for value in values], NUMBER)
    return pa.array([_text(value) for value in values], TEXT)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
