"""A step is done again when what it reads has changed, and at no other time."""

from pathlib import Path

import duckdb
import pytest

from orchestration.step_memory import StepMemory


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    execute(path, "create schema seeds; create schema intermediate")
    execute(path, "create table intermediate.records as select range as id from range(3)")
    execute(path, "create table seeds.thresholds as select 0.9 as link")
    execute(path, "create schema ml; create table ml.accounts as select 1 as account_id")
    return path


def execute(path: Path, statements: str) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute(statements)


def memory(warehouse: Path) -> StepMemory:
    return StepMemory(warehouse, "ml.identity", ["intermediate.records"], ["ml.accounts"])


def test_a_step_is_done_once(warehouse: Path) -> None:
    assert not memory(warehouse).is_current()
    memory(warehouse).remember()
    assert memory(warehouse).is_current()
    assert not StepMemory(warehouse, "ml.evidence", ["intermediate.records"], ["ml.accounts"]).is_current()


@pytest.mark.parametrize(
    "change",
    [
        "update intermediate.records set id = 7 where id = 2",
        "insert into intermediate.records values (2)",
        "alter table intermediate.records add column name varchar",
        "update seeds.thresholds set link = 0.8",
        "create table seeds.decisions as select 1 as id",
        "drop table intermediate.records",
        "drop table ml.accounts",
    ],
)
def test_it_is_done_again_when_what_it_reads_changes(warehouse: Path, change: str) -> None:
    memory(warehouse).remember()
    execute(warehouse, change)
    assert not memory(warehouse).is_current()


def test_a_killed_step_is_done_again(warehouse: Path) -> None:
    memory(warehouse).remember()
    memory(warehouse).forget()
    assert not memory(warehouse).is_current()
