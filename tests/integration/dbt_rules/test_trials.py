"""Trials over a built market: today's rules change nothing, others show who moves, promotion is guarded (ICP-20)."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from orchestration import saved_trials, trials
from orchestration.commands.whatif import command
from orchestration.errors import RequestFault
from orchestration.publication import publish
from orchestration.settings import Settings
from orchestration.trial_comparison import Comparison, compare
from tests.integration.dbt_project.project import PROJECT, hand_over


@pytest.fixture(scope="module")
def settings(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """What a run leaves behind: the marts in a file of their own, and dbt's artifacts."""
    folder = tmp_path_factory.mktemp("trials")
    publish(home / "warehouse.duckdb", folder / "published.duckdb", "marts")
    hand_over(folder)
    (folder / "dbt" / "compiled").symlink_to(home / "target" / "compiled")
    return Settings(home=folder, project_dir=PROJECT, ca_file=None, credentials={})


@pytest.fixture
def project(settings: Settings, tmp_path: Path) -> Settings:
    """The same with seeds that a test may change."""
    shutil.copytree(PROJECT / "seeds", tmp_path / "project" / "seeds")
    (tmp_path / "project" / "dbt_project.yml").touch()
    return settings.model_copy(update={"project_dir": tmp_path / "project"})


def _edited(folder: Path, seed: str, *changes: tuple[str, str]) -> Path:
    text = (PROJECT / "seeds" / f"{seed}.csv").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / f"my {seed}.csv"
    path.write_text(text, encoding="utf-8")
    return path


def _compared(settings: Settings, **files: Path) -> Comparison:
    with trials.trial(settings, files) as connection:
        return compare(connection)


def test_todays_rules_change_nothing(settings: Settings) -> None:
    comparison = _compared(settings)
    assert comparison.changes_nothing
    assert {tier.tier: tier.accounts_today for tier in comparison.tiers if tier.accounts_today} == {
        "T1": 1,
        "T2": 1,
        "Excluded": 1,
        "None": 1,
    }


def test_without_any_signal_every_account_is_still_judged(settings: Settings, tmp_path: Path) -> None:
    """ICP-29: signals stand in tables of their own; accounts and tiers keep their rows when every feed is off."""
    shutil.copy(settings.published, tmp_path / "published.duckdb")
    (tmp_path / "dbt").symlink_to(settings.home / "dbt")
    with duckdb.connect(str(tmp_path / "published.duckdb")) as connection:
        before = connection.execute("from marts.account_tiers order by account_id").fetchall()
        connection.execute("create or replace table marts.account_signals as from marts.account_signals limit 0")
    with trials.trial(settings.model_copy(update={"home": tmp_path}), {}) as connection:
        columns = connection.execute("describe published.marts.account_tiers").fetchall()
        assert connection.execute("describe warehouse.marts.account_tiers").fetchall() == columns
        after = connection.execute("from warehouse.marts.account_tiers order by account_id").fetchall()
    assert [one[0] for one in after] == [one[0] for one in before]


def test_other_thresholds_show_who_moves_and_leave_what_is_published(settings: Settings, tmp_path: Path) -> None:
    before = settings.published.read_bytes()
    lower = _edited(tmp_path, "tier_thresholds", ("T1,70,", "T1,50,"))
    comparison = _compared(settings, tier_thresholds=lower)
    assert [(move.tier_today, move.tier_trial, move.accounts) for move in comparison.moves] == [("T2", "T1", 1)]
    assert comparison.movers[0].account_name == "Shop"
    assert comparison.movers[0].fit_today == comparison.movers[0].fit_trial
    assert settings.published.read_bytes() == before


def test_other_vectors_and_values_are_scored_anew(settings: Settings, tmp_path: Path) -> None:
    icp = _edited(tmp_path, "icp_vectors", ("US|CA|GB|DE|FR|NL", "US"))
    dearer = _edited(tmp_path, "valuation_methods", (",,120,0.35", ",,240,0.35"))
    comparison = _compared(settings, icp_vectors=icp, valuation_methods=dearer)
    assert [mover.account_name for mover in comparison.movers] == ["Shop"]
    bank = next(tier for tier in comparison.tiers if tier.tier == "T1")
    assert (float(bank.value_usd_today), float(bank.value_usd_trial)) == (63_500, 84_500)


