"""The page of stages and the list of one stage's accounts (STG-15)."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from orchestration import pipeline
from orchestration.commands.pipeline import command
from orchestration.errors import RequestFault

PUBLISHED = """
create schema marts;
create schema ops;
create table marts.account_stages as
    select 'acc_' || n as account_id, stage, label, owner, position, 'rule' as cause, 'Scores above 80' as reason,
        if(n = 2, 'missing required fields', null) as blocked_reason, n as days_in_stage
    from range(14) as numbers(n)
    join (values ('engaged', 'Engaged', 'marketing', 1), ('mql', 'Lead', 'marketing', 2))
        as stages(stage, label, owner, position) on (n < 12) = (stage = 'engaged');
create table marts.dim_accounts as select account_id, 'O''Brien | ' || account_id as account_name
    from marts.account_stages;
create table marts.account_scores as select account_id, 90.00 - days_in_stage as overall_score,
    days_in_stage + 1 as score_rank from marts.account_stages;
create table marts.stage_conversions as select 'mql' as stage, 'SMB' as segment, 4 as entered_count,
    1 as advanced_count, 1 as returned_count, 2 as staying_count, 0.5 as conversion_ratio,
    12.0 as average_days_to_advance, 10.0 as median_days;
create table marts.stage_cohorts as select date '2026-05-01' as cohort_month, 'mql' as stage, 2 as position,
    8 as account_count, 2 as reached_count, 0.25 as reached_ratio, 1 as present_count;
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    with duckdb.connect(str(tmp_path / "published.duckdb")) as connection:
        connection.execute(PUBLISHED)
    monkeypatch.setenv("MARKETMAP_HOME", str(tmp_path))
    return tmp_path


def test_stages_add_up_to_all_accounts_and_the_board_shows_the_best_of_each(home: Path) -> None:
    printed = CliRunner().invoke(command).output
    assert "| Engaged | marketing | 12 | 86% | 6 | 1 |\n| Lead | marketing | 2 | 14% | 13 | 0 |\n" in printed
    assert "| all |  | 14 |  |  | 1 |" in printed
    assert "| 1 Engaged | 2 Lead |\n|---|---|\n| O'Brien / acc_0 (90.00) | O'Brien / acc_12 (78.00) |" in printed
    assert "acc_10 (80.00)" not in printed  # the eleventh
    assert "| Lead | SMB | 4 | 1 | 1 | 2 | 50% | 12.0 | 10.0 |" in printed
    assert "| 2026-05 | mql | 8 | 2 | 25% | 1 |" in printed
    assert "<td>86%</td>" in (home / "reports" / "pipeline.html").read_text("utf-8")


@pytest.mark.parametrize("asked", ["mql", " lead "])
def test_a_stage_lists_exactly_its_accounts(home: Path, asked: str) -> None:
    found = pipeline.members(home / "published.duckdb", asked)
    assert [row[0] for row in found.rows] == ["acc_12", "acc_13"]
    assert len(pipeline.members(home / "published.duckdb", "engaged").rows) == 12
    assert "acc_13" in CliRunner().invoke(command, [asked]).output


def test_a_stage_that_holds_nobody_and_a_home_without_stages_are_told(home: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestFault, match="No account stands in a stage hot; stages that hold any: Engaged, Lead"):
        pipeline.members(home / "published.duckdb", "hot")
    with pytest.raises(RequestFault, match="Publish with `marketmap run`"):
        pipeline.PAGE.markdown(tmp_path / "nowhere.duckdb")
