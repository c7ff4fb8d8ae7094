"""Identity against the truth of a generated world, beside what a user would do instead."""

from pathlib import Path

import pytest

from benchmarks.identity import measure
from benchmarks.identity_world import make_warehouse
from ml.identity import resolve
from sandbox.world.scale import Dirt


def _measure(folder: Path, accounts: int, dirt: Dirt = "medium") -> dict[str, float]:
    warehouse = make_warehouse(folder, accounts=accounts, seed=11, dirt=dirt)
    resolve(warehouse)
    return measure(warehouse, folder / "truth.duckdb")


def _check(found: dict[str, float]) -> None:
    """The baselines must stay as weak as in the field, or the world has become too easy."""
    assert found["account_f1"] > found["baseline_name_country_account_f1"] + 0.1, found
    assert found["baseline_domain_account_f1"] < 0.6, found
    assert found["baseline_domain_or_name_account_f1"] < 0.75, found
    assert found["l2a_wrong_ratio"] < found["baseline_mattermost_l2a_wrong_ratio"] / 5, found


def test_a_small_world(tmp_path: Path) -> None:
    found = _measure(tmp_path, 400)
    _check(found)
    assert found["account_f1"] > 0.93, found
    assert found["account_precision"] > 0.95, found
    assert found["family_f1"] > 0.95, found
    assert found["people_f1"] > 0.97, found
    assert found["l2a_accuracy"] > 0.9, found
    assert found["l2a_wrong_ratio"] < 0.03, found


@pytest.mark.full
def test_a_large_world(tmp_path: Path) -> None:
    """200,000 records."""
    found = _measure(tmp_path, 5_500)
    _check(found)
    assert found["account_f1"] > 0.96, found
    assert found["account_precision"] > 0.98, found
    assert found["family_f1"] > 0.97, found
    assert found["people_f1"] > 0.98, found
    assert found["l2a_accuracy"] > 0.95, found
    assert found["l2a_wrong_ratio"] < 0.015, found