@pytest.fixture(scope="module")
def intake(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A trial, in which the answers of the intake may be changed."""
    with trials.trial(settings, {}) as connection:
        yield connection


@pytest.mark.parametrize(
    ("answers", "approach", "needs_decision", "reason"),
    [
        ({"sales_reps": "2", "estimated_tam": "2000000", "credit_budget": "limited"}, "t1_only", False, "1 to 3 reps"),
        ({"sales_reps": "3", "estimated_tam": "1000000"}, "t1_only", False, "Millions of accounts"),
        ({"sales_reps": "4", "estimated_tam": "1000000"}, "t1_only", True, "4 reps"),
        ({"sales_reps": "5"}, "tiered_pull", False, "5 to 9 reps"),
        ({"sales_reps": "9"}, "tiered_pull", False, "500,000 accounts or more"),
        ({"sales_reps": "10", "market_kind": "vertical", "estimated_tam": "99999"}, "full_tam_pull", True, "Vertical"),
        (
            {"sales_reps": "11", "market_kind": "vertical", "estimated_tam": "9999"},
            "full_tam_pull",
            False,
            "10 reps or",
        ),
        ({"sales_reps": "14", "market_kind": "horizontal"}, "tiered_pull", False, "10 reps or more across industries"),
        ({"estimated_tam": "100000"}, "tiered_pull", True, "100,000 to 499,999"),
        ({"estimated_tam": "499999"}, "tiered_pull", True, "100,000 to 499,999"),
        ({"customers": "49"}, "no_historical_data", False, "Fewer than 50 customers"),
        ({"customers": "50"}, "tiered_pull", True, "Horizontal"),
        ({"crm_quality": "messy"}, "crm_cleanup_first", False, "The CRM is messy"),
        ({"stakeholders": "misaligned"}, "tiered_pull", True, "10 reps or more"),
        ({"estimated_tam": "100", "market_kind": "vertical"}, "concentrated", False, "100 accounts or fewer"),
    ],
)
def test_the_intake_recommends_an_approach_with_its_reasons(
    intake: duckdb.DuckDBPyConnection, answers: dict[str, str], approach: str, needs_decision: bool, reason: str
) -> None:
    """ICP-16: the decision tree, and its gaps (4 reps, 100,000 to 500,000 accounts, 50 to 99 customers)."""
    intake.execute("begin")
    for attribute, answer in answers.items():
        intake.execute("update warehouse.seeds.intake_answers set answer = ? where attribute = ?", [answer, attribute])
    found = "from warehouse.intermediate.int_market_approaches select approach, needs_decision, reasons where place = 1"
    ((recommended, is_open, reasons),) = intake.execute(found).fetchall()
    intake.execute("rollback")
    assert (recommended, is_open) == (approach, needs_decision), reasons
    assert reason in reasons


def test_a_faulty_trial_is_told_all_its_faults_at_once(settings: Settings, tmp_path: Path) -> None:
    icp = _edited(tmp_path, "icp_vectors", ("Healthcare|Biotechnology,30,", "Healthcare|Biotechnology,thirty,"))
    reversed_ = _edited(tmp_path, "tier_thresholds", ("T1,70,", "T1,40,"))
    with pytest.raises(RequestFault) as fault:
        _compared(settings, icp_vectors=icp, tier_thresholds=reversed_)
    told = str(fault.value)
    assert "icp_vectors.csv:2" in told
    assert "weight" in told
    assert "tier_thresholds.csv" in told


def test_a_saved_trial_is_promoted_when_nothing_stands_in_its_way(project: Settings, tmp_path: Path) -> None:
    home, folder = project.home, project.project_dir
    same_version = _edited(tmp_path, "tier_thresholds", ("T1,70,", "T1,50,"))
    saved_trials.save(home, folder, "lower", {"tier_thresholds": same_version})
    with pytest.raises(RequestFault, match="still says version v0"):
        saved_trials.promote(home, folder, "lower")
    next_version = _edited(tmp_path, "tier_thresholds", ("T1,70,", "T1,50,"), (",v0,", ",v1,"))
    saved_trials.save(home, folder, "lower", {"tier_thresholds": next_version})
    seed = folder / "seeds" / "tier_thresholds.csv"
    assert saved_trials.promote(home, folder, "lower") == [seed]
    assert seed.read_bytes() == next_version.read_bytes()
    with pytest.raises(RequestFault, match="was edited after the trial lower was saved"):
        saved_trials.promote(home, folder, "lower")
    with pytest.raises(RequestFault, match="There is no saved trial higher"):
        saved_trials.files_of(home, "higher")


def test_the_command_answers_in_json_and_saves(
    project: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARKETMAP_HOME", str(project.home))
    monkeypatch.setenv("MARKETMAP_PROJECT_DIR", str(project.project_dir))
    lower = _edited(tmp_path, "tier_thresholds", ("T1,70,", "T1,50,"))
    result = CliRunner().invoke(command, ["--thresholds", str(lower), "--save", "fifty", "--format", "json"])
    assert json.loads(result.output)["moved"] == 1
    again = CliRunner().invoke(command, ["--trial", "fifty"])
    assert "T2 to T1: 1 accounts" in again.output
    assert "Shop: T2 to T1" in again.output
