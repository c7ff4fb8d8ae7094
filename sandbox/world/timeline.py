"""The 30 months a world covers, in seconds and weeks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from sandbox.world.columns import DAY, Ints
from sandbox.world.geography import utc_offsets

MONTHS = 30
WEEK = 7 * DAY
# When people act, by local hour: a working day with a lunch dip and some night owls.
_HOURS = np.array([1, 1, 1, 1, 1, 2, 4, 10, 40, 70, 80, 75, 45, 55, 75, 72, 60, 35, 15, 10, 8, 6, 4, 2], dtype=float)
_HOUR_EDGES = np.cumsum(_HOURS) / _HOURS.sum()


@dataclass(frozen=True)
class Timeline:
    """Bounds in seconds since 1970 UTC; nothing happens at or after `end` (midnight after `as_of`)."""

    as_of: dt.date
    start: int
    end: int
    first_monday: int
    weeks: int

    def week_of(self, seconds: Ints) -> Ints:
        """The week's number for each time, clipped to the history."""
        return ((seconds - self.first_monday) // WEEK).clip(0, self.weeks - 1)


def timeline(as_of: dt.date) -> Timeline:
    """The history that ends with `as_of`: 30 months of 30.44 days, in weeks that begin on Monday."""
    end = int((as_of - dt.date(1970, 1, 1)).days + 1) * DAY
    start = end - int(MONTHS * 30.44) * DAY
    first_monday = (start // DAY - (start // DAY + 3) % 7) * DAY
    return Timeline(as_of, start, end, first_monday, -(-(end - first_monday) // WEEK))


def working_times(days: Ints, countries: Ints, rng: np.random.Generator, shift_weekends: bool = True) -> Ints:
    """A second of activity on each given day (any second of it), in the country's office hours, UTC."""
    day = days // DAY
    if shift_weekends:
        weekday = (day + 3) % 7
        move = (weekday >= 5) & (rng.random(days.size) < 0.85)
        day = np.where(move, day - weekday + rng.integers(0, 5, days.size), day)
    hour = np.searchsorted(_HOUR_EDGES, rng.random(days.size), side="right")
    seconds = day * DAY + hour * 3600 + rng.integers(0, 3600, days.size)
    return seconds - utc_offsets()[countries] * 3600
