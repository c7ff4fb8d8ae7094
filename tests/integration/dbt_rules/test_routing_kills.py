"""Twenty runs of the flow, each killed with SIGKILL in the middle: no lead is given twice, and none is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import routing


@pytest.mark.full
@pytest.mark.timeout(900)
def test_no_lead_is_given_twice_or_lost_when_runs_are_killed(tmp_path: Path) -> None:
    found = routing.killed_runs(tmp_path, leads=4_000, kills=20)
    assert (found.kills, found.twice, found.lost) == (20, 0, 0)
    assert found.mid_run >= 10  # else nothing was tried
