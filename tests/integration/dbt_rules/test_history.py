"""Tiers and vectors keep their history on change only, with the version that caused it (ICP-08, 24), and stand still
while the CRM is cleaned first (ICP-15, DQ-19).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration import trials
from orchestration.errors import RequestFault
from orchestration.publication import publish
from orchestration.settings import Settings
from tests.integration.dbt_project.project import copy_project, rows
from tests.integration.dbt_rules.conftest import Build

HISTORY = (
    "select account_id, tier, tier_thresholds_version, change_reason, is_current, valid_to is null "
    "from marts.account_tier_history where account_id in ('acc_shop', 'acc_bank') order by account_id, valid_from"
)
FIRST = [
    ("acc_bank", "T1", "v0", "First tiered", True, True),
    ("acc_shop", "T2", "v0", "First tiered", True, True),
]
TIERS = "select account_id, tier, fit_score from marts.account_tiers order by 1"
SCORING = [
    "tier_thresholds",
    "intake_answers",
    "icp_vectors",
    "int_market_approaches",
    "int_crm_blockers",
    "int_scoring_holds",
    "int_accounts__vector_patterns",
    "int_icp_patterns",
    "int_accounts__fit",
    "account_fit",
    "account_fit_explanations",
    "account_tiers",
    "account_tier_history",
]
REASON = "CRM cleanup first: 1 of 5 accounts stand twice or have no usable domain, at most 5% may (crm_blockers)"


def _edit(project: Path, seed: str, *changes: tuple[str, str]) -> None:
    path = project / "seeds" / f"{seed}.csv"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def test_nothing_is_scored_before_the_crm_is_clean_and_versions_are_told_after_it(
    copied_home: Path, build: Build
) -> None:
    """acc_new stands twice, which is 20%. Rules edited meanwhile come into force with the next scoring."""
    scored = rows(copied_home, TIERS)
    assert rows(copied_home, HISTORY) == FIRST
    project = copy_project(copied_home, {})
    _edit(project, "intake_answers", ("approach,tiered_pull", "approach,crm_cleanup_first"))
    _edit(project, "tier_thresholds", (",v0,", ",v1,"), ("T1,70", "T1,50"), ("T2,45", "T2,20"))
    _edit(project, "icp_vectors", (",30,,score", ",31,,score"))
    with duckdb.connect(str(copied_home / "warehouse.duckdb")) as connection:
        connection.execute("update intermediate.int_accounts set industry = 'Technology' where account_id = 'acc_shop'")
        connection.execute(
            "insert into intermediate.int_accounts by name "
            "select * replace ('acc_new' as account_id) from intermediate.int_accounts where account_id = 'acc_shop'"
        )
    build(copied_home, SCORING, "2026-07-01", project)
    assert rows(copied_home, TIERS) == [*scored[:3], ("acc_new", None, None), *scored[3:]]
    assert rows(copied_home, HISTORY) == FIRST
    told = rows(copied_home, "select distinct held_reason from marts.account_tiers")
    assert told == [(REASON,)]
    assert rows(copied_home, "select tier_reason from marts.account_tiers where account_id = 'acc_new'") == [
        (f"Not scored: {REASON}",)
    ]
    sums = "select sum(contribution) from marts.account_fit_explanations where account_id = 'acc_shop'"
    assert rows(copied_home, sums) == [scored[3][2:]]
    _refuses_a_trial(copied_home, project)

    _edit(project, "intake_answers", ("approach,crm_cleanup_first", "approach,tiered_pull"))
    build(copied_home, [*SCORING, "icp_vector_history"], "2026-07-02", project)
    assert rows(copied_home, HISTORY) == [
        ("acc_bank", "T1", "v0", "First tiered", False, False),
        ("acc_bank", "T1", "v1", "Tier thresholds v0 to v1", True, True),
        ("acc_shop", "T2", "v0", "First tiered", False, False),
        ("acc_shop", "T1", "v1", "Tier thresholds v0 to v1", True, True),
    ]
    changed = rows(
        copied_home, "select vector_id, change_reason from marts.icp_vector_history where change_reason <> 'New vector'"
    )
    assert changed == [("core_industries", "Weight 30.0000 to 31.0000 without a new version")]


def _refuses_a_trial(home: Path, project: Path) -> None:
    publish(home / "warehouse.duckdb", home / "published.duckdb", "marts")
    settings = Settings(home=home, project_dir=project, ca_file=None, credentials={})
    with (
        pytest.raises(RequestFault, match="Nothing is scored at present: CRM cleanup first"),
        trials.trial(settings, {}),
    ):
        pass
