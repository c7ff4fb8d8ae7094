"""Questions to the published warehouse, and three ways to print the answer."""

from __future__ import annotations

import csv
import difflib
import io
import json
import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
from rich.markup import escape
from rich.table import Table

from orchestration import contents
from orchestration.errors import RequestFault

_MISSING = re.compile(r"Table with name (\S+) does not exist")


@dataclass(frozen=True)
class Answer:
    """Rows of a query with the names of their columns; `numeric` marks columns to be aligned to the right."""

    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: list[tuple[Any, ...]]


def ask(published: Path, query: str) -> Answer:
    """Run `query` on the published file; raises RequestFault in one line, with similar names for a wrong one."""
    if not published.exists():
        raise RequestFault(f"Nothing is published at {published} yet. Publish with `marketmap run`.")
    with duckdb.connect(str(published), read_only=True) as connection:
        # DuckDB shows the progress of a long query on stdout, amid the answer.
        connection.execute("set search_path = 'marts,ops,main'; set enable_progress_bar = false")
        try:
            result = connection.execute(query)
            described = result.description
            columns = tuple(str(name) for name, *_ in described)
            numeric = tuple(str(kind) == "NUMBER" for _, kind, *_ in described)
            return Answer(columns, numeric, result.fetchall())
        except duckdb.CatalogException as error:
            raise RequestFault(_missing(connection, str(error))) from error
        except duckdb.Error as error:
            raise RequestFault(_told(str(error))) from error


def as_table(answer: Answer) -> Table:
    """For people: nulls are dim, numbers stand to the right."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name, numeric in zip(answer.columns, answer.numeric, strict=True):
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in answer.rows:
        table.add_row(*("[dim]null[/]" if value is None else escape(_text(value)) for value in row))
    table.caption = None if answer.rows else "no rows"
    return table


def as_csv(answer: Answer) -> str:
    """RFC 4180 with a header; null is an empty field, an empty text is a quoted one."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n", quoting=csv.QUOTE_MINIMAL)
    writer.writerow(answer.columns)
    for row in answer.rows:
        writer.writerow(["" if value is None else _text(value) for value in row])
    return out.getvalue()


def as_json(answer: Answer) -> str:
    """A list with one object per row; times in ISO 8601, decimals as numbers."""
    objects = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    return json.dumps(objects, ensure_ascii=False, default=_plain, indent=1) + "\n"


def _text(value: Any) -> str:
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=_plain)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)


def _missing(connection: duckdb.DuckDBPyConnection, message: str) -> str:
    found = _MISSING.search(message)
    if not found:
        return _told(message)
    tables = sorted(contents.tables(connection))
    asked = found[1].lower()
    spellings = {**{name: name for name in tables}, **{name.partition(".")[2]: name for name in tables}}
    near = difflib.get_close_matches(asked, spellings, n=3)
    contained = [name for name in tables if asked in name]
    similar = list(dict.fromkeys([*(spellings[name] for name in near), *contained]))[:3] or tables[:3]
    names = " or ".join(similar)
    return f'There is no table {found[1]}. Did you mean {names}? `marketmap sql "show all tables"` lists all.'


def _told(message: str) -> str:
    """DuckDB's words without the picture of the query, in one line."""
    kept = [
        line.strip() for line in message.splitlines() if line.strip() and not line.lstrip().startswith(("LINE ", "^"))
    ]
    return " ".join(kept)
