"""The statistics behind evidence: intervals for shares, many tests at once, logistic regression and its score test."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

Floats = npt.NDArray[np.float64]

_Z = 1.959963984540054  # 95%
_RIDGE = 1e-6  # keeps columns that repeat each other solvable


def wilson(successes: Floats, trials: Floats) -> tuple[Floats, Floats]:
    """Bounds of the 95% Wilson interval of each share; NaN without trials.

    Wilson (1927): never outside 0..1, and honest where the plain interval is not (few cases, shares near 0 or 1).
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        share = successes / trials
        middle = share + _Z**2 / (2 * trials)
        spread = _Z * np.sqrt(share * (1 - share) / trials + _Z**2 / (4 * trials**2))
        scale = 1 + _Z**2 / trials
        return (middle - spread) / scale, (middle + spread) / scale


def adjusted(p_values: Floats) -> Floats:
    """Benjamini-Hochberg q-values: those at most 0.05 hold 5% false ones on average. NaN stays NaN and is no test."""
    q_values = np.full(p_values.shape, np.nan)
    tested = np.flatnonzero(~np.isnan(p_values))
    if tested.size:
        order = tested[np.argsort(p_values[tested], kind="stable")]
        raw = p_values[order] * tested.size / np.arange(1, tested.size + 1)
        q_values[order] = np.minimum.accumulate(raw[::-1])[::-1].clip(max=1.0)
    return q_values


def segment_p_values(won: Floats, closed: Floats, all_won: int, all_closed: int) -> Floats:
    """Two-sided exact test (Fisher) of each segment's wins against all other deals; 1.0 where there are none."""
    values = np.ones(won.shape)
    for place, (wins, deals) in enumerate(zip(won, closed, strict=True)):
        others_won, others = all_won - wins, all_closed - deals
        if deals and others:
            table = [[wins, deals - wins], [others_won, others - others_won]]
            values[place] = float(stats.fisher_exact(table).pvalue)
    return values


@dataclass(frozen=True)
class Fit:
    """A logistic regression: coefficients with their covariance, and the fitted probabilities."""

    design: Floats
    coefficients: Floats
    covariance: Floats
    probability: Floats


def logistic(design: Floats, outcome: Floats) -> Fit:
    """Maximum likelihood by Newton's method with a ridge of 1e-6; `design` holds the intercept."""
    coefficients: Floats = np.zeros(design.shape[1])
    ridge = _RIDGE * np.eye(design.shape[1])
    information = ridge
    probability: Floats = np.full(outcome.shape, outcome.mean(), dtype=np.float64)
    for _ in range(50):
        probability = 1 / (1 + np.exp(-np.clip(design @ coefficients, -30, 30)))
        weight = probability * (1 - probability)
        information = (design * weight[:, None]).T @ design + ridge
        step = np.linalg.solve(information, design.T @ (outcome - probability) - ridge @ coefficients)
        coefficients = coefficients + np.clip(step, -4, 4)
        if np.abs(step).max() < 1e-8:
            break
    return Fit(design, coefficients, np.linalg.inv(information).astype(np.float64), probability)


def score_test(fit: Fit, outcome: Floats, block: Floats) -> tuple[float, float]:
    """Rao's test that `block` adds nothing to `fit`: the statistic and its p-value.

    Needs no second fit, and stays finite where a level never wins.
    """
    weight = fit.probability * (1 - fit.probability)
    gradient = block.T @ (outcome - fit.probability)
    crossed = (block * weight[:, None]).T @ fit.design
    variance = (block * weight[:, None]).T @ block - crossed @ fit.covariance @ crossed.T
    values, vectors = np.linalg.eigh((variance + variance.T) / 2)
    kept = values > 1e-8 * max(1.0, float(values.max(initial=0.0)))
    if not kept.any():
        return 0.0, 1.0
    statistic = float((((vectors[:, kept].T @ gradient) ** 2) / values[kept]).sum())
    return statistic, float(stats.chi2.sf(statistic, int(kept.sum())))
