"""Dagster's resources: the run itself, which holds the lock on the warehouse as long as it lasts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from pydantic import PrivateAttr

from orchestration import migrations, run_lock
from orchestration.warehouse import KeptOpen

_PATIENCE_SECONDS = 3600.0


class ActiveRun(dg.ConfigurableResource["ActiveRun"]):
    """The run's options. Whoever writes the warehouse or a destination requires it, so only one run works at a time."""

    home: str
    full_refresh: bool = False
    approval: str = ""
    resync: str = ""
    sample: int = 0
    _warehouse: KeptOpen = PrivateAttr()

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["ActiveRun"]:  # noqa: D102
        warehouse = Path(self.home) / "warehouse.duckdb"
        self._warehouse = KeptOpen(warehouse)
        # The command line holds the lock already; a run of the calendar waits for the one that a person started.
        with run_lock.hold(Path(self.home), patience_seconds=_PATIENCE_SECONDS):
            migrations.bring_up_to_date(warehouse)
            self.keep_open()
            try:
                yield self
            finally:
                self._warehouse.end()

    def keep_open(self) -> None:
        """To be called by a step that may have made the warehouse: it then stays open until the run ends."""
        self._warehouse.begin()
