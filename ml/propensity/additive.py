"""Additive models: logit of the probability = base + one term per column. What a term adds is the reason, exactly.

Both kinds of model end in this form (weights of a logistic regression, steps of boosted stumps), so that scoring and
explaining need neither scikit-learn nor a pickle: a model is numbers in JSON.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ml.propensity.encoding import Column, raw_values
from ml.propensity.features import Features, Floats


@dataclass(frozen=True)
class Term:
    """What one column adds to the logit: `weight` times the standardised value, or the step's `points`.

    Steps: points[n] where n edges lie below the value. `unknown` is added where there is no value.
    """

    column: Column
    weight: float = 0.0
    edges: tuple[float, ...] = ()
    points: tuple[float, ...] = ()
    unknown: float = 0.0

    def contribution(self, features: Features) -> Floats:
        """Logit points per example."""
        raw = raw_values(self.column, features)
        if self.points:
            added = np.asarray(self.points)[np.searchsorted(np.asarray(self.edges), raw)]
        else:
            added = self.weight * np.clip((raw - self.column.mean) / self.column.scale, -8.0, 8.0)
        return np.where(np.isnan(raw), self.unknown, added)


@dataclass(frozen=True)
class AdditiveModel:
    """`family` names the way of fitting. Calibration stretches and shifts the logit; it keeps the order."""

    family: str
    base: float
    terms: tuple[Term, ...]
    slope: float = 1.0
    offset: float = 0.0

    def logits(self, features: Features) -> Floats:
        """Uncalibrated log odds per example."""
        total = np.full(features.size, self.base)
        for term in self.terms:
            total += term.contribution(features)
        return total

    def probabilities(self, features: Features) -> Floats:
        """Calibrated probabilities per example, strictly within 0 and 1."""
        return sigmoid(self.slope * self.logits(features) + self.offset)

    def contributions(self, features: Features) -> tuple[float, dict[str, Floats]]:
        """Base and, by factor, what each example gains; base plus all factors is the calibrated log odds."""
        added: dict[str, Floats] = {}
        for term in self.terms:
            points = self.slope * term.contribution(features)
            added[term.column.factor] = added.get(term.column.factor, 0.0) + points
        return self.slope * self.base + self.offset, added

    def calibrated(self, slope: float, offset: float) -> AdditiveModel:
        """The same model with another calibration."""
        return AdditiveModel(self.family, self.base, self.terms, slope, offset)

    def to_json(self) -> dict[str, Any]:
        """Plain values; infinities as text."""
        found = asdict(self)
        for term in found["terms"]:
            term["column"] = {name: _finite(value) for name, value in term["column"].items()}
        return found

    @staticmethod
    def from_json(content: dict[str, Any]) -> AdditiveModel:
        """What to_json wrote."""
        terms = tuple(
            Term(
                Column(**{name: _infinite(value) for name, value in term["column"].items()}),
                term["weight"],
                tuple(term["edges"]),
                tuple(term["points"]),
                term["unknown"],
            )
            for term in content["terms"]
        )
        return AdditiveModel(content["family"], content["base"], terms, content["slope"], content["offset"])


def sigmoid(logits: Floats) -> Floats:
    """1 / (1 + exp(-x)) without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * logits)), dtype=np.float64)


def calibration(logits: Floats, outcome: Floats) -> tuple[float, float]:
    """Slope and offset that make the log odds true on these examples, held near (1, 0) when there are few of them.

    Platt's sigmoid with a normal prior (deviation 0.25 of the slope, 0.5 of the offset); Newton's method.
    """
    center = float(logits.mean()) if logits.size else 0.0
    slope, offset = 1.0, 0.0  # of slope * (x - center) + offset + center
    for _ in range(50):
        rise = logits - center
        rate = sigmoid(slope * rise + offset + center)
        spread = rate * (1 - rate)
        gradient = np.array(
            [np.sum((rate - outcome) * rise) + (slope - 1) / 0.0625, np.sum(rate - outcome) + offset / 0.25]
        )
        mixed = np.sum(spread * rise)
        curvature = np.array([[np.sum(spread * rise**2) + 16, mixed], [mixed, np.sum(spread) + 4]])
        step = np.linalg.solve(curvature, gradient)
        slope, offset = slope - step[0], offset - step[1]
        if np.abs(step).max() < 1e-9:
            break
    slope = max(slope, 0.05)
    return float(slope), float(offset + center - slope * center)


def _finite(value: Any) -> Any:
    return str(value) if isinstance(value, float) and not np.isfinite(value) else value


def _infinite(value: Any) -> Any:
    return float(value) if value in ("inf", "-inf") else value
