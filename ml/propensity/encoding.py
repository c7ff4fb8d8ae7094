"""Features as a matrix: fitted on the examples that are learnt from, applied to all others.

What is unknown takes the mean of the examples: it moves no score. That a value is missing says often enough that
somebody filled it in after a win, and is therefore not told to the model.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from ml.propensity.features import Features, Floats, Labels

_BINS = 5
_LEAST_SHARE = 0.005
_LEAST_ROWS = 15
_MOST_LABELS = 12
_IDENTIFYING = 0.5  # distinct labels per row from which a column names the entity rather than describes it


@dataclass(frozen=True)
class Column:
    """One column of the matrix. `kind`: count (log), number (scaled), bin (low < x <= high) or label (is it there)."""

    factor: str
    detail: str
    kind: str
    low: float = 0.0
    high: float = 0.0
    mean: float = 0.0
    scale: float = 1.0


@dataclass(frozen=True)
class Encoding:
    """Columns in order; `transform` gives the standardised matrix."""

    columns: tuple[Column, ...]

    def transform(self, features: Features) -> Floats:
        """One row per example, one column per Column, mean 0 and deviation 1 over the examples it was fitted on."""
        matrix = np.empty((features.size, len(self.columns)))
        for place, column in enumerate(self.columns):
            raw = raw_values(column, features)
            scaled = (raw - column.mean) / column.scale
            matrix[:, place] = np.clip(np.where(np.isnan(scaled), 0.0, scaled), -8.0, 8.0)
        return matrix

    @property
    def factors(self) -> tuple[str, ...]:
        """The factors in order of their first column."""
        return tuple(dict.fromkeys(column.factor for column in self.columns))


def fit(features: Features, rows: npt.NDArray[np.bool_]) -> Encoding:
    """The columns that the chosen examples can support, with their means and deviations."""
    candidates = [Column(factor, detail, "count") for factor, detail in features.counts]
    for name, values in features.numbers.items():
        candidates += _number_columns(name, values[rows])
    for name, labels in features.labels.items():
        candidates += _label_columns(name, labels, rows)
    columns = []
    for column in candidates:
        raw = raw_values(column, features)[rows]
        known = raw[~np.isnan(raw)]
        spread = float(known.std()) if known.size else 0.0
        if spread > 1e-9:
            measured = {"mean": float(known.mean()), "scale": spread}
            columns.append(Column(column.factor, column.detail, column.kind, column.low, column.high, **measured))
    return Encoding(tuple(columns))


def raw_values(column: Column, features: Features) -> Floats:
    """The column's values before scaling, NaN where unknown: counts and numbers as signed logarithms, flags as 0 and 1.

    Kept with the features, because every fit asks for the same.
    """
    key = (column.factor, column.detail, column.kind, column.low, column.high)
    if key not in features.kept:
        features.kept[key] = _read(column, features)
    return features.kept[key]


def _read(column: Column, features: Features) -> Floats:
    nothing = np.full(features.size, np.nan)
    if column.kind == "count":
        values = features.counts.get((column.factor, column.detail), np.zeros(features.size))
        return np.asarray(np.sign(values) * np.log1p(np.abs(values)), dtype=np.float64)
    if column.kind == "label":
        if column.factor not in features.labels:
            return nothing
        labels = features.labels[column.factor]
        nothing[labels.rows] = 0.0
        code = labels.names.get(column.detail)
        if code is not None:
            nothing[labels.rows[labels.codes == code]] = 1.0
        return nothing
    values = features.numbers.get(column.factor, nothing)
    if column.kind == "number":
        return np.asarray(np.sign(values) * np.log1p(np.abs(values)), dtype=np.float64)
    inside = ((values > column.low) & (values <= column.high)).astype(np.float64)
    return np.where(np.isnan(values), np.nan, inside)


def _number_columns(name: str, values: Floats) -> list[Column]:
    known = values[~np.isnan(values)]
    distinct = np.unique(known)
    if distinct.size < 2:
        return []
    columns = [Column(name, "value", "number")]
    if distinct.size > _BINS:
        edges = np.unique(np.quantile(known, np.linspace(0, 1, _BINS + 1)[1:-1]))
        bounds = [-np.inf, *edges.tolist(), np.inf]
        columns += [Column(name, f"{low:g} to {high:g}", "bin", low, high) for low, high in pairwise(bounds)]
    return columns


def _label_columns(name: str, labels: Labels, rows: npt.NDArray[np.bool_]) -> list[Column]:
    inside = rows[labels.rows]
    counts = np.bincount(labels.codes[inside], minlength=len(labels.names))
    described = np.unique(labels.rows[inside]).size
    if np.count_nonzero(counts) > _IDENTIFYING * max(described, 2):
        return []
    least = max(_LEAST_ROWS, _LEAST_SHARE * rows.sum())
    names = list(labels.names)
    common = [place for place in np.argsort(-counts, kind="stable")[:_MOST_LABELS] if counts[place] >= least]
    return [Column(name, names[place], "label") for place in common]
