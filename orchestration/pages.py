"""A page of the published warehouse: sections of a heading, the question it answers, and a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ml.propensity.report_card import html
from orchestration import contents
from orchestration.errors import RequestFault
from orchestration.settings import Settings
from orchestration.whole_files import replacing

_SAID: dict[Any, str] = {None: "", True: "yes", False: "no"}


@dataclass(frozen=True)
class Section:
    """A heading, the question it answers, and the query (over schema marts) whose columns are the table's."""

    title: str
    question: str
    sql: str


@dataclass(frozen=True)
class Page:
    """`name` is that of its files, `subject` what is missing when a table of it is not published."""

    name: str
    title: str
    subject: str
    sections: tuple[Section, ...]

    def markdown(self, published: Path) -> str:
        """The page; raises RequestFault when a table of it is not published."""
        missing = f"{self.subject} not published yet. Publish with `marketmap run`."
        if not published.exists():
            raise RequestFault(missing)
        lines = [f"# {self.title}"]
        with duckdb.connect() as connection:
            connection.execute(f"attach {contents.literal(published)} as published (read_only)")
            connection.execute("use published")
            for section in self.sections:
                try:
                    found = connection.execute(section.sql)
                except (duckdb.CatalogException, duckdb.BinderException) as error:  # older than the page
                    raise RequestFault(missing) from error
                headings = [str(column[0]) for column in found.description or ()]
                lines += ["", f"## {section.title}", "", section.question, "", *_table(headings, found.fetchall())]
        return "\n".join(lines) + "\n"

    def write(self, settings: Settings) -> Path:
        """Keep the page as Markdown and HTML below the home's reports; returns the HTML."""
        text = self.markdown(settings.published)
        folder = settings.home / "reports"
        folder.mkdir(parents=True, exist_ok=True)
        for suffix, content in (("md", text), ("html", html(text))):
            with replacing(folder / f"{self.name}.{suffix}") as following:
                following.write_text(content, encoding="utf-8")
        return folder / f"{self.name}.html"


def percent(column: str) -> str:
    """SQL that says a share as whole percent."""
    return f"cast(round(100 * {column}) as bigint) || '%'"


def _table(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    if not rows:
        return ["Nothing."]
    cells = [
        [_SAID[cell] if cell is None or isinstance(cell, bool) else str(cell).replace("|", "/") for cell in row]
        for row in rows
    ]
    return [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}", *(f"| {' | '.join(row)} |" for row in cells)]
