"""Seed files read cell by cell, with every fault of form noted instead of raised."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from expectations.seeds.declarations import SeedDeclaration
from expectations.seeds.faults import SeedFault

Row = dict[str, str]


@dataclass(frozen=True)
class SeedFile:
    """The well-formed rows of a seed with the line each starts on; blank cells are ''."""

    name: str
    file: str
    rows: list[tuple[int, Row]]


def read_seed(path: Path, declaration: SeedDeclaration) -> tuple[SeedFile, list[SeedFault]]:
    """Read one CSV. Rows of the wrong length are reported and left out, so that they cause no faults of their own."""
    seed = SeedFile(declaration.name, path.name, [])
    text, faults = _decode(path)
    if faults:
        return seed, faults
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    start = 1
    try:
        for cells in lines:
            if header is None:
                header = cells
                faults += _header_faults(path.name, cells, declaration)
            elif fault := _row_fault(path.name, start, cells, header):
                faults.append(fault)
            else:
                seed.rows.append((start, {name: _blank(cell) for name, cell in zip(header, cells, strict=True)}))
            start = lines.line_num + 1
    except csv.Error as error:
        remedy = 'close every quote, and write a quote inside a cell as ""'
        faults.append(SeedFault(path.name, start, "", "", f"the quoting is broken ({error})", remedy))
    if header is None:
        names = ",".join(declaration.columns)
        faults.append(SeedFault(path.name, 1, "", "", "the file is empty", f"start it with the header {names}"))
    return seed, faults


def _decode(path: Path) -> tuple[str, list[SeedFault]]:
    """UTF-8 with or without a byte order mark (spreadsheets write one)."""
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        message = f"byte 0x{raw[error.start]:02x} is not UTF-8"
        return "", [SeedFault(path.name, line, "", "", message, "save the file as CSV UTF-8")]
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        return "", [SeedFault(path.name, line, "", "", "the file holds a NUL character", "save the file as CSV UTF-8")]
    return text, []


def _header_faults(file: str, header: list[str], declaration: SeedDeclaration) -> list[SeedFault]:
    if len(header) == 1 and len(declaration.columns) > 1 and any(mark in header[0] for mark in ";\t"):
        return [SeedFault(file, 1, "", header[0], "cells are not separated by commas", "save it with commas")]
    known = ", ".join(declaration.columns)
    faults = []
    for place, name in enumerate(header):
        if name in header[:place]:
            faults.append(SeedFault(file, 1, name, "", "the column appears twice", "keep one of them"))
        elif name not in declaration.columns:
            remedy = f"use one of {known}, or declare it in {declaration.file}"
            faults.append(SeedFault(file, 1, name or "(no name)", "", "the column is not known", remedy))
    faults.extend(
        SeedFault(file, 1, column.name, "", "the column is missing", f"the columns are {known}")
        for column in declaration.columns.values()
        if column.name not in header and not column.optional
    )
    return faults


def _row_fault(file: str, line: int, cells: list[str], header: list[str]) -> SeedFault | None:
    if not cells:
        return SeedFault(file, line, "", "", "the line is blank", "remove it")
    if len(cells) != len(header):
        message = f"the row has {len(cells)} cells, the header has {len(header)}"
        remedy = "give each column one cell; a cell that holds a comma needs quotes"
        return SeedFault(file, line, "", ",".join(cells), message, remedy)
    return None


def _blank(cell: str) -> str:
    # dbt reads the word null as no value.
    return "" if cell.lower() == "null" else cell
