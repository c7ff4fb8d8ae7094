"""Balance by moving one group after the other: not the fewest moves, but an answer at once on any machine."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def exchange(value: Floats, rep: Ints, is_fixed: npt.NDArray[np.bool_], rep_count: int, tolerance: float) -> Ints:
    """The rep of each group after moving the group that fits best from the richest rep to the poorest, until all are
    within the tolerance of the mean or nothing helps. Groups without a rep (-1) go to the poorest first.
    """
    after = rep.copy()
    loads = np.bincount(rep[rep >= 0], weights=value[rep >= 0], minlength=rep_count).astype(np.float64)
    for group in sorted(np.flatnonzero(rep < 0), key=lambda one: (-value[one], one)):
        after[group] = loads.argmin()
        loads[after[group]] += value[group]
    mean = loads.sum() / rep_count
    for _ in range(value.size):
        giver, taker = int(loads.argmax()), int(loads.argmin())
        if loads[giver] <= (1 + tolerance) * mean and loads[taker] >= (1 - tolerance) * mean:
            break
        movable = np.flatnonzero((after == giver) & ~is_fixed)
        wanted = min(loads[giver] - mean, mean - loads[taker])
        # A move must bring the two closer together: less than their distance.
        movable = movable[(value[movable] > 0) & (value[movable] < loads[giver] - loads[taker])]
        if not movable.size:
            break
        chosen = movable[np.abs(value[movable] - wanted).argmin()]
        after[chosen] = taker
        loads[giver] -= value[chosen]
        loads[taker] += value[chosen]
    return after
