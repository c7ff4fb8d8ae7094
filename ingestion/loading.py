"""`load`: one source into the warehouse, with what it brought, what it cost and what went wrong on record."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from connections import Usage
from ingestion.bombora import BOMBORA
from ingestion.context import Context, SourceSpec
from ingestion.ledger import Entry, RunLedger
from ingestion.marketo import MARKETO
from ingestion.pipeline import SourcePipeline
from ingestion.salesforce import SALESFORCE
from ingestion.tallies import Tally
from ingestion.zoominfo import ZOOMINFO

SOURCES: Mapping[str, SourceSpec] = {spec.name: spec for spec in (SALESFORCE, MARKETO, ZOOMINFO, BOMBORA)}


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
    options: Any = None,
    rows_per_round: int = 500_000,
) -> LoadReport:
    """Land what is new at a source in `raw_<source>`; a first load lands everything.

    `options` are the source's own (`SOURCES[name].options`); every `rows_per_round` rows are committed before more are
    fetched.

    Raises ConnectionFailure or LoadFailure after committing what is complete; the next load goes on from there.
    The run and its cost are in `ops.ingestion_runs` and `ops.api_usage` in either case.
    """
    spec = SOURCES[source_name]
    work = _Work(spec, warehouse, state_dir, progress or (lambda _line: None))
    began = time.monotonic()
    failure: BaseException | None = None
    try:
        with spec.opener(credentials) as connection:
            work.usage = connection.usage
            failure = work.carry_out(connection, options or spec.options(), rows_per_round)
    except BaseException as raised:  # also an interrupt belongs into the record
        failure = raised
    work.record(failure)
    if failure is not None:
        raise failure
    seconds = time.monotonic() - began
    return LoadReport(
        work.ledger.run_id, spec.name, work.tally.rows, work.tally.deleted, work.usage, seconds, work.notes
    )


def probe(source_name: str, credentials: Any) -> str:
    """Ask a source for one small thing; returns what it said. Raises ConnectionFailure with the reason."""
    spec = SOURCES[source_name]
    with spec.opener(credentials) as connection:
        return spec.probe(connection)


class _Work:
    """One load in progress."""

    def __init__(self, spec: SourceSpec, warehouse: Path, state_dir: Path, say: Callable[[str], None]) -> None:
        self.spec = spec
        self.warehouse = warehouse
        self.state_dir = state_dir
        self.say = say
        self.ledger = RunLedger(spec.name)
        self.tally = Tally()
        self.usage = Usage()
        self.notes: dict[str, str] = {}
        self.unfinished: set[str] = set(spec.resources)

    def carry_out(self, connection: Any, options: Any, rows_per_round: int) -> Exception | None:
        """Land round after round; returns the failure that ended it early, if one did."""
        pipeline = SourcePipeline(self.spec.name, self.spec.tables, self.warehouse, self.state_dir)
        scratch = self.state_dir / "scratch"
        scratch.mkdir(parents=True, exist_ok=True)
        self.tally.add(pipeline.recover())
        context = Context(connection, self.warehouse, scratch, pipeline.memories(), self.say, options, self.notes)
        for current, tally in pipeline.run(self.spec.pages(context), rows_per_round):
            self.tally.add(tally)
            for table, rows in tally.rows.items():
                self.say(f"{self.spec.name} {table}: {rows:,} rows")
            self.unfinished = current.unfinished
            if current.failure is not None:
                return current.failure
        self.unfinished = set()
        return None

    def record(self, failure: BaseException | None) -> None:
        """Write the run to the ledger."""
        entries = []
        for resource in self.spec.resources:
            status, message = "succeeded", self.notes.get(resource, "")
            if resource in self.unfinished and failure is not None:
                status, message = "failed", str(failure) or type(failure).__name__
            elif message:
                status = "skipped"
            entries.append(Entry(resource, self.tally.rows.get(resource, 0), status, message))
        self.ledger.write(self.warehouse, entries, self.usage)
