"""When a model may speak: enough history, better than chance, no sign of a leak, no worse than the one before it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ml.propensity.backtest import Backtest
from ml.propensity.evaluation import Metrics, log_losses
from ml.propensity.features import Features, Floats

LEAK_DROP = 0.1  # AUC lost between the examples learnt from and those out of time; beyond what chance explains
TOO_GOOD = 0.97


@dataclass(frozen=True)
class Gates:
    """Least history: distinct outcomes and examples without one (vendors ask for 40 to 120 of each), test cohorts."""

    minimum_outcomes: int = 100
    minimum_others: int = 100
    minimum_cohorts: int = 1

    def of_history(self, outcomes: int, others: int, cohorts: int) -> str | None:
        """Why there is too little to learn from, None when there is enough."""
        if outcomes < self.minimum_outcomes:
            return f"{outcomes} outcomes in the history; {self.minimum_outcomes} are needed"
        if others < self.minimum_others and not cohorts:
            return (
                "the history is too short for this horizon: at no time was all of it still to come, with a past before"
            )
        if others < self.minimum_others:
            return f"{others} examples without an outcome; {self.minimum_others} are needed"
        if cohorts < self.minimum_cohorts:
            return f"{cohorts} out-of-time cohorts; {self.minimum_cohorts} are needed: the history is too short"
        return None


def of_quality(metrics: Metrics, claimed_auc: float) -> str | None:
    """Why a model must not be used although there was enough history."""
    if not metrics.auc.low > 0.5:
        return f"no better than chance out of time: AUC {metrics.auc.value:.3f} ({metrics.auc.low:.3f} at the least)"
    if claimed_auc - metrics.auc.value > LEAK_DROP and claimed_auc > metrics.auc.high:
        return (
            f"AUC falls from {claimed_auc:.3f} on what it has learnt from to {metrics.auc.value:.3f} out of time:"
            " a feature knows what came later, or the model has learnt by heart"
        )
    if not metrics.brier_skill.value > 0:
        return f"Brier skill {metrics.brier_skill.value:.4f}: the base rate alone is a better probability"
    return None


def warnings(metrics: Metrics) -> list[str]:
    """What a reader of the card should know although the model passes."""
    found = []
    if metrics.auc.value > TOO_GOOD:
        found.append(f"AUC {metrics.auc.value:.3f} is too good to be true: look for attributes that follow the outcome")
    if not metrics.is_monotone:
        found.append("conversion does not fall from band to band")
    return found


def of_promotion(challenger: Backtest, incumbent: Floats, features: Features) -> str | None:
    """Why a new model does not replace the one in use: on the latest cohort its log loss is two errors higher."""
    rows = challenger.rows & (features.cutoff == features.cutoff[challenger.rows].max())
    outcome = features.outcome[rows]
    loss = log_losses(challenger.probability[rows], outcome) - log_losses(incumbent[rows], outcome)
    if loss.mean() > 2 * loss.std() / np.sqrt(max(loss.size, 1)):
        return f"the model in use is better on the latest cohort (log loss lower by {loss.mean():.4f})"
    return None


def is_better(challenger: Backtest, champion: Backtest, features: Features) -> bool:
    """Whether the challenger's log loss is lower on the same examples by more than one standard error."""
    rows = challenger.rows & champion.rows
    outcome = features.outcome[rows]
    gain = log_losses(champion.probability[rows], outcome) - log_losses(challenger.probability[rows], outcome)
    return bool(gain.mean() > gain.std() / np.sqrt(max(gain.size, 1)))
