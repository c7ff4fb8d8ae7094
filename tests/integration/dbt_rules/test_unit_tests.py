"""dbt's own unit tests of scores, run beside the market of the rules (stages: test_stage_log.py)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.dbt_project.project import run_dbt

FOLDERS = ("intermediate/scores", "marts/scores", "marts/lifecycle")


@pytest.mark.full
def test_the_formulas_of_scores_hold_to_the_cent(home: Path) -> None:
    selected = [f"resource_type:unit_test,path:models/{folder}" for folder in FOLDERS]
    statuses = run_dbt(home, ["test", "--select", *selected])
    assert {name.rpartition(".")[2]: status for name, status in statuses.items() if status != "pass"} == {}
    assert "unit_test.marketmap.int_accounts__scored.fit_90_and_interest_85_give_88" in statuses
    assert len(statuses) >= 15
