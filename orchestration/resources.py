"""Dagster's resources: the run itself, which holds the lock on the warehouse as long as it lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg

from orchestration import migrations, run_lock

_PATIENCE_SECONDS = 3600.0


class ActiveRun(dg.ConfigurableResource["ActiveRun"]):
    """The run's options. Whoever writes the warehouse or a destination requires it, so only one run works at a time."""

    home: str
    full_refresh: bool = False
    approval: str = ""
    resync: str = ""
    sample: int = 0

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["ActiveRun"]:  # noqa: D102
        # The command line holds the lock already; a run of the calendar waits for the one that a person started.
        with run_lock.hold(Path(self.home), patience_seconds=_PATIENCE_SECONDS):
            migrations.bring_up_to_date(Path(self.home) / "warehouse.duckdb")
            yield self
