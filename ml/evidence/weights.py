"""What the deals say about the weights of the ICP: a suggestion with its uncertainty, never applied by itself."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ml.evidence.statistics import Floats, logistic

_Z = 1.959963984540054


def suggest_weights(matches: pd.DataFrame, outcome: pd.Series, floor: int) -> pd.DataFrame:
    """One row per scoring vector, from one model of wins on all vectors together.

    `matches` has one row per deal and one column per vector (1 matches, 0 does not, NaN unknown: no match);
    `outcome` is 1 for won. Columns: vector_id, matching_deals, effect (log odds given the other vectors) with bounds,
    `weight_ratio` (the share of all weight that the effects suggest) with bounds. Effects are shrunk towards their
    spread's size (empirical Bayes), so that a vector seen in few deals does not get a large weight by luck; one whose
    effect is negative gets 0.
    """
    names = [str(name) for name in matches.columns]
    design = np.nan_to_num(matches.to_numpy(float))
    counts = design.sum(axis=0)
    is_judged = (counts >= floor) & (counts <= len(matches) - floor)
    effect, error = np.full(len(names), np.nan), np.full(len(names), np.nan)
    if is_judged.any():
        fit = logistic(np.column_stack([np.ones(len(matches)), design[:, is_judged]]), outcome.to_numpy(float))
        effect[is_judged] = fit.coefficients[1:]
        error[is_judged] = np.sqrt(np.diag(fit.covariance))[1:]
    shrunk = effect * _trust(effect, error)
    total = np.nansum(np.maximum(shrunk, 0)) or np.nan
    return pd.DataFrame(
        {
            "vector_id": names,
            "matching_deals": counts.astype(int),
            "effect": effect,
            "effect_low": effect - _Z * error,
            "effect_high": effect + _Z * error,
            "weight_ratio": np.maximum(shrunk, 0) / total,
            "weight_ratio_low": np.maximum(effect - _Z * error, 0) / total,
            "weight_ratio_high": np.maximum(effect + _Z * error, 0) / total,
        }
    )


def _trust(effect: Floats, error: Floats) -> Floats:
    """How much of each effect is kept: its variance between vectors over that plus its own error's."""
    known = ~np.isnan(effect)
    if not known.any():
        return np.ones(effect.shape)
    between = max(float(np.mean(effect[known] ** 2 - error[known] ** 2)), 1e-6)
    trust: Floats = between / (between + error**2)
    return trust
