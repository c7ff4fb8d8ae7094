"""What runs of several syncs to one destination, side by side in one process, have promised to leave each other.

The vendor tells what is left of the day's calls, but not what the others are about to make.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import inf
from pathlib import Path

from connections.http import Usage


@dataclass
class Promise:
    """Calls that a run said it would make when its connection had made `before`."""

    usage: Usage
    before: int
    calls: int

    @property
    def left(self) -> int:
        """What of it is still to come, or on its way: counted as made, but not yet told by the vendor."""
        return max(0, self.calls - (self.usage.calls - self.before)) + _ON_THEIR_WAY


# As many calls as a connection makes at once.
_ON_THEIR_WAY = 5
_guard = threading.Lock()
_promises: dict[tuple[str, str], dict[str, Promise]] = {}


def freshest(own: Usage, promises: Iterable[Promise]) -> Usage:
    """The usage of the day as whoever was answered last knows it."""
    told = [promise.usage for promise in promises if promise.usage.daily_remaining is not None]
    return min([own, *told], key=lambda usage: inf if usage.daily_remaining is None else usage.daily_remaining)


@contextmanager
def sharing(warehouse: Path, destination: str) -> Iterator[dict[str, Promise]]:
    """The promises of the runs to a destination by run id, to be read and added to; others wait meanwhile."""
    with _guard:
        yield _promises.setdefault((str(warehouse), destination), {})


def release(warehouse: Path, destination: str, run_id: str) -> None:
    """Forget the promise of a run that has ended."""
    with sharing(warehouse, destination) as promises:
        promises.pop(run_id, None)
