"""dlt, set up for the warehouse: one pipeline per source, extracted, loaded and committed in rounds.

Laws: rows and the source's memory are committed together; a key is never twice in a raw table; a process killed at
any moment is made good by the next run, whether it died before, within or after a commit.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import dlt
import duckdb
import pyarrow as pa
from dlt.common.schema import Schema
from dlt.extract import DltResource, DltSource
from dlt.pipeline.exceptions import PipelineStepFailed

from ingestion.errors import LoadFailure
from ingestion.feed import Feed
from ingestion.landing import Dataset, Landing, row_groups
from ingestion.rounds import Pages, Round, State, Table
from ingestion.tallies import Tally, settle
from ingestion.warehouse import filled_tables, rows

# Read by dlt when it first wakes up, which is before it can be configured in any other way.
os.environ |= {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "ERROR"}

_SETTINGS: dict[str, Any] = {
    "normalize.parquet_normalizer.add_dlt_load_id": True,
    "data_writer.compression": "none",  # the files live for seconds; to compress them takes longer than to write them
    "load.workers": 1,  # DuckDB is parallel inside; twenty writers would only multiply its memory
    "load.truncate_staging_dataset": True,
    "load.delete_completed_jobs": True,
    "extract.next_item_mode": "fifo",  # one resource after the other: a round ends at a clean point
}
_CONFIGURING = threading.Lock()  # dlt's configuration is one for all threads, and sources are loaded side by side
_UPSERT: Any = {"disposition": "merge", "strategy": "upsert", "skip_unchanged_rows": True}
_INSERT_NEW: Any = {"disposition": "merge", "strategy": "insert-only"}
_REPLACE_SLICES: Any = {"disposition": "merge", "strategy": "delete-insert"}
_KEPT_PACKAGES = 5


def _configure_dlt() -> None:
    with _CONFIGURING:
        for key, value in _SETTINGS.items():
            if dlt.config.get(key) != value:
                dlt.config[key] = value


# dlt makes them with a pipeline and then expects them; backups and copies of files leave empty folders out.
_FOLDERS = ("normalize/extracted", "load/new", "load/normalized", "load/loaded")


class SourcePipeline:
    """Lands one source in `raw_<source>`; `state_dir` holds what is between extract and commit."""

    def __init__(self, source: str, tables: Sequence[Table], warehouse: Path, state_dir: Path) -> None:
        _configure_dlt()
        self.source = source
        self.dataset = f"raw_{source}"
        self._tables = {table.name: table for table in tables}
        self._warehouse = warehouse
        self._state_dir = state_dir
        self._filling: set[str] = set()  # tables that this process found empty
        warehouse.parent.mkdir(parents=True, exist_ok=True)
        self._pipeline = self._make()

    def _make(self) -> dlt.Pipeline:
        known = self._state_dir / "dlt" / f"marketmap_{self.source}"
        if known.exists():
            for folder in _FOLDERS:
                (known / folder).mkdir(parents=True, exist_ok=True)
        return dlt.pipeline(
            pipeline_name=f"marketmap_{self.source}",
            pipelines_dir=str(self._state_dir / "dlt"),
            destination=dlt.destinations.duckdb(str(self._warehouse)),
            dataset_name=self.dataset,
        )

    def memories(self) -> dict[str, State]:
        """The memory of each table as of the last commit."""
        sources: Any = self._pipeline.state.get("sources", {})
        return dict(sources.get(self.source, {}).get("resources", {}))

    def recover(self) -> Tally:
        """Finish what a killed run left, and make the local state agree with the warehouse.

        The warehouse is the truth: a warehouse that was deleted or restored from a backup takes its state with it.
        """
        pending = self._pipeline.has_pending_data
        committed = self._committed_version()
        if int(self._pipeline.state["_state_version"]) - committed not in ({0, 1} if pending else {0}):
            self._forget()
            pending = False
        brought: list[str] = []
        if pending:
            try:
                finished = self._pipeline.run(loader_file_format="parquet")
                # A run killed before its package was whole has nothing to load after all.
                brought = list(finished.loads_ids) if finished else []
            except PipelineStepFailed:
                # A package that cannot be loaded must not stand in the way for ever; its rows are fetched again.
                self._forget()
        if self._pipeline.state["_state_version"] != self._committed_version():
            self._pipeline.sync_destination()
        self._settle(self._unsettled_loads())
        return settle(self._warehouse, self.dataset, list(self._tables.values()), brought)

    def run(self, pages: Mapping[str, Pages], rows_per_round: int = 500_000) -> Iterator[tuple[Round, Tally]]:
        """Fetch and commit round after round until every table is finished or the source fails."""
        waiting = dict(pages)
        while waiting:
            current = Round(rows_per_round)
            memories = self.memories()
            feeds = [
                Feed(self.source, self._tables[name], found, memories.get(name, {}), current)
                for name, found in waiting.items()
            ]
            feeds = [feed for feed in feeds if feed.has_news()]
            yield current, self._commit(feeds) if feeds else Tally()
            waiting = {name: found for name, found in waiting.items() if name in current.unfinished}
            if current.failure is not None:
                return

    def _commit(self, feeds: Sequence[Feed]) -> Tally:
        """Extract the feeds to their end and load them."""
        tally = Tally()
        while feeds:
            tally.add(self._load(feeds))
            feeds = [feed for feed in feeds if not feed.is_done]
        return tally

    def _load(self, feeds: Sequence[Feed]) -> Tally:
        """One dlt run over the feeds, which stop where their pages change shape."""
        names = [feed.table.name for feed in feeds]
        self._filling |= set(names) - filled_tables(self._warehouse, self.dataset, names)
        dataset = Dataset(self._warehouse, self.dataset)
        resources = [_resource(feed, dataset, is_filling=feed.table.name in self._filling) for feed in feeds]
        schemas = self._pipeline.schemas
        schema = schemas[self.source] if self.source in schemas else Schema(self.source)
        try:
            # Not `run`, which would first ask the warehouse for a state that `recover` has made sure of.
            self._pipeline.extract(DltSource(schema, self.source, resources), loader_file_format="parquet")
            self._pipeline.normalize()
            info = self._pipeline.load()
        except PipelineStepFailed as failure:
            raise self._explained(failure) from failure
        return self._settle(list(info.loads_ids))

    def _settle(self, loads: list[str]) -> Tally:
        tally = settle(self._warehouse, self.dataset, list(self._tables.values()), loads)
        if loads:
            self._settled.write_text(max(loads))
        self._prune()
        return tally

    @property
    def _settled(self) -> Path:
        """Remembers the last load whose keys were made unique."""
        return Path(self._pipeline.working_dir) / "settled"

    def _unsettled_loads(self) -> list[str]:
        settled = self._settled.read_text() if self._settled.exists() else ""
        sql = f"select load_id from {self.dataset}._dlt_loads where load_id > ?"
        return [load for (load,) in rows(self._warehouse, sql, [settled])]

    def _committed_version(self) -> int:
        sql = f"select coalesce(max(version), 0) from {self.dataset}._dlt_pipeline_state where pipeline_name = ?"
        found = rows(self._warehouse, sql, [self._pipeline.pipeline_name])
        return int(found[0][0]) if found else 0

    def _forget(self) -> None:
        self._pipeline.drop()
        self._pipeline = self._make()

    def _prune(self) -> None:
        """Packages that were loaded are kept for a look, but not for ever."""
        loaded = Path(self._pipeline.working_dir) / "load" / "loaded"
        if loaded.exists():
            for package in sorted(loaded.iterdir())[:-_KEPT_PACKAGES]:
                shutil.rmtree(package, ignore_errors=True)

    def _explained(self, failure: PipelineStepFailed) -> Exception:
        cause: BaseException = failure
        while cause.__cause__ is not None:
            cause = cause.__cause__
        if isinstance(cause, duckdb.IOException) and "lock" in str(cause):
            problem = f"another process is writing {self._warehouse}"
            return LoadFailure(self.source, problem, "Let it end or stop it, then run again")
        problem = f"{failure.step} failed ({type(cause).__name__}: {cause})"
        return LoadFailure(self.source, problem, "Run again; rows that were committed stay")


def _resource(feed: Feed, dataset: Dataset, *, is_filling: bool) -> DltResource:
    """A feed as a dlt resource, whose state is the feed's memory."""
    landing = Landing(dataset, feed.table)

    def fitted() -> Iterator[pa.Table]:
        for page in feed:
            fit = landing.fit(page)
            if fit is None:
                # One parquet file has one shape. What came so far is loaded first; it is not remembered as done.
                feed.give_back(page)
                return
            yield fit

    def grouped() -> Iterator[pa.Table]:
        yield from row_groups(fitted())
        if not feed.is_done:
            return
        memory = dlt.current.resource_state()
        memory.clear()
        memory.update(feed.memory)

    return dlt.resource(grouped, name=feed.table.name, **_disposition(feed.table, is_filling=is_filling))


def _disposition(table: Table, *, is_filling: bool) -> dict[str, Any]:
    """How rows enter: merged, but into a table's first fill without looking (twice as fast, made unique after).

    The first fill lasts as long as the load that began with an empty table, in however many rounds.
    """
    if is_filling:
        return {"write_disposition": "append"}
    if table.slice_key is not None:
        return {"write_disposition": _REPLACE_SLICES, "merge_key": table.slice_key}
    return {"write_disposition": _INSERT_NEW if table.immutable else _UPSERT, "primary_key": table.key}
