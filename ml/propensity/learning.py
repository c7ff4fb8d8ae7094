"""The two ways of fitting an additive model: a logistic regression, and boosted stumps as its challenger."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from ml.propensity import encoding
from ml.propensity.additive import AdditiveModel, Term
from ml.propensity.features import Features, Floats

Rows = npt.NDArray[np.bool_]
LOGISTIC, STUMPS = "logistic regression", "boosted stumps"
# Strong shrinkage: with a few hundred outcomes and a hundred columns, less of it costs accuracy (AUC .784 to .770).
_SHRINKAGE = 0.001
_ROUNDS, _RATE, _LEAST_LEAF, _EDGES = 60, 0.15, 60, 20


@contextmanager
def one_thread_each() -> Iterator[Executor]:
    """Many fits side by side, each in one thread of its own.

    They are small: threads that wait for each other within a fit on a busy machine cost many times what they save.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it ships no types

    # OpenMP knows the limit by thread, BLAS for the whole process, which is as it was when the block ends.
    with threadpool_limits(1), ThreadPoolExecutor(os.cpu_count(), initializer=threadpool_limits, initargs=(1,)) as fits:
        yield fits


def fit_logistic(features: Features, rows: Rows) -> AdditiveModel:
    """L2-regularised logistic regression on standardised columns; no re-weighting, which spoils probabilities."""
    from sklearn.linear_model import LogisticRegression

    code = encoding.fit(features, rows)
    matrix = code.transform(features)[rows]
    model = LogisticRegression(C=_SHRINKAGE, solver="newton-cholesky", max_iter=100)
    model.fit(matrix, features.outcome[rows])
    terms = tuple(
        Term(column, weight=float(weight)) for column, weight in zip(code.columns, model.coef_[0], strict=True)
    )
    return AdditiveModel(LOGISTIC, float(model.intercept_[0]), terms)


def fit_stumps(features: Features, rows: Rows) -> AdditiveModel:
    """Gradient boosting with trees of one split: every tree speaks of one column, so the sum is additive.

    The points of each step are read off by changing one column at a time. Missing attributes add nothing, as in the
    logistic regression; a missing count (a kind of event that was not recorded yet) adds what was learnt of it.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    code = encoding.fit(features, rows)
    columns = tuple(column for column in code.columns if column.kind != "bin")
    raw = np.column_stack([encoding.raw_values(column, features)[rows] for column in columns])
    edges = [_edges(raw[:, place]) for place in range(len(columns))]
    steps = np.column_stack([_steps(raw[:, place], edge) for place, edge in enumerate(edges)])
    model = HistGradientBoostingClassifier(
        learning_rate=_RATE,
        max_iter=_ROUNDS,
        max_leaf_nodes=2,
        min_samples_leaf=min(_LEAST_LEAF, max(5, int(rows.sum()) // 50)),
        l2_regularization=10.0,
        max_bins=_EDGES + 2,
        early_stopping=False,
        random_state=0,
    )
    model.fit(steps, features.outcome[rows])
    grid, places = _grid(edges)
    answers = np.asarray(model.decision_function(grid), dtype=np.float64)
    base = float(answers[0])
    terms = []
    for place, column in enumerate(columns):
        points = answers[places[place]] - answers[0]
        mean = _mean(points, steps[:, place])
        base += mean
        unknown = float(points[-1] - mean) if column.kind == "count" else 0.0
        if np.ptp(points) > 0:
            terms.append(Term(column, 0.0, tuple(edges[place].tolist()), tuple((points[:-1] - mean).tolist()), unknown))
    return AdditiveModel(STUMPS, base, tuple(terms))


def _edges(values: Floats) -> Floats:
    known = values[~np.isnan(values)]
    return np.unique(np.quantile(known, np.linspace(0, 1, _EDGES + 1)[1:-1])) if known.size else np.empty(0)


def _steps(values: Floats, edges: Floats) -> Floats:
    return np.where(np.isnan(values), np.nan, np.searchsorted(edges, values).astype(np.float64))


def _grid(edges: list[Floats]) -> tuple[Floats, list[npt.NDArray[np.int64]]]:
    """One row per column and step (the unknown last), all other columns at step 0; row 0 is all zero."""
    sizes = [edge.size + 2 for edge in edges]
    grid = np.zeros((1 + sum(sizes), len(edges)))
    places, row = [], 1
    for place, size in enumerate(sizes):
        rows = np.arange(row, row + size)
        grid[rows, place] = np.append(np.arange(size - 1), np.nan)
        places.append(rows)
        row += size
    return grid, places


def _mean(points: Floats, steps: Floats) -> float:
    """Mean points over the examples whose value is known."""
    known = steps[~np.isnan(steps)].astype(np.int64)
    return float(points[known].mean()) if known.size else 0.0


LEARNERS: dict[str, Callable[[Features, Rows], AdditiveModel]] = {LOGISTIC: fit_logistic, STUMPS: fit_stumps}
