"""`load`: one source into the warehouse, with what it brought, what it cost and what went wrong on record."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from connections import Usage
from ingestion.bombora import BOMBORA
from ingestion.changes import CHANGES
from ingestion.context import Context, Period, SourceSpec
from ingestion.errors import UNREADABLE, LoadFailure, unreadable
from ingestion.files import FILES
from ingestion.hubspot import HUBSPOT
from ingestion.ledger import Entry, RunLedger
from ingestion.marketo import MARKETO
from ingestion.pipeline import SourcePipeline
from ingestion.rest import REST_SOURCES
from ingestion.rounds import Pages
from ingestion.salesforce import SALESFORCE
from ingestion.signals import SIGNALS
from ingestion.tallies import Tally
from ingestion.vendors import VENDORS
from ingestion.warehouse import kept_open
from ingestion.web_events import WEB_EVENTS

SOURCES: Mapping[str, SourceSpec] = {
    spec.name: spec
    # Before the vendors what they read: the CRM, lists and leads that were sent.
    for spec in (SALESFORCE, HUBSPOT, *REST_SOURCES, MARKETO, FILES, CHANGES, *VENDORS, BOMBORA, *SIGNALS, WEB_EVENTS)
}


@dataclass(frozen=True)
class LoadReport:
    """What a load brought: new and changed rows by table, how many of them are deletions, calls and seconds.

    `notes` says, by table, why nothing came although nothing failed (no rights, credit limit reached).
    """

    run_id: str
    source: str
    rows: dict[str, int]
    deleted: int
    usage: Usage
    seconds: float
    notes: dict[str, str] = field(default_factory=dict)


def load(
    source_name: str,
    credentials: Any,
    *,
    warehouse: Path,
    state_dir: Path,
    progress: Callable[[str], None] | None = None,
    landed: Callable[[frozenset[str]], None] | None = None,
    options: Any = None,
    rows_per_round: int = 500_000,
    answer_seconds: float | None = None,
    retry_seconds: float | None = None,
    period: Period | None = None,
) -> LoadReport:
    """Land what is new at a source in `raw_<source>`; a first load lands everything.

    After each commit `landed` hears the tables that hold all there was when the load began.
    `options` are the source's own (`SOURCES[name].options`); every `rows_per_round` rows are committed before more are
    fetched; an answer that lets us wait longer than `answer_seconds` (default: the vendor's own limit) is asked again,
    and a request is given up when its repetitions would wait longer than `retry_seconds`. With a `period`, only the
    source's time series are read, and those of the period anew (`SourceSpec.again`).

    Raises ConnectionFailure or LoadFailure after committing what is complete; the next load goes on from there.
    The run and its cost are in `ops.ingestion_runs` and `ops.api_usage` in either case.
    """
    spec = SOURCES[source_name]
    say, tell = progress or (lambda _line: None), landed or (lambda _tables: None)
    work = _Work(spec, warehouse, state_dir, say, tell, answer_seconds, retry_seconds, period)
    began = time.monotonic()
    try:
        with kept_open(warehouse):
            work.run(credentials, options or spec.options(), rows_per_round)
    except duckdb.IOException as error:
        problem = f"the warehouse {warehouse} cannot be opened ({error})"
        raise LoadFailure(source_name, problem, "Let the process that writes it end, then run again") from error
    return LoadReport(
        run_id=work.ledger.run_id,
        source=spec.name,
        rows=work.tally.rows,
        deleted=work.tally.deleted,
        usage=work.usage,
        seconds=time.monotonic() - began,
        notes=work.notes,
    )


def probe(source_name: str, credentials: Any) -> str:
    """Ask a source for one small thing; returns what it said.

    Raises ConnectionFailure, or LoadFailure for an answer that is not as documented, with the reason.
    """
    spec = SOURCES[source_name]
    try:
        with spec.opener(credentials) as connection:
            return spec.probe(connection)
    except UNREADABLE as error:
        raise unreadable(source_name, "the connection test", error) from error


class _Work:
    """One load in progress."""

    def __init__(
        self,
        spec: SourceSpec,
        warehouse: Path,
        state_dir: Path,
        say: Callable[[str], None],
        landed: Callable[[frozenset[str]], None],
        answer_seconds: float | None,
        retry_seconds: float | None,
        period: Period | None,
    ) -> None:
        self.spec, self.period = spec, period
        self.answer_seconds, self.retry_seconds = answer_seconds, retry_seconds
        self.warehouse = warehouse
        self.state_dir = state_dir
        self.say, self.landed = say, landed
        self.ledger = RunLedger(spec.name)
        self.tally = Tally()
        self.usage = Usage()
        self.notes: dict[str, str] = {}
        self.resources: tuple[str, ...] = spec.resources
        self.unfinished: set[str] = set(spec.resources)

    def run(self, credentials: Any, options: Any, rows_per_round: int) -> None:
        """Land what is new and put it on record; raises what ended it early."""
        failure: BaseException | None = None
        try:
            with self.spec.opener(credentials) as connection:
                self.usage = connection.usage
                if self.answer_seconds is not None:
                    connection.wait_at_most(self.answer_seconds)
                if self.retry_seconds is not None:
                    connection.give_up_after(self.retry_seconds)
                failure = self._carry_out(connection, options, rows_per_round)
        except BaseException as raised:  # also an interrupt belongs into the record
            failure = raised
        self._record(failure)
        if failure is not None:
            raise failure

    def _carry_out(self, connection: Any, options: Any, rows_per_round: int) -> Exception | None:
        """Land round after round; returns the failure that ended it early, if one did."""
        pipeline = SourcePipeline(self.spec.name, self.spec.tables, self.warehouse, self.state_dir)
        scratch = self.state_dir / "scratch" / self.spec.name
        shutil.rmtree(scratch, ignore_errors=True)  # a killed run leaves its files
        scratch.mkdir(parents=True)
        self.tally.add(pipeline.recover())
        context = Context(
            connection, self.warehouse, scratch, pipeline.memories(), self.say, options, self.notes, self.ledger.run_id
        )
        try:
            pages = self._pages(context)
        except UNREADABLE as error:
            raise unreadable(self.spec.name, "its catalogue of resources", error) from error
        for current, tally in pipeline.run(pages, rows_per_round):
            self.tally.add(tally)
            for table, rows in tally.rows.items():
                self.say(f"{self.spec.name} {table}: {rows:,} rows")
            self.unfinished = current.unfinished
            if current.failure is not None:
                return current.failure
            self.landed(frozenset(self.resources) - (current.unfinished - current.caught_up))
        self.unfinished = set()
        return None

    def _pages(self, context: Context) -> dict[str, Pages]:
        if self.period is None:
            return self.spec.pages(context)
        if self.spec.again is None:
            raise LoadFailure(self.spec.name, "it has no time series that can be read by period", "Load it as a whole")
        pages = self.spec.again(context, self.period)
        self.resources = tuple(pages)
        return pages

    def _record(self, failure: BaseException | None) -> None:
        """Write the run to the ledger."""
        entries = []
        for resource in self.resources:
            rows = self.tally.rows.get(resource, 0)
            status, message = "succeeded", self.notes.get(resource, "")
            if resource in self.unfinished and failure is not None:
                status, message = "failed", str(failure) or type(failure).__name__
            elif message and not rows:
                status = "skipped"
            entries.append(Entry(resource, rows, status, message))
        self.ledger.write(self.warehouse, entries, self.usage)
