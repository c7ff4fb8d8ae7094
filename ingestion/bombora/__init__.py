"""Bombora Company Surge: weekly reports of who researches what; a week may be issued again, corrected."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from connections import Connection, Unreachable, open_bombora
from ingestion.context import Context, Period, SourceSpec
from ingestion.frames import DAY, NUMBER, csv_pages
from ingestion.rounds import Pages, Round, State, Table

_TABLE = "company_surges"
_NAMES = {"Size": "company_size"}
_TYPES = {"Composite Score": NUMBER, "Composite Score Delta": NUMBER}
_TRIES = 2  # a file that was replaced while we read it is good the second time


@dataclass(frozen=True)
class BomboraOptions:
    """Nothing to choose yet: every company of every report is landed; dbt keeps the watched topics."""


@dataclass(frozen=True)
class Report:
    """One weekly file as the list announces it."""

    week: date
    url: str
    rows: int
    sha256: str


def reports(connection: Connection) -> list[Report]:
    """The weeks published so far, oldest first. Raises Unreachable when the list is not one."""
    answer = connection.request("GET", "/surge/reports").json()
    try:
        found = [
            Report(date.fromisoformat(entry["week"]), str(entry["url"]), int(entry["rows"]), str(entry["sha256"]))
            for entry in answer["reports"]
        ]
    except (KeyError, TypeError, ValueError) as error:
        problem = f"the list of reports is not as documented ({type(error).__name__}: {error})"
        raise Unreachable("bombora", problem, "Check that BOMBORA_BASE_URL is the address of the reports") from error
    return sorted(found, key=lambda report: report.week)


def pages(context: Context) -> dict[str, Pages]:
    """The rows of each week that is new or was issued again."""
    return {_TABLE: partial(_surge_pages, context)}


def again(context: Context, period: Period) -> dict[str, Pages]:
    """The rows of each week of the period, whether or not it was issued again."""
    return {_TABLE: partial(_period_pages, context, period)}


def _period_pages(context: Context, period: Period, state: State, _current: Round) -> Iterator[pa.Table]:
    known: dict[str, Any] = state.setdefault("weeks", {})
    for report in reports(context.connection):
        if period.start.date() <= report.week < period.end.date():
            yield from _week(context, report)
            known[report.week.isoformat()] = report.sha256


def _surge_pages(context: Context, state: State, current: Round) -> Iterator[pa.Table]:
    known: dict[str, Any] = state.setdefault("weeks", {})
    for report in reports(context.connection):
        week = report.week.isoformat()
        if known.get(week) == report.sha256:
            continue
        if current.is_full:
            current.unfinished.add(_TABLE)
            return
        yield from _week(context, report)
        known[week] = report.sha256


def _week(context: Context, report: Report) -> Iterator[pa.Table]:
    file = context.scratch / f"surge-{report.week}.csv"
    try:
        _download(context.connection, report, file)
        count = 0
        for page in csv_pages(file, _TYPES, _NAMES):
            count += page.num_rows
            week = pa.repeat(pa.scalar(report.week, DAY), page.num_rows)
            yield page.add_column(0, "week_date", week)
        if count != report.rows:
            raise _damaged(report, f"{count} rows instead of {report.rows}")
    finally:
        file.unlink(missing_ok=True)


def _download(connection: Connection, report: Report, file: Path) -> None:
    for _ in range(_TRIES):
        with file.open("w+b") as target:
            connection.download(report.url, target)
            target.seek(0)
            checksum = hashlib.file_digest(target, "sha256").hexdigest()
        if checksum == report.sha256:
            return
    raise _damaged(report, "a checksum that is not the announced one")


def _damaged(report: Report, problem: str) -> Unreachable:
    return Unreachable(
        "bombora", f"the report of {report.week} has {problem}", "Run again; tell Bombora if it stays so"
    )


def _probe(connection: Connection) -> str:
    """List the reports."""
    return f"{len(reports(connection))} weekly reports listed"


BOMBORA = SourceSpec(
    name="bombora",
    tables=(Table(_TABLE, ("week_date", "domain", "topic_id"), slice_key="week_date"),),
    opener=open_bombora,
    pages=pages,
    options=BomboraOptions,
    probe=_probe,
    again=again,
)
