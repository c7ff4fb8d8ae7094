"""Reading the small reference tables in `sandbox/data`."""

from __future__ import annotations

import csv
import gzip
import io
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent.parent / "data"


@cache
def _text(name: str) -> str:
    path = DATA / name
    content = path.read_bytes()
    return (gzip.decompress(content) if path.suffix == ".gz" else content).decode("utf-8")


@cache
def vocabulary(name: str) -> tuple[str, ...]:
    """One list of `vocabulary.csv`, in its order."""
    return tuple(row["value"] for row in read_rows("vocabulary.csv") if row["list"] == name)


def read_rows(name: str) -> list[dict[str, str]]:
    """All rows of a CSV (or csv.gz) in `sandbox/data`, as dictionaries of text."""
    return list(csv.DictReader(io.StringIO(_text(name), newline="")))
