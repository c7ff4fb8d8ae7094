"""Syncs run side by side in one process, on connections of their own; what they share is defined one at a time."""

from __future__ import annotations

import threading
from collections import defaultdict
from pathlib import Path

_guard = threading.Lock()
_locks: dict[tuple[str, str], threading.Lock] = defaultdict(threading.Lock)


def writing(warehouse: Path, sync: str) -> threading.Lock:
    """Held by the one run of a sync; other processes are kept out by the warehouse's own lock."""
    return _lock(str(warehouse), f"sync {sync}")


def defining(warehouse: Path) -> threading.Lock:
    """Held while what all syncs share is defined or replaced: two changes of it at once are a conflict."""
    return _lock(str(warehouse), "")


def _lock(warehouse: str, name: str) -> threading.Lock:
    with _guard:
        return _locks[warehouse, name]
