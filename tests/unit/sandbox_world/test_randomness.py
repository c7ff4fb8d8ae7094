import numpy as np
import pytest

from sandbox.world.outcomes import area_under_curve
from sandbox.world.randomness import calibrated, group_ranges, pick, sigmoid, stream


def test_streams_are_independent_and_repeatable() -> None:
    assert stream(7, "deals").random() == stream(7, "deals").random()
    assert stream(7, "deals").random() != stream(7, "leads").random()
    assert stream(7, "deals").random() != stream(8, "deals").random()


def test_pick_follows_the_weights() -> None:
    counts = np.bincount(pick(stream(1, "pick"), [1.0, 0.0, 3.0], 20_000), minlength=3)
    assert counts[1] == 0
    assert counts[2] / counts[0] == pytest.approx(3.0, rel=0.1)


def test_calibrated_intercept_gives_the_expected_total() -> None:
    logit = stream(1, "logit").normal(0, 2, 5_000)
    assert sigmoid(logit + calibrated(logit, 700)).sum() == pytest.approx(700, rel=1e-6)


def test_group_ranges_find_empty_groups() -> None:
    starts, sizes = group_ranges(np.array([0, 0, 2]), 4)
    assert starts.tolist() == [0, 2, 2, 3]
    assert sizes.tolist() == [2, 0, 1, 0]


def test_area_under_curve_with_ties() -> None:
    probability = np.array([0.1, 0.4, 0.4, 0.8])
    assert area_under_curve(probability, np.array([False, False, True, True])) == pytest.approx(0.875)
    assert np.isnan(area_under_curve(probability, np.ones(4, dtype=np.bool_)))
