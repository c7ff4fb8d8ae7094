"""`marketmap explain account`: parts that add up, the score over time, stages, what to do next (SCO-19, 21, 39)."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from orchestration import account_trace
from orchestration.commands.explain import command
from orchestration.errors import RequestFault

PUBLISHED = """
create schema marts;
create schema ops;
create table marts.dim_accounts as select 'acc_1' as account_id, 'O''Brien Ltd' as account_name;
create table marts.account_records as select 'acc_1' as account_id, '001000000000001AAA' as record_id;
create table marts.account_scores as select 'acc_1' as account_id, 80.00::decimal(5, 2) as overall_score,
    90.00::decimal(5, 2) as fit_score, 65.00::decimal(5, 2) as engagement_score, 0::decimal(5, 2) as intent_score,
    0.125 as propensity, 'Medium' as priority, 1 as score_rank;
create table marts.account_stages as select 'acc_1' as account_id, 'mql' as stage, 'MQL' as label;
create table marts.account_score_explanations as from (values
    ('acc_1', 'fit', 'Industry', 90.0, 54.0, null, null),
    ('acc_1', 'engagement', 'Looked at prices', 65.0, 26.0, 3, timestamp '2026-11-20 10:00:00')
) as why(account_id, component, factor, points, contribution, event_count, last_event_at);
create table marts.account_propensity_factors as
    select 'acc_1' as account_id, 'Web' as factor, '3 in 28 days' as observed_value, 0.5 as contribution,
    1 as factor_rank;
create table marts.account_score_history as from (values
    ('acc_1', timestamp '2026-11-01 02:00:00', 50.00::decimal(5, 2), 'First scored'),
    ('acc_1', timestamp '2026-11-20 02:00:00', 80.00::decimal(5, 2), 'Engagement rose'),
    ('acc_2', timestamp '2026-11-20 02:00:00', 10.00::decimal(5, 2), 'First scored')
) as states(account_id, valid_from, overall_score, change_reason);
create table marts.fct_stage_changes as select 'accounts' as entity, 'acc_1' as entity_id, 'mql' as stage,
    timestamp '2026-11-20 02:00:00' as changed_at, 2 as days_in_stage, 'person' as cause, 'Called us' as reason,
    'Called us' as evidence, 'Ann' as changed_by;
create table marts.account_recommendations as select 'acc_1' as account_id, 'Follow up' as recommendation,
    'Marketing qualified' as reason, 'stage mql' as evidence;
"""


@pytest.fixture
def published(tmp_path: Path) -> Path:
    path = tmp_path / "published.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(PUBLISHED)
    return path


@pytest.mark.parametrize("account", ["acc_1", "001000000000001", "001000000000001AAA"])
def test_an_account_is_explained_from_its_factors_to_its_next_step(published: Path, account: str) -> None:
    found = account_trace.trace(published, account)
    ((_, name, overall, *_),) = found.standing.rows
    assert (name, sum(row[3] for row in found.factors.rows)) == ("O'Brien Ltd", overall)
    assert [(row[1], row[3], row[6]) for row in found.stages.rows] == [("MQL", "person", "Ann")]
    assert found.next_step.rows == [("Follow up", "Marketing qualified", "stage mql")]


def test_the_points_of_the_chart_are_the_states_of_the_history(published: Path) -> None:
    chart = account_trace.chart(account_trace.trace(published, "acc_1").history)
    since, score, change, bars, why = (list(column.cells) for column in chart.columns)
    assert since == ["2026-11-01 02:00", "2026-11-20 02:00"]
    assert (score, change) == (["50.00", "80.00"], ["", "+30.00"])
    assert [str(bar).count("█") for bar in bars] == [25, 40]
    assert why == ["First scored", "Engagement rose"]


def test_the_command_says_how_the_score_is_made(published: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MARKETMAP_HOME", str(published.parent))
    said = CliRunner().invoke(command, ["account", "acc_1"])
    assert said.exit_code == 0, said.output
    for words in ("What makes the overall score", "Looked at prices", "Score over time", "█", "Follow up"):
        assert words in said.output
    assert "made of fit, engagement and intent" in " ".join(
        CliRunner().invoke(command, ["account", "--help"]).output.split()
    )


def test_an_account_that_is_not_known(published: Path) -> None:
    with pytest.raises(RequestFault, match="There is no account acc_3"):
        account_trace.trace(published, "acc_3")
