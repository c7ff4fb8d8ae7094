"""Intervals, many tests at once and the logistic model against figures worked out elsewhere (ICP-11, ICP-12)."""

from __future__ import annotations

import numpy as np
import pytest

from ml.evidence.statistics import adjusted, logistic, score_test, segment_p_values, wilson


@pytest.mark.parametrize(
    ("won", "closed", "low", "high"),
    [(10, 20, 0.2993, 0.7007), (0, 10, 0.0, 0.2775), (3, 3, 0.4385, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_intervals_are_those_of_the_textbook(won: int, closed: int, low: float, high: float) -> None:
    lower, upper = wilson(np.array([float(won)]), np.array([float(closed)]))
    assert lower[0] == pytest.approx(low, abs=5e-5)
    assert upper[0] == pytest.approx(high, abs=5e-5)


def test_q_values_are_those_of_benjamini_and_hochberg() -> None:
    found = adjusted(np.array([0.01, 0.04, np.nan, 0.03, 0.5]))
    assert found[[0, 1, 3, 4]] == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])
    assert np.isnan(found[2])


def test_a_segment_is_tested_against_all_other_deals() -> None:
    # Fisher's tea: 3 of 4 against 1 of 4.
    assert segment_p_values(np.array([3.0]), np.array([4.0]), 4, 8)[0] == pytest.approx(0.4857, abs=1e-4)


def test_the_logistic_model_is_the_log_odds_ratio_of_a_table() -> None:
    flag = np.repeat([1.0, 1.0, 0.0, 0.0], [30, 10, 20, 40])
    won = np.repeat([1.0, 0.0, 1.0, 0.0], [30, 10, 20, 40])
    fit = logistic(np.column_stack([np.ones(100), flag]), won)
    assert fit.coefficients[1] == pytest.approx(np.log(30 * 40 / (10 * 20)), abs=1e-4)
    assert fit.covariance[1, 1] == pytest.approx(1 / 30 + 1 / 10 + 1 / 20 + 1 / 40, rel=1e-3)


def test_the_score_test_of_a_flag_is_pearsons_chi_square() -> None:
    flag = np.repeat([1.0, 1.0, 0.0, 0.0], [30, 10, 20, 40])
    won = np.repeat([1.0, 0.0, 1.0, 0.0], [30, 10, 20, 40])
    statistic, p_value = score_test(logistic(np.ones((100, 1)), won), won, flag[:, None])
    assert statistic == pytest.approx(100 * (30 * 40 - 10 * 20) ** 2 / (40 * 60 * 50 * 50))
    assert p_value < 0.001
