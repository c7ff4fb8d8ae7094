"""What each step of a run took: wall and CPU seconds and the most memory, kept in `ops.step_resources`.

Of steps that ended well: a run that is refused before it did anything leaves the warehouse byte for byte as it was.
The steps of a run follow each other in one process: what the process holds while a step runs is the step's.
"""

from __future__ import annotations

import logging
import os
import time
from bisect import bisect
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

import dagster as dg
import duckdb
import numpy as np

LOG = logging.getLogger("marketmap.operations")
_LOOK_SECONDS = 0.25
_WELL = "SUCCESS"
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_HELD = Path("/proc/self/statm")  # Linux; elsewhere memory stays unknown
_TABLE = """
create schema if not exists ops;
create table if not exists ops.step_resources (
    run_id varchar, step varchar, started_at timestamp, seconds double, cpu_seconds double, peak_bytes bigint
)
"""


class Usage:
    """What this process used over time, looked at four times a second."""

    def __init__(self) -> None:
        self._looks: list[tuple[float, float, int | None]] = []
        self._look()

    def between(self, start: float, end: float) -> tuple[float, int | None]:
        """CPU seconds and the most bytes held between two epoch seconds, as near as the looks are."""
        self._look()
        times = [at for at, _, _ in self._looks]
        begun, ended = np.interp([start, end], times, [spent for _, spent, _ in self._looks])
        near = self._looks[max(bisect(times, start) - 1, 0) : max(bisect(times, end), 1)]
        return float(ended - begun), max((held for _, _, held in near if held is not None), default=None)

    def watch(self, ended: Event) -> None:
        """Look until told that it is over."""
        while not ended.wait(_LOOK_SECONDS):
            self._look()

    def _look(self) -> None:
        held = int(_HELD.read_text().split()[1]) * _PAGE_BYTES if _HELD.exists() else None
        self._looks.append((time.time(), time.process_time(), held))


@contextmanager
def recorded(warehouse: Path, instance: dg.DagsterInstance | None, run: dg.DagsterRun | None) -> Iterator[None]:
    """Watch this process during the block, and keep what each step of the run took. Never fails the run."""
    usage, ended = Usage(), Event()
    watcher = Thread(target=usage.watch, args=(ended,), name="step-resources", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()
        if instance is not None and run is not None and warehouse.exists():
            _keep(warehouse, instance, run.run_id, usage)


def _keep(warehouse: Path, instance: dg.DagsterInstance, run_id: str, usage: Usage) -> None:
    try:
        steps = [
            (step.step_key, step.start_time, step.end_time)
            for step in instance.get_run_step_stats(run_id)
            if step.status is not None and step.status.value == _WELL
        ]
        rows = [
            (run_id, step, _utc(start), end - start, *usage.between(start, end))
            for step, start, end in steps
            if start is not None and end is not None
        ]
        if not rows:
            return
        columns = [list(column) for column in zip(*rows, strict=True)]
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(_TABLE)
            connection.execute(f"insert into ops.step_resources select {', '.join(['unnest(?)'] * 6)}", columns)
    except Exception as error:  # what keeps history or warehouse from being used, the run itself says
        LOG.warning("operations: what the steps took is not kept (%s)", str(error).partition("\n")[0])


def _utc(epoch_seconds: float) -> datetime:
    return datetime.fromtimestamp(epoch_seconds, UTC).replace(tzinfo=None)
