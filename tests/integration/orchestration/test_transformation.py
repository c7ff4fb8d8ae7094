"""dbt in this process: what is built, what is left alone, and tests that judge as dbt does."""

import os
import shutil
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from queue import SimpleQueue
from threading import Semaphore
from typing import Any, Self

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from connections.salesforce import SalesforceCredentials
from expectations.results import CheckResult, SuiteResult
from orchestration import keys
from orchestration.ahead import preparing
from orchestration.build_memory import BuildMemory
from orchestration.building import build_changed, check_changed
from orchestration.outcomes import NodeOutcome
from orchestration.settings import Settings
from orchestration.systems import Credentials
from orchestration.transformation import Transformation, release

MODELS = {
    "seed.small.tiers",
    "model.small.stg_accounts",
    "model.small.stg_leads",
    "model.small.dim_accounts",
    "model.small.dim_leads",
    "model.small.account_scores",
}


class Tomorrow(datetime):
    """A clock that is a day ahead."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return super().now(tz) + timedelta(days=1)


def home() -> Path:
    return Path(os.environ["MARKETMAP_HOME"])


def execute(statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home() / "warehouse.duckdb")) as connection:
        return connection.execute(statement).fetchall()


def settings(small: Transformation, crm: str = "https://today.example") -> Settings:
    credentials: dict[str, Credentials] = {"salesforce": SalesforceCredentials(crm, "id", "secret")}
    return Settings(home=home(), project_dir=small.project_dir, ca_file=None, credentials=credentials)


def build(small: Transformation, crm: str = "https://today.example") -> set[str]:
    """Build what is stale as the assets do; returns what was built."""
    stale, outcomes = build_changed(settings(small, crm), small, MODELS)
    assert all(outcome.succeeded for outcome in outcomes), outcomes
    assert {outcome.unique_id for outcome in outcomes} == stale
    return stale


def check(small: Transformation) -> dict[str, bool]:
    """Test what is to be tested as the assets do; returns each test's name, and whether it had passed before."""
    outcomes, passed = check_changed(settings(small), small, small.tests.keys())
    return {outcome.unique_id.split(".")[2]: outcome.unique_id in passed for outcome in outcomes}


def test_tests_judge_as_dbt_does(small: Transformation) -> None:
    build(small)
    ours = {outcome.unique_id: (outcome.status, outcome.failures) for outcome in small.test(small.tests)}
    folders = ["--project-dir", str(small.project_dir), "--profiles-dir", str(small.project_dir)]
    quiet = ["--target-path", str(home() / "other"), "--log-path", str(home() / "other"), "--log-level", "none"]
    result = dbtRunner().invoke(["test", *folders, *quiet]).result
    release()
    theirs = {entry.node.unique_id: (str(entry.status), entry.failures or 0) for entry in result.results}
    assert ours == theirs
    statuses = {unique_id.split(".")[2]: status for unique_id, (status, _) in ours.items()}
    assert (statuses["fails"], statuses["warns_by_severity"], statuses["a_broken_query"]) == ("fail", "warn", "error")


def test_a_failing_test_names_rows(small: Transformation) -> None:
    build(small)
    (outcome,) = small.test(["test.small.fails." + next(t for t in small.tests if ".fails." in t).rpartition(".")[2]])
    assert outcome.message == "1 failing rows, for example value_field 'T1', n_records 2"


def test_everything_is_built_once(small: Transformation) -> None:
    assert build(small) == MODELS
    assert build(small) == set()


def test_changed_rows_rebuild_the_tables_that_descend_from_them(small: Transformation) -> None:
    build(small)
    execute("update raw_crm.accounts set score = 90 where id = 3")
    assert build(small) == {"model.small.dim_accounts", "model.small.account_scores"}
    assert execute("select tier from marts.dim_accounts where account_id = 3") == [("T1",)]


def test_a_changed_shape_rebuilds_views_too(small: Transformation) -> None:
    build(small)
    execute("alter table raw_crm.leads add column email varchar")
    assert build(small) == {"model.small.stg_leads", "model.small.dim_leads"}


def test_a_failed_build_leaves_the_table_as_it_was(small: Transformation) -> None:
    build(small)
    before = execute("from marts.dim_accounts order by all")
    execute("alter table raw_crm.accounts alter score type varchar")
    execute("update raw_crm.accounts set score = 'many' where id = 3")
    _, outcomes = build_changed(settings(small), small, MODELS)
    assert {outcome.unique_id for outcome in outcomes if outcome.failed} >= {"model.small.dim_accounts"}
    assert execute("from marts.dim_accounts order by all") == before
    assert execute("select table_name from duckdb_tables() where table_name like '%__dbt%'") == []


def test_a_table_takes_the_place_of_a_view_and_a_view_that_of_a_table(small: Transformation) -> None:
    execute("create schema marts; create view marts.dim_leads as select 1 as one")
    execute("create schema staging; create table staging.stg_leads as select 1 as one")
    build(small)
    assert execute("select view_name from duckdb_views() where not internal order by all") == [
        ("stg_accounts",), ("stg_leads",)
    ]  # fmt: skip
    assert execute("select count(*) from marts.dim_leads") == [(3,)]


