"""How fairly value and work are spread over reps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Equity:
    """Value per rep: the largest over the smallest, the Gini coefficient (0 = equal), and the largest distance from
    the mean as a share of it. Reps without any value make `max_min_ratio` infinite."""

    max_min_ratio: float
    gini: float
    largest_deviation_ratio: float


def equity(values: Floats) -> Equity:
    """Equity of the reps' total values; with fewer than two reps, or no value at all, everything is equal."""
    total = float(values.sum())
    if values.size < 2 or total <= 0:
        return Equity(1.0, 0.0, 0.0)
    ordered = np.sort(values)
    ranks = np.arange(1, values.size + 1)
    gini = float((2 * ranks - values.size - 1) @ ordered / (values.size * total))
    smallest, mean = float(ordered[0]), total / values.size
    ratio = float(ordered[-1]) / smallest if smallest > 0 else float("inf")
    return Equity(ratio, gini, float(np.abs(values - mean).max() / mean))
