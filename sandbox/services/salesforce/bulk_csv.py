"""Bulk 2.0's CSV, read exactly: what is a bad header fails the job, what is a bad row fails the row.

The file goes through Python's parser in pieces of 20,000 rows into a table of text, so that memory stays flat.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import duckdb
import pyarrow as pa

DELIMITERS = {"BACKQUOTE": "`", "CARET": "^", "COMMA": ",", "PIPE": "|", "SEMICOLON": ";", "TAB": "\t"}
LINE_ENDINGS = {"LF": "\n", "CRLF": "\r\n"}
MAX_HEADER, MAX_FIELD, MAX_FILE = 32_000, 32_000, 150_000_000
PIECE = 20_000
csv.field_size_limit(10_000_000)


class BadFile(Exception):  # noqa: N818  (the vendor's verdict, reported as the job's errorMessage)
    """A file that fails the whole job; the message is the job's errorMessage."""


@dataclass(frozen=True)
class Format:
    """How a job's CSV is written."""

    delimiter: str = "COMMA"
    line_ending: str = "LF"


def read_header(file: Path, form: Format) -> list[str]:
    """Return the header's columns. Raises BadFile."""
    with file.open(encoding="utf-8", newline="") as lines:
        try:
            first = lines.readline()
        except UnicodeDecodeError:
            raise BadFile("InvalidBatch : Failed to parse CSV: the file is not UTF-8") from None
    if not first.strip():
        raise BadFile("InvalidBatch : Failed to parse CSV header: the file is empty")
    if first.endswith("\r\n") != (form.line_ending == "CRLF") and first.endswith("\n"):
        raise BadFile(
            f"ClientInputError : LineEnding is invalid on user data. Current LineEnding setting is {form.line_ending}"
        )
    if len(first) > MAX_HEADER:
        raise BadFile(f"InvalidBatch : header is longer than {MAX_HEADER} characters")
    columns = next(csv.reader([first.rstrip("\r\n")], delimiter=DELIMITERS[form.delimiter], strict=True))
    if columns and columns[0].startswith("\ufeff"):
        columns[0] = columns[0][1:]
    doubled = {name for name in columns if columns.count(name) > 1}
    if doubled:
        raise BadFile(f"InvalidBatch : Duplicate field found in header: {', '.join(sorted(doubled))}")
    return columns


def load(cursor: duckdb.DuckDBPyConnection, file: Path, form: Format, columns: list[str], table: str) -> int:
    """Read all rows into `table` (n, problem, c0, c1, ...: text as sent); returns their number. Raises BadFile."""
    places = [f"c{i}" for i in range(len(columns))]
    cursor.execute(f"create table {table} (n bigint, problem varchar, {', '.join(p + ' varchar' for p in places)})")
    total = 0
    for rows, problems in _pieces(file, form, len(columns)):
        arrays = {
            "n": pa.array(range(total + 1, total + len(rows) + 1), pa.int64()),
            "problem": pa.array(problems, pa.string()),
        }
        arrays |= {
            place: pa.array(cells, pa.string()) for place, cells in zip(places, zip(*rows, strict=True), strict=True)
        }
        cursor.register("piece", pa.table(arrays))
        cursor.execute(f"insert into {table} select * from piece")
        cursor.unregister("piece")
        total += len(rows)
    return total


def _pieces(file: Path, form: Format, width: int) -> Iterator[tuple[list[list[str]], list[str | None]]]:
    blank = _blank_before_quote(file, DELIMITERS[form.delimiter])
    rows, problems = list[list[str]](), list[str | None]()
    with file.open(encoding="utf-8", newline="") as lines:
        for row, problem in _rows(lines, DELIMITERS[form.delimiter]):
            if not row and problem is None:
                continue  # an empty line
            if problem is None and len(row) != width:
                raise BadFile(
                    f"InvalidBatch : The number of columns ({len(row)}) does not match the header ({width}) "
                    f"in row {len(rows) + 1}"
                )
            if blank and any(cell.lstrip(" \t").startswith('"') and cell[:1] in " \t" for cell in row):
                problem = "a blank stands before a double quote"
            if any(len(cell) > MAX_FIELD for cell in row):
                problem = f"a field is longer than {MAX_FIELD} characters"
            rows.append(row if len(row) == width else [""] * width)
            problems.append(problem)
            if len(rows) == PIECE:
                yield rows, problems
                rows, problems = [], []
    if rows:
        yield rows, problems


def _rows(lines: TextIO, delimiter: str) -> Iterator[tuple[list[str], str | None]]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    next(reader)
    while True:
        try:
            yield next(reader), None
        except StopIteration:
            return
        except UnicodeDecodeError:
            raise BadFile("InvalidBatch : Failed to parse CSV: the file is not UTF-8") from None
        except csv.Error as error:
            yield [], str(error)


def _blank_before_quote(file: Path, delimiter: str) -> bool:
    """Say whether any field may begin with a blank and a quote; only then is each cell looked at."""
    pattern = re.compile(rb"(?:^|[\n" + re.escape(delimiter.encode()) + rb'])[ \t]+"')
    with file.open("rb") as data:
        tail = b""
        while chunk := data.read(1 << 20):
            if pattern.search(tail + chunk):
                return True
            tail = chunk[-64:]
    return False
