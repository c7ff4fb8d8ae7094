import numpy as np
import pytest

from ml.propensity import evaluation
from ml.propensity.additive import calibration, sigmoid


def test_auc_counts_ties_half() -> None:
    probability = np.array([0.9, 0.5, 0.5, 0.1])
    outcome = np.array([True, True, False, False])
    assert evaluation.auc(probability, outcome) == 0.875
    assert np.isnan(evaluation.auc(probability, np.ones(4, dtype=bool)))


def test_brier_skill_is_nothing_for_the_base_rate_and_one_for_the_truth() -> None:
    outcome = np.array([True, False, False, False])
    assert evaluation.brier_skill(np.full(4, 0.25), outcome) == 0
    assert evaluation.brier_skill(outcome.astype(float), outcome) == 1


def test_the_top_fifth_holds_its_share() -> None:
    probability = np.linspace(1, 0, 10)
    outcome = np.array([True, True, False, False, True, False, False, False, False, False])
    assert evaluation.top_share(probability, outcome) == pytest.approx(2 / 3)


def test_calibration_error_sees_probabilities_that_are_too_high() -> None:
    outcome = np.arange(1000) % 10 == 0
    assert evaluation.calibration_error(np.full(1000, 0.1), outcome) == pytest.approx(0, abs=1e-12)
    assert evaluation.calibration_error(np.full(1000, 0.4), outcome) == pytest.approx(0.3)


def test_wilson_stays_inside_and_is_wide_for_few() -> None:
    assert evaluation.wilson(0, 0) == (0, 1)
    low, high = evaluation.wilson(0, 10)
    assert low == 0
    assert 0.2 < high < 0.35


def test_stability_index_tells_another_population() -> None:
    rng = np.random.default_rng(1)
    before = rng.normal(size=5000)
    assert evaluation.stability_index(before, rng.normal(size=5000)) < 0.02
    assert evaluation.stability_index(before, rng.normal(1, 1, size=5000)) > 0.25


def test_calibration_mends_log_odds_that_are_too_bold() -> None:
    rng = np.random.default_rng(2)
    logits = rng.normal(-2, 1, 20000)
    outcome = rng.random(20000) < sigmoid(logits)
    slope, offset = calibration(2 * logits + 1, outcome.astype(float))
    assert slope == pytest.approx(0.5, abs=0.05)
    assert offset == pytest.approx(-0.5, abs=0.1)


def test_calibration_of_few_stays_near_what_it_was_given() -> None:
    assert calibration(np.array([0.0, 1.0]), np.array([1.0, 0.0]))[0] == pytest.approx(1, abs=0.1)
    assert calibration(np.empty(0), np.empty(0)) == (1, 0)
