"""Keeps our calls under a vendor's rate: at most `calls` in any window of `seconds`, at most `concurrent` at once."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Rate:
    """A vendor's rate limit as we choose to use it; `calls` None = no limit per window."""

    calls: int | None = None
    seconds: float = 1.0
    concurrent: int = 5


class Throttle:
    """Thread-safe sliding window; `wait` blocks until a call may start. `rate` may change its calls on the way."""

    def __init__(
        self, rate: Rate, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.rate = rate
        self._clock = clock
        self._sleep = sleep
        self._starts: deque[float] = deque()
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(rate.concurrent)

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Hold one of the concurrent slots."""
        with self._slots:
            yield

    def wait(self) -> None:
        """Return when one more call fits into the window, and count it."""
        if self.rate.calls is None:
            return
        while (pause := self._claim(self.rate.calls)) > 0:
            self._sleep(pause)

    def _claim(self, calls: int) -> float:
        """Take a place in the window (0.0), or say how many seconds until the oldest call leaves it."""
        with self._lock:
            now = self._clock()
            while self._starts and self._starts[0] <= now - self.rate.seconds:
                self._starts.popleft()
            if len(self._starts) < calls:
                self._starts.append(now)
                return 0.0
            return max(self._starts[0] + self.rate.seconds - now, 0.001)
