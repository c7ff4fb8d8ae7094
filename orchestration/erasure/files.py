"""Lines of received and imported files that speak of somebody: the inbox is what the next load would read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from orchestration.whole_files import replacing

_SUFFIXES = frozenset({".ndjson", ".json", ".csv", ".tsv", ".txt"})


def sweep(home: Path, mentions: str, *, is_rehearsal: bool) -> dict[Path, int]:
    """Drop the lines of inbox files that match; returns how many by file. A workbook cannot be edited: see `closed`."""
    pattern = re.compile(mentions.encode(), re.IGNORECASE)
    found: dict[Path, int] = {}
    for path in _files(home, _SUFFIXES):
        kept, dropped = bytearray(), 0
        with path.open("rb") as file:
            for line in file:
                if pattern.search(line):
                    dropped += 1
                else:
                    kept += line
        if not dropped:
            continue
        found[path] = dropped
        if not is_rehearsal:
            with replacing(path) as fresh:
                fresh.write_bytes(kept)
                os.utime(fresh, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
    return found


def closed(home: Path) -> list[Path]:
    """Files of the inbox that only a person can look through: workbooks and archives."""
    return [path for path in _files(home, None) if path.suffix.lower() not in _SUFFIXES]


def _files(home: Path, suffixes: frozenset[str] | None) -> Iterator[Path]:
    for path in sorted((home / "inbox").rglob("*")):
        if path.is_file() and (suffixes is None or path.suffix.lower() in suffixes):
            yield path
