"""Probabilities and their reasons for everybody known before a moment. Needs numpy and the model's JSON only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.propensity import cohorts
from ml.propensity import features as feature_room
from ml.propensity.additive import AdditiveModel, sigmoid
from ml.propensity.errors import PropensityError
from ml.propensity.evaluation import stability_index
from ml.propensity.features import Features, Floats
from ml.propensity.history import History
from ml.propensity.training import Training


@dataclass(frozen=True)
class Scores:
    """Per entity: probability, and by factor what it adds to the log odds; base plus all factors is the log odds."""

    entity: npt.NDArray[Any]
    probability: Floats
    base: float
    contributions: dict[str, Floats]
    observed: dict[str, npt.NDArray[Any]]

    def drift(self, reference: dict[str, list[float]]) -> dict[str, float]:
        """Population stability index of the probability and of each factor against the training's latest cohort."""
        now = {"probability": self.probability, **self.contributions}
        return {
            name: stability_index(np.asarray(reference[name]), values)
            for name, values in now.items()
            if name in reference
        }


def score(trained: Training, source: History) -> Scores:
    """Score every entity known before `source.as_of`; raises PropensityError when the training abstained."""
    if trained.model is None:
        raise PropensityError(f"the model abstains: {trained.reason}")
    return score_with(trained.model, source, trained.horizon_days)


def score_with(model: AdditiveModel, source: History, horizon_days: float) -> Scores:
    """As `score`, with a model and its horizon."""
    horizon = dt.timedelta(days=horizon_days)
    cohorts.place_examples(source, [source.as_of], horizon)
    built = feature_room.build(source, horizon)
    base, added = model.contributions(built)
    logits = np.full(built.size, base)
    for points in added.values():
        logits = logits + points
    return Scores(built.entity, sigmoid(logits), base, added, {factor: _observed(factor, built) for factor in added})


def _observed(factor: str, built: Features) -> npt.NDArray[Any]:
    """The factor's value in words, null where unknown."""
    if factor in built.numbers:
        values = built.numbers[factor]
        return np.array([None if np.isnan(value) else f"{value:g}" for value in values], dtype=object)
    if factor in built.labels:
        labels = built.labels[factor]
        names = list(labels.names)
        held: list[list[str]] = [[] for _ in range(built.size)]
        for row, code in zip(labels.rows.tolist(), labels.codes.tolist(), strict=True):
            held[row].append(names[code])
        return np.array([", ".join(one[:5]) or None for one in held], dtype=object)
    own = [(detail, values) for (name, detail), values in built.counts.items() if name == factor]
    detail, values = next(((detail, values) for detail, values in own if detail.startswith("in ")), own[0])
    return np.array([None if np.isnan(value) else f"{value:g} {detail}" for value in values], dtype=object)
