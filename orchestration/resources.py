"""Dagster's resources: the run itself, which holds the lock on the warehouse as long as it lasts."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import dagster as dg
import duckdb
from pydantic import PrivateAttr

from ingestion.warehouse import kept_open
from orchestration import migrations, run_lock, step_resources

_PATIENCE_SECONDS = 3600.0


class ActiveRun(dg.ConfigurableResource["ActiveRun"]):
    """The run's options. Whoever writes the warehouse or a destination requires it, so only one run works at a time."""

    home: str
    full_refresh: bool = False
    approval: str = ""
    resync: str = ""
    sample: int = 0
    _open: ExitStack = PrivateAttr(default_factory=ExitStack)

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator["ActiveRun"]:  # noqa: D102
        # The command line holds the lock already; a run of the calendar waits for the one that a person started.
        with run_lock.hold(Path(self.home), patience_seconds=_PATIENCE_SECONDS), self._open:
            migrations.bring_up_to_date(self._warehouse)
            self.keep_open()
            with step_resources.recorded(self._warehouse, context.instance, context.run):
                yield self

    def keep_open(self) -> None:
        """Keep the warehouse open until the run ends; to be called again by a step that may have made the file.

        A first connection reads the whole catalogue and a last one writes a checkpoint: 0.25 s for each of the hundred
        times that a run opens the file. One that cannot be opened is told by the step that needs it.
        """
        if self._warehouse.exists():
            with suppress(duckdb.Error):
                self._open.enter_context(kept_open(self._warehouse))

    @property
    def _warehouse(self) -> Path:
        return Path(self.home) / "warehouse.duckdb"
