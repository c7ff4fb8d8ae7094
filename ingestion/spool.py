"""What was received and not landed yet: newline-delimited JSON in files, whole lines only, on disk before we answer.

A file is written by one process under a lock as `<name>.open` and becomes `<name>.ndjson` when it is closed. A process
that died leaves its lock, by which the reader knows that the file is finished; half a last line was never acknowledged
and is cut off.
"""

from __future__ import annotations

import fcntl
import json
import os
import threading
import time
import uuid
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

_LONGEST_BYTES = 64 << 20
_LONGEST_SECONDS = 5.0
_OPEN, _CLOSED = ".open", ".ndjson"


class Spool:
    """Appends records of one stream; safe among threads and processes."""

    def __init__(self, folder: Path, *, longest_seconds: float = _LONGEST_SECONDS) -> None:
        self.folder = folder
        self._longest_seconds = longest_seconds
        self._lock = threading.Lock()
        self._writing: _Writing | None = None

    def append(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Write records and return when they are on disk; raises OSError if they are not."""
        lines = [json.dumps(record, ensure_ascii=False, separators=(",", ":")) for record in records]
        if not lines:
            return
        with self._lock:
            self._close_if_due()
            if self._writing is None:
                self._writing = _Writing(self.folder)
            self._writing.append(("\n".join(lines) + "\n").encode())

    def rotate(self) -> None:
        """Close the file if it is old or large enough, so that its records can be landed."""
        with self._lock:
            self._close_if_due()

    def close(self) -> None:
        """Close the file."""
        self._longest_seconds = 0.0
        self.rotate()

    def _close_if_due(self) -> None:
        writing = self._writing
        if writing is not None and (writing.size >= _LONGEST_BYTES or writing.seconds >= self._longest_seconds):
            writing.close()
            self._writing = None


class _Writing:
    """A file being written, locked as long as its process lives."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._place = folder / f"{time.time_ns()}-{uuid.uuid4().hex[:8]}{_OPEN}"
        self._file = self._place.open("ab")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._opened = time.monotonic()

    @property
    def size(self) -> int:
        return self._file.tell()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._opened

    def append(self, content: bytes) -> None:
        self._file.write(content)
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        self._place.rename(self._place.with_suffix(_CLOSED))
        self._file.close()


def finished_files(folder: Path) -> list[Path]:
    """The files of a stream that nobody writes any more, oldest first."""
    for place in sorted(folder.glob(f"*{_OPEN}")):
        with place.open("r+b") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # its writer lives
            _cut_half_line(file)
            place.rename(place.with_suffix(_CLOSED))
    return sorted(folder.glob(f"*{_CLOSED}"))


def _cut_half_line(file: IO[bytes]) -> None:
    end = file.seek(0, os.SEEK_END)
    while end:
        start = max(0, end - (1 << 16))
        file.seek(start)
        newline = file.read(end - start).rfind(b"\n")
        if newline >= 0:
            file.truncate(start + newline + 1)
            return
        end = start
    file.truncate(0)
