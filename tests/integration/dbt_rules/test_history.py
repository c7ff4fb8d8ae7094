"""Tiers, values and vectors keep their history on change only, with the version that caused it (ICP-08, 24; VAL-11)."""

from __future__ import annotations

from pathlib import Path

from tests.integration.dbt_project.project import copy_project, rows
from tests.integration.dbt_rules.conftest import Build

HISTORY = (
    "select account_id, tier, tier_thresholds_version, change_reason, is_current, valid_to is null "
    "from marts.account_tier_history where account_id in ('acc_shop', 'acc_bank') order by account_id, valid_from"
)


def test_the_first_run_begins_history_and_a_second_one_adds_nothing(copied_home: Path, build: Build) -> None:
    first = rows(copied_home, HISTORY)
    assert first == [
        ("acc_bank", "T1", "v0", "First tiered", True, True),
        ("acc_shop", "T2", "v0", "First tiered", True, True),
    ]
    build(copied_home, ["account_tier_history", "icp_vector_history"], "2026-07-02")
    assert rows(copied_home, HISTORY) == first


def test_a_new_version_is_named_as_the_cause_and_an_edit_without_one_is_told(copied_home: Path, build: Build) -> None:
    project = copy_project(copied_home, {})
    thresholds, vectors = (project / "seeds" / f"{seed}.csv" for seed in ("tier_thresholds", "icp_vectors"))
    text = thresholds.read_text(encoding="utf-8").replace(",v0,", ",v1,")
    thresholds.write_text(text.replace("T1,70", "T1,50").replace("T2,45", "T2,20"), encoding="utf-8")
    vectors.write_text(vectors.read_text(encoding="utf-8").replace(",30,,score", ",31,,score"), encoding="utf-8")
    changed = ["tier_thresholds", "account_tiers", "account_tier_history", "icp_vectors", "icp_vector_history"]
    build(copied_home, changed, "2026-07-01", project)
    assert rows(copied_home, HISTORY) == [
        ("acc_bank", "T1", "v0", "First tiered", False, False),
        ("acc_bank", "T1", "v1", "Tier thresholds v0 to v1", True, True),
        ("acc_shop", "T2", "v0", "First tiered", False, False),
        ("acc_shop", "T1", "v1", "Tier thresholds v0 to v1", True, True),
    ]
    told = rows(
        copied_home, "select vector_id, change_reason from marts.icp_vector_history where change_reason <> 'New vector'"
    )
    assert told == [("core_industries", "Weight 30.0000 to 31.0000 without a new version")]
