"""How a way of fitting would have done: out of time and on families it has never seen, over several cohorts."""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ml.propensity.additive import calibration, sigmoid
from ml.propensity.evaluation import Flags, auc
from ml.propensity.features import Features, Floats
from ml.propensity.learning import LEARNERS, one_thread_each

FOLDS = 2


@dataclass(frozen=True)
class Backtest:
    """Per test example (rows of Features): log odds of a model that knew neither its time nor its family.

    `probability` is calibrated with the cohorts before it only; `slope` and `offset` with all of them.
    `claimed_auc` is the AUC on the examples learnt from: far above that of `probability`, the model has seen too much.
    """

    family: str
    rows: Flags
    logits: Floats
    probability: Floats
    slope: float
    offset: float
    claimed_auc: float


def run(family: str, features: Features, cutoffs: list[dt.datetime], horizon: dt.timedelta) -> Backtest:
    """Fit once per test cohort and fold of families: on earlier cohorts whose horizon had passed, without the fold."""

    def foretold(learnt: Flags) -> Floats:
        return LEARNERS[family](features, learnt).logits(features)

    logits = np.full(features.size, np.nan)
    claimed = []
    parts = list(_parts(features, cutoffs, horizon))
    with one_thread_each() as fits:
        answers = fits.map(foretold, [learnt for learnt, _ in parts])
        for (learnt, tested), every in zip(parts, answers, strict=True):
            logits[tested] = every[tested]
            claimed.append(auc(every[learnt], features.outcome[learnt]))
    tested = ~np.isnan(logits)
    slope, offset = calibration(logits[tested], features.outcome[tested].astype(float))
    return Backtest(
        family=family,
        rows=tested,
        logits=logits,
        probability=_one_after_another(features, logits, sorted(cutoffs)),
        slope=slope,
        offset=offset,
        claimed_auc=float(np.mean(claimed)) if claimed else float("nan"),
    )


def _parts(features: Features, cutoffs: list[dt.datetime], horizon: dt.timedelta) -> Iterator[tuple[Flags, Flags]]:
    """The examples to learn from and those to judge by, for each cohort and fold of which enough is known."""
    fold = family_folds(features)
    for cutoff in sorted(cutoffs):
        now = np.datetime64(cutoff)
        past = features.cutoff <= now - np.timedelta64(int(horizon.total_seconds()), "s")
        for part in range(FOLDS):
            strangers = past & (fold != part)
            learnt = strangers if _is_learnable(features, strangers) else past
            if _is_learnable(features, learnt):
                yield learnt, (features.cutoff == now) & (fold == part)


def family_folds(features: Features) -> Floats:
    """The fold of each example by its family's name: the same in every run."""
    names, places = np.unique(features.family.astype(str), return_inverse=True)
    return np.array([zlib.crc32(name.encode()) % FOLDS for name in names])[places]


def _is_learnable(features: Features, rows: Flags) -> bool:
    outcomes = int(features.outcome[rows].sum())
    return 5 <= outcomes <= int(rows.sum()) - 5


def _one_after_another(features: Features, logits: Floats, cutoffs: list[dt.datetime]) -> Floats:
    probability = np.full(features.size, np.nan)
    for cutoff in cutoffs:
        now = np.datetime64(cutoff)
        tested = (features.cutoff == now) & ~np.isnan(logits)
        before = (features.cutoff < now) & ~np.isnan(logits)
        slope, offset = calibration(logits[before], features.outcome[before].astype(float))
        probability[tested] = sigmoid(slope * logits[tested] + offset)
    return probability
