"""dbt's own unit tests, those of the whole project, run beside the market of the rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.dbt_project.project import parsed, run_dbt


@pytest.mark.full
@pytest.mark.timeout(1800)  # a second or two of dbt for each of some hundred
def test_every_formula_holds_to_the_cent(home: Path) -> None:
    statuses = run_dbt(home, ["test", "--select", "resource_type:unit_test"])
    assert {name.partition(".")[2]: status for name, status in statuses.items() if status != "pass"} == {}
    assert statuses.keys() == parsed().unit_tests.keys()
