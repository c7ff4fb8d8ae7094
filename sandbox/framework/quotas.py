"""Budgets that vendors enforce: so many calls a day, so many in a window, so many at once."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

from sandbox.framework.clock import Clock


class DailyQuota:
    """A budget that starts anew each day of the sandbox's clock."""

    def __init__(self, clock: Clock, limit: int) -> None:
        self.limit = limit
        self._clock = clock
        self._day: date | None = None
        self._used = 0
        self._lock = threading.Lock()

    def _roll(self) -> None:
        today = self._clock.now().date()
        if today != self._day:
            self._day, self._used = today, 0

    @property
    def used(self) -> int:
        """Return what today has used."""
        with self._lock:
            self._roll()
            return self._used

    @property
    def remaining(self) -> int:
        """Return what today has left, never below zero."""
        return max(0, self.limit - self.used)

    def spend(self, units: int = 1) -> bool:
        """Take units from today's budget; False (and nothing taken) when they exceed it."""
        with self._lock:
            self._roll()
            if self._used + units > self.limit:
                return False
            self._used += units
            return True

    def refund(self, units: int = 1) -> None:
        """Give units back."""
        with self._lock:
            self._used = max(0, self._used - units)

    def reset(self) -> None:
        """Forget today's use."""
        with self._lock:
            self._used = 0


class Rate:
    """At most `calls` in any `seconds` of real time, and `concurrent` at once."""

    def __init__(self, calls: int, seconds: float, concurrent: int) -> None:
        self.calls, self.seconds, self.concurrent = calls, seconds, concurrent
        self._recent: deque[float] = deque()
        self._running = 0
        self._lock = threading.Lock()

    def admit(self) -> bool:
        """Count a call; False (and not counted) when the window is full."""
        with self._lock:
            now = time.monotonic()
            while self._recent and self._recent[0] <= now - self.seconds:
                self._recent.popleft()
            if len(self._recent) >= self.calls:
                return False
            self._recent.append(now)
            return True

    @property
    def left(self) -> int:
        """Return how many more calls the running window takes."""
        with self._lock:
            started = time.monotonic() - self.seconds
            return max(0, self.calls - sum(at > started for at in self._recent))

    def refund(self) -> None:
        """Take back the last admission."""
        with self._lock:
            if self._recent:
                self._recent.pop()

    def clear(self) -> None:
        """Forget the calls of the running window."""
        with self._lock:
            self._recent.clear()

    @contextmanager
    def slot(self) -> Iterator[bool]:
        """Hold one of the concurrent places; yields False when none is free."""
        with self._lock:
            free = self._running < self.concurrent
            self._running += free
        try:
            yield free
        finally:
            with self._lock:
                self._running -= free