def test_what_rests_on_nothing_that_lands_is_built_while_the_landing_waits(
    small: Transformation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.ahead._IMPORTS", ())
    chosen = {keys.dbt(small.manifest["nodes"][unique_id]) for unique_id in MODELS}
    crm = {"raw_crm": ["accounts", "leads"]}
    with preparing(settings(small), small, {"raw_other": ["leads"]}, chosen):
        pass
    assert build(small) == {"model.small.account_scores"}  # which rests on what is learnt
    assert small.built_ahead["model.small.dim_accounts"].rows_before == 0
    execute("delete from ops.built_nodes")
    with preparing(settings(small), small, {"raw_other": ["leads"]}, chosen - {keys.model("marts.dim_leads")}):
        pass
    assert build(small) == {"model.small.account_scores", "model.small.dim_leads"}
    execute("delete from ops.built_nodes")
    with preparing(settings(small), small, crm, chosen):
        pass
    assert build(small) == MODELS - {"seed.small.tiers"}
    execute("delete from ops.built_nodes")
    looked = Semaphore(0)

    def checked(*_: object) -> tuple[list[NodeOutcome], set[str]]:
        looked.release()
        return [], set()

    monkeypatch.setattr("orchestration.ahead.check_changed", checked)
    with preparing(settings(small), small, crm, chosen) as landed:
        looked.acquire()
        landed("raw_crm", ["leads"])
        looked.acquire()
    assert build(small) == {"model.small.stg_accounts", "model.small.dim_accounts", "model.small.account_scores"}


def test_nothing_is_built_ahead_on_rows_that_a_check_stops(
    small: Transformation, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = {keys.dbt(small.manifest["nodes"][unique_id]) for unique_id in MODELS}
    monkeypatch.setattr("orchestration.ahead._IMPORTS", ())
    asked: SimpleQueue[set[str]] = SimpleQueue()

    def red(_suite: str, _warehouse: Path, tables: set[str]) -> SuiteResult:
        asked.put(tables)
        stop = CheckResult("a", "raw_crm.leads", "error", True, False, "2", "0", 2, (), "RevOps", "mend it")
        return SuiteResult("raw_crm", False, [stop])

    monkeypatch.setattr("orchestration.ahead.SUITES", {"raw_crm": None})
    monkeypatch.setattr("expectations.runner.run", red)
    monkeypatch.setattr("orchestration.ahead.check_changed", lambda *_: ([], set()))
    with preparing(settings(small), small, {"raw_crm": ["accounts", "leads"]}, chosen) as landed:
        landed("raw_crm", ["accounts", "leads"])
        assert asked.get() == {"raw_crm.accounts", "raw_crm.leads"}
    assert build(small) == MODELS - {"seed.small.tiers"}


def test_the_order_of_rows_and_dlt_s_own_columns_do_not_matter(small: Transformation) -> None:
    build(small)
    execute("alter table raw_crm.accounts add column _dlt_load_id varchar default '1'")
    execute("create or replace table raw_crm.accounts as from raw_crm.accounts order by id desc")
    assert build(small) == set()


def test_an_edited_seed_rebuilds_what_reads_it(small: Transformation) -> None:
    build(small)
    seed = small.project_dir / "seeds" / "tiers.csv"
    seed.write_text("tier,minimum_score\nT1,5\n", encoding="utf-8")
    again = Transformation(small.project_dir, home())
    assert build(again) == {"seed.small.tiers", "model.small.dim_accounts", "model.small.account_scores"}
    assert execute("select distinct tier from marts.dim_accounts") == [("T1",)]


def test_another_crm_rebuilds_everything(small: Transformation) -> None:
    build(small)
    assert build(small, "https://other.example") == MODELS


def test_another_day_rebuilds_everything(small: Transformation, monkeypatch: pytest.MonkeyPatch) -> None:
    build(small)
    monkeypatch.setattr("orchestration.building.datetime", Tomorrow)
    assert build(small) == MODELS


def test_a_change_that_makes_no_difference_ends_at_the_stage(small: Transformation) -> None:
    build(small)
    execute("update raw_crm.accounts set score = 11 where id = 3")
    assert build(small) == {"model.small.dim_accounts"}
    execute("update ml.scores set score = 0.6 where account_id = 3")
    assert build(small) == {"model.small.account_scores"}
    assert execute("select tier, score from marts.account_scores where account_id = 3") == [("T2", Decimal("0.6"))]


def test_what_passed_is_tested_again_when_its_rows_change(small: Transformation) -> None:
    build(small)
    assert not any(check(small).values())
    again = check(small)
    verdicts = {outcome.unique_id.split(".")[2]: outcome.succeeded for outcome in small.test(small.tests)}
    assert again == verdicts
    assert set(verdicts.values()) == {True, False}
    execute("insert into ml.scores values (3, 0.7)")
    build(small)
    assert check(small) == {**again, "unique_account_scores_account_id": False}


def test_a_table_that_is_gone_is_built_again(small: Transformation) -> None:
    build(small)
    execute("drop table marts.dim_leads")
    assert build(small) == {"model.small.dim_leads"}


def test_a_killed_build_is_not_remembered(small: Transformation) -> None:
    build(small)
    known = BuildMemory(home() / "warehouse.duckdb", small.lineage, small.project_dir, "")
    known.forget({"model.small.dim_leads"})  # what a run does before it builds, and then it is killed
    assert build(small) == {"model.small.dim_leads"}


def test_a_copy_of_the_project_is_read_from_its_own_files(small: Transformation, tmp_path: Path) -> None:
    build(small)
    copy = Path(shutil.copytree(small.project_dir, tmp_path / "copy"))
    (copy / "seeds" / "tiers.csv").write_text("tier,minimum_score\nT9,0\n", encoding="utf-8")
    build(Transformation(copy, home()))
    assert execute("select distinct tier from marts.dim_accounts") == [("T9",)]
