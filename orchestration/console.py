"""What a person sees while the product works: one line per finished piece of work, a moving line for the present one.

Work is told through the logger `marketmap`: INFO is a finished piece, DEBUG the present one, WARNING something to look
at. Dagster records the same messages with the run.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape

ROOT = "marketmap"
PARTS = ("preflight", "ingestion", "dbt", "identity", "checks", "publication", "sync", "alerts")


def stdout() -> Console:
    """Where answers go; as wide as the terminal, or as the answer itself when nobody watches."""
    return Console(highlight=False) if sys.stdout.isatty() else Console(highlight=False, width=120, soft_wrap=True)


def stderr() -> Console:
    """Where progress and errors go, so that `> file` and pipes hold answers only."""
    return Console(stderr=True, highlight=False, soft_wrap=True)


class _Narrator(logging.Handler):
    """Prints finished work; on a terminal the present work moves in the last line."""

    def __init__(self, console: Console) -> None:
        super().__init__(logging.DEBUG)
        self._console = console
        self._started = time.monotonic()
        self._status = console.status("starting", spinner="dots") if console.is_terminal else None

    def start(self) -> None:
        if self._status is not None:
            self._status.start()

    def stop(self) -> None:
        if self._status is not None:
            self._status.stop()

    def emit(self, record: logging.LogRecord) -> None:
        # Dagster's own handler rewrites the message with run id and step; it keeps ours beside it.
        meta = getattr(record, "dagster_meta", {})
        text = escape(str(meta.get("orig_message") or record.getMessage()))
        if record.levelno < logging.INFO:
            # Present work is for the terminal only: Dagster's handler leaves alone what bears its mark.
            record.dagster_meta = {"orig_message": text}
            if self._status is not None:
                self._status.update(text)
            return
        seconds = time.monotonic() - self._started
        mark = "[yellow]![/]" if record.levelno >= logging.WARNING else "[green]✓[/]"
        self._console.print(f"[dim]{seconds:6.1f} s[/] {mark} {text}")


@contextmanager
def narrated(logs: Path) -> Iterator[None]:
    """Show the product's work on stderr while the block runs; what libraries log and print goes to `output.log`."""
    console = stderr()
    logger = logging.getLogger(ROOT)
    narrator = _Narrator(console)
    logger.addHandler(narrator)
    logger.propagate = False
    for part in PARTS:  # not the root of them: Dagster sets its level for each run
        logging.getLogger(f"{ROOT}.{part}").setLevel(logging.DEBUG)
    logs.mkdir(parents=True, exist_ok=True)
    output = logs / "output.log"
    others = logging.FileHandler(output, encoding="utf-8", delay=True)
    logging.getLogger().addHandler(others)
    narrator.start()
    try:
        with _stdout_to(output):
            yield
    finally:
        narrator.stop()
        logger.removeHandler(narrator)
        logging.getLogger().removeHandler(others)
        others.close()


@contextmanager
def _stdout_to(path: Path) -> Iterator[None]:
    """Libraries written in C (DuckDB's progress bar) print on the file descriptor, so that is what is redirected."""
    sys.stdout.flush()
    kept = os.dup(1)
    try:
        with path.open("ab") as file:
            os.dup2(file.fileno(), 1)
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
