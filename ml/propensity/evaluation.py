"""Metrics of probabilities against what happened; pure. Intervals are bootstrap (95%), Wilson for rates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

import numpy as np
import numpy.typing as npt

from ml.propensity.features import Floats

Flags = npt.NDArray[np.bool_]
_RESAMPLES = 100
_BANDS = 5


@dataclass(frozen=True)
class Metric:
    """A value with its interval; NaN where it cannot be said."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Band:
    """A fifth (or tenth) of the examples by probability, 1 the highest."""

    band: int
    examples: int
    outcomes: int
    mean_probability: float
    rate: float
    low: float
    high: float


@dataclass(frozen=True)
class Metrics:
    """`top20_share`: outcomes held by the highest fifth. `band_ratio`: rate of the highest fifth over the lowest's."""

    examples: int
    outcomes: int
    auc: Metric
    pr_auc: Metric
    brier: float
    brier_skill: Metric
    ece: float
    top20_share: Metric
    band_ratio: float
    bands: tuple[Band, ...]
    deciles: tuple[Band, ...]
    is_monotone: bool


def evaluate(probability: Floats, outcome: Flags, resamples: int = _RESAMPLES) -> Metrics:
    """Every metric of a set of examples with outcomes of both kinds; `resamples` make the bootstrap intervals."""
    rng = np.random.default_rng(0)
    draws = [rng.integers(0, outcome.size, outcome.size) for _ in range(resamples)]
    fifths = bands(probability, outcome, _BANDS)
    top, bottom = fifths[0], fifths[-1]
    # Laplace's rule keeps the ratio finite where nobody of the lowest fifth converted.
    ratio = top.rate / max(bottom.rate, 0.5 / max(bottom.examples, 1))
    return Metrics(
        examples=outcome.size,
        outcomes=int(outcome.sum()),
        auc=_with_interval(auc, probability, outcome, draws),
        pr_auc=_with_interval(average_precision, probability, outcome, draws[:20]),
        brier=brier(probability, outcome),
        brier_skill=_with_interval(brier_skill, probability, outcome, draws),
        ece=calibration_error(probability, outcome),
        top20_share=_with_interval(top_share, probability, outcome, draws),
        band_ratio=ratio,
        bands=fifths,
        deciles=bands(probability, outcome, 10),
        is_monotone=all(higher.high >= lower.low for higher, lower in pairwise(fifths)),
    )


def _with_interval(
    function: Callable[[Floats, Flags], float],
    probability: Floats,
    outcome: Flags,
    draws: list[npt.NDArray[np.int64]],
) -> Metric:
    values = np.array([function(probability[rows], outcome[rows]) for rows in draws])
    values = values[~np.isnan(values)]
    low, high = np.quantile(values, [0.025, 0.975]) if values.size else (np.nan, np.nan)
    return Metric(float(function(probability, outcome)), float(low), float(high))


def auc(probability: Floats, outcome: Flags) -> float:
    """Chance that an outcome stands above a non-outcome, ties counted half; NaN with one kind only."""
    positives = int(outcome.sum())
    if positives in (0, outcome.size):
        return float("nan")
    _, code, counts = np.unique(probability, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[code]
    return float((ranks[outcome].sum() - positives * (positives + 1) / 2) / (positives * (outcome.size - positives)))


def average_precision(probability: Floats, outcome: Flags) -> float:
    """Area under precision and recall, as the sum over outcomes of the precision at their rank."""
    order = np.argsort(-probability, kind="stable")
    hits = outcome[order]
    if not hits.any():
        return float("nan")
    precision = np.cumsum(hits) / np.arange(1, hits.size + 1)
    return float(precision[hits].mean())


def brier(probability: Floats, outcome: Flags) -> float:
    """Mean squared error of the probability."""
    return float(np.mean((probability - outcome) ** 2))


def brier_skill(probability: Floats, outcome: Flags) -> float:
    """1 - Brier score over that of the base rate; above 0 is better than saying the same for everybody."""
    rate = float(outcome.mean())
    return 1 - brier(probability, outcome) / (rate * (1 - rate)) if 0 < rate < 1 else float("nan")


def calibration_error(probability: Floats, outcome: Flags, groups: int = 10) -> float:
    """Expected calibration error over groups of equal size."""
    return sum(
        band.examples * abs(band.mean_probability - band.rate) for band in bands(probability, outcome, groups)
    ) / max(outcome.size, 1)


def top_share(probability: Floats, outcome: Flags, share: float = 0.2) -> float:
    """Share of the outcomes that the highest `share` of the examples hold."""
    if not outcome.any():
        return float("nan")
    order = np.argsort(-probability, kind="stable")
    return float(outcome[order[: max(1, round(share * outcome.size))]].sum() / outcome.sum())


def bands(probability: Floats, outcome: Flags, groups: int) -> tuple[Band, ...]:
    """Groups of equal size, highest probability first."""
    order = np.argsort(-probability, kind="stable")
    found = []
    for place, rows in enumerate(np.array_split(order, groups)):
        hits = int(outcome[rows].sum())
        low, high = wilson(hits, rows.size)
        mean = float(probability[rows].mean()) if rows.size else float("nan")
        found.append(Band(place + 1, rows.size, hits, mean, hits / max(rows.size, 1), low, high))
    return tuple(found)


def wilson(successes: int, trials: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's interval of a rate."""
    if trials == 0:
        return 0.0, 1.0
    rate = successes / trials
    middle = (rate + z * z / (2 * trials)) / (1 + z * z / trials)
    half = z * sqrt(rate * (1 - rate) / trials + z * z / (4 * trials * trials)) / (1 + z * z / trials)
    return max(0.0, middle - half), min(1.0, middle + half)


def log_losses(probability: Floats, outcome: Flags) -> Floats:
    """Negative log likelihood per example."""
    held = np.clip(probability, 1e-6, 1 - 1e-6)
    return np.asarray(-np.where(outcome, np.log(held), np.log(1 - held)), dtype=np.float64)


def stability_index(expected: Floats, actual: Floats, groups: int = 10) -> float:
    """Population stability index of two samples; below 0.1 steady, above 0.25 another population. NaN when empty."""
    expected, actual = expected[~np.isnan(expected)], actual[~np.isnan(actual)]
    if not expected.size or not actual.size:
        return float("nan")
    edges = np.unique(np.quantile(expected, np.linspace(0, 1, groups + 1)[1:-1]))
    before = np.bincount(np.searchsorted(edges, expected), minlength=edges.size + 1) + 0.5
    after = np.bincount(np.searchsorted(edges, actual), minlength=edges.size + 1) + 0.5
    before, after = before / before.sum(), after / after.sum()
    return float(np.sum((after - before) * np.log(after / before)))
