"""dbt in this process: what is built, what is left alone, and tests that judge as dbt does."""

import os
import shutil
from pathlib import Path
from typing import Any

import duckdb
from dbt.cli.main import dbtRunner

from orchestration.build_memory import BuildMemory
from orchestration.transformation import Transformation, release

MODELS = {
    "seed.small.tiers",
    "model.small.stg_accounts",
    "model.small.stg_leads",
    "model.small.dim_accounts",
    "model.small.dim_leads",
}


def home() -> Path:
    return Path(os.environ["MARKETMAP_HOME"])


def execute(statement: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home() / "warehouse.duckdb")) as connection:
        return connection.execute(statement).fetchall()


def memory(small: Transformation, conditions: str = "today") -> BuildMemory:
    return BuildMemory(home() / "warehouse.duckdb", small.manifest, small.project_dir, conditions)


def build(small: Transformation, conditions: str = "today") -> set[str]:
    """Build what is stale as the assets do; returns what was built."""
    known = memory(small, conditions)
    stale = known.stale(MODELS)
    known.forget(stale)
    outcomes = small.build(stale)
    assert all(outcome.succeeded for outcome in outcomes), outcomes
    assert {outcome.unique_id for outcome in outcomes} == stale
    known.remember(stale)
    return stale


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
    assert build(small) == {"model.small.dim_accounts"}
    assert execute("select tier from marts.dim_accounts where account_id = 3") == [("T1",)]


def test_a_changed_shape_rebuilds_views_too(small: Transformation) -> None:
    build(small)
    execute("alter table raw_crm.leads add column email varchar")
    assert build(small) == {"model.small.stg_leads", "model.small.dim_leads"}


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
    assert build(again) == {"seed.small.tiers", "model.small.dim_accounts"}
    assert execute("select distinct tier from marts.dim_accounts") == [("T1",)]


def test_a_new_day_or_a_new_version_rebuilds_everything(small: Transformation) -> None:
    build(small)
    assert build(small, "tomorrow") == MODELS


def test_a_table_that_is_gone_is_built_again(small: Transformation) -> None:
    build(small)
    execute("drop table marts.dim_leads")
    assert build(small) == {"model.small.dim_leads"}


def test_a_killed_build_is_not_remembered(small: Transformation) -> None:
    build(small)
    known = memory(small)
    known.forget({"model.small.dim_leads"})  # what a run does before it builds, and then it is killed
    assert build(small) == {"model.small.dim_leads"}


def test_a_copy_of_the_project_is_read_from_its_own_files(small: Transformation, tmp_path: Path) -> None:
    build(small)
    copy = Path(shutil.copytree(small.project_dir, tmp_path / "copy"))
    (copy / "seeds" / "tiers.csv").write_text("tier,minimum_score\nT9,0\n", encoding="utf-8")
    build(Transformation(copy, home()), "another project")
    assert execute("select distinct tier from marts.dim_accounts") == [("T9",)]
