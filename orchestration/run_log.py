"""The full log of each run, one file per run in MARKETMAP_HOME/logs; the terminal shows only what a person needs."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from pathlib import Path

import dagster as dg

from connections.wording import scrubbed

FILE = "file"
_LONGEST = 4000


def path(logs: Path, run_id: str) -> Path:
    """The log of one run."""
    return logs / f"run-{run_id}.log"


class JsonLines(logging.Formatter):
    """One JSON object a line, for collectors of logs: field names are those of OpenTelemetry's log data model.

    A message is masked as alerts are: a collector has more readers than the machine has.
    """

    def format(self, record: logging.LogRecord) -> str:  # noqa: D102
        dagster = getattr(record, "dagster_meta", None) or {}
        attributes = {
            "logger": record.name,
            "run_id": dagster.get("run_id"),
            "job": dagster.get("job_name"),
            "step": dagster.get("step_key"),
        }
        line = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "severity_text": record.levelname,
            "body": scrubbed(record.getMessage(), longest=_LONGEST),
            "resource": {"service.name": "marketmap"},
            "attributes": {name: value for name, value in attributes.items() if value},
        }
        return json.dumps(line, ensure_ascii=False)


def file_logger(logs: Path, *, is_json: bool = False) -> dg.LoggerDefinition:
    """A Dagster logger that writes everything to the run's file: text with tracebacks, or JSON lines."""

    @dg.logger(config_schema={}, description="Everything that happens in a run, in MARKETMAP_HOME/logs.")
    def to_file(context: dg.InitLoggerContext) -> logging.Logger:
        logs.mkdir(parents=True, exist_ok=True)
        logger = logging.getLogger(f"run-{context.run_id}")
        logger.setLevel(logging.DEBUG)
        logger.propagate = False
        if logger.handlers:  # Dagster asks again for each part of a run
            return logger
        handler = logging.FileHandler(path(logs, context.run_id or "none"), encoding="utf-8", delay=True)
        text = logging.Formatter("%(asctime)s %(levelname)s %(message)s")
        handler.setFormatter(JsonLines() if is_json else text)
        logger.addHandler(handler)
        return logger

    return to_file
