"""How long to wait before a request is repeated: exponential back-off with full jitter, or what the server asks for."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class RetryPolicy:
    """Bounds of repeating one request: number of tries, and seconds of waiting in all."""

    attempts: int = 6
    base_seconds: float = 0.5
    cap_seconds: float = 60.0
    total_seconds: float = 300.0
    # A name that does not resolve or a closed port is rarely cured by waiting, and a person is looking at the prompt.
    connect_attempts: int = 3

    def delay(self, attempt: int, retry_after: float | None, chance: float) -> float:
        """Seconds to wait after try `attempt` (1 = the first); `chance` in 0..1 is the jitter.

        Full jitter spreads clients that failed together (AWS, "Exponential Backoff and Jitter"). A server's own
        Retry-After is a minimum: a little is added to it, never taken off.
        """
        ceiling = min(self.cap_seconds, self.base_seconds * 2.0 ** (attempt - 1))
        if retry_after is None:
            return float(chance * ceiling)
        return float(retry_after + chance * self.base_seconds)


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for, given as seconds or as an HTTP date (RFC 9110, 10.2.3); else None."""
    if header is None or not header.strip():
        return None
    try:
        return max(0.0, float(header))
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def jitter() -> float:
    """A number in 0..1 that spreads clients; nothing secret depends on it."""
    return random.random()  # noqa: S311 - spreads retries, no secret
