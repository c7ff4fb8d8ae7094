"""One run at a time per MARKETMAP_HOME: DuckDB has one writer, and two runs would race for the same CRM fields.

The lock is the operating system's (flock): it ends with the process that holds it, however that process ends.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from orchestration.errors import RunActive

_FILE = "run.lock"
_INTERRUPTED = "run.interrupted"
_LOOK_SECONDS = 0.5
_held: dict[Path, int] = {}  # this process's own holds: the command line takes the lock, then Dagster's resource does


@contextmanager
def hold(home: Path, *, patience_seconds: float = 0) -> Iterator[None]:
    """Hold the lock of `home` for the block; a process may hold it several times over.

    Waits `patience_seconds` for another process to end, then raises RunActive.
    """
    if _held.get(home):
        _held[home] += 1
        try:
            yield
        finally:
            _held[home] -= 1
        return
    home.mkdir(parents=True, exist_ok=True)
    with (home / _FILE).open("a+", encoding="utf-8") as file:
        _take(file, home, time.monotonic() + patience_seconds)
        _held[home] = 1
        try:
            yield
        finally:
            file.truncate(0)
            del _held[home]


def take_interrupted(home: Path) -> str | None:
    """Who held the lock and ended without giving it back, as `holder` names them, told once; else None."""
    mark = home / _INTERRUPTED
    if not mark.exists():
        return None
    named = mark.read_text(encoding="utf-8")
    mark.unlink()
    return named


def holder(home: Path) -> str | None:
    """Who holds the lock now, as `process 123 since 2026-11-22 02:00 UTC`; None when nobody does."""
    path = home / _FILE
    if not path.exists():
        return None
    with path.open("r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _named(file)
    return None


def _take(file: IO[str], home: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise RunActive(
                    f"Another run works on {home} ({_named(file)}). Wait for it to end, or use another MARKETMAP_HOME."
                ) from None
            time.sleep(_LOOK_SECONDS)
    if file.seek(0, os.SEEK_END):  # who leaves in good order takes the mark along
        (home / _INTERRUPTED).write_text(_named(file), encoding="utf-8")
    file.truncate(0)
    # On a full disk: nobody reads who holds the lock, and the run itself says what it lacks.
    with suppress(OSError):
        mark = {"process": os.getpid(), "since": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"}
        os.write(file.fileno(), json.dumps(mark).encode())


def _named(file: IO[str]) -> str:
    file.seek(0)
    try:
        mark = json.load(file)
    except ValueError:  # the holder has the lock and has not written its name yet
        return "just started"
    return f"process {mark['process']} since {mark['since']}"
