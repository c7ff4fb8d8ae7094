"""The full log of each run, one file per run in MARKETMAP_HOME/logs; the terminal shows only what a person needs."""

from __future__ import annotations

import logging
from pathlib import Path

import dagster as dg

FILE = "file"


def path(logs: Path, run_id: str) -> Path:
    """The log of one run."""
    return logs / f"run-{run_id}.log"


def file_logger(logs: Path) -> dg.LoggerDefinition:
    """A Dagster logger that writes everything, tracebacks included, to the run's file."""

    @dg.logger(config_schema={}, description="Everything that happens in a run, in MARKETMAP_HOME/logs.")
    def to_file(context: dg.InitLoggerContext) -> logging.Logger:
        logs.mkdir(parents=True, exist_ok=True)
        logger = logging.getLogger(f"run-{context.run_id}")
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        if logger.handlers:  # Dagster asks again for each part of a run
            return logger
        handler = logging.FileHandler(path(logs, context.run_id or "none"), encoding="utf-8", delay=True)
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
        return logger

    return to_file
