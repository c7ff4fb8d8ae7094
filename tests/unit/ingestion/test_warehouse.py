"""The warehouse's file: its format, and the checkpoint that is made beside other work."""

from pathlib import Path

import duckdb
import pytest

from ingestion.warehouse import kept_open, make, rows, tidy_up

FORMAT = "select tags['storage_version'] from duckdb_databases() where not internal"


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "O'Brien" / "warehouse.duckdb"


def log_of(warehouse: Path) -> Path:
    return warehouse.with_name(f"{warehouse.name}.wal")


def test_the_file_has_our_format_and_keeps_it(warehouse: Path) -> None:
    with kept_open(warehouse):
        pass
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table t as select 1 as a")
    assert rows(warehouse, FORMAT) == [("v1.4.0+",)]


def test_a_file_that_is_there_stays_as_it_is(warehouse: Path) -> None:
    warehouse.parent.mkdir()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table t as select 1 as a")
    make(warehouse)
    assert rows(warehouse, FORMAT) == [("v1.0.0+",)]
    assert rows(warehouse, "from t") == [(1,)]


def test_what_is_committed_during_the_checkpoint_is_there_afterwards(warehouse: Path) -> None:
    with kept_open(warehouse), duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table t as select n, hash(n)::varchar as text from range(300_000) as numbers(n)")
        tidy_up(warehouse)
        for n in range(50):
            connection.execute("insert into t values (?, 'beside')", [n])
    assert rows(warehouse, "select count(*), count(*) filter (text = 'beside') from t") == [(300_050, 50)]
    assert not log_of(warehouse).exists()


def test_an_open_transaction_leaves_the_checkpoint_to_the_closing(warehouse: Path) -> None:
    with kept_open(warehouse), duckdb.connect(str(warehouse)) as connection:
        connection.execute("create table t as select 1 as a")
        connection.begin()
        connection.execute("insert into t values (2)")
        tidy_up(warehouse)
        connection.commit()
    assert rows(warehouse, "from t order by a") == [(1,), (2,)]
    assert not log_of(warehouse).exists()


def test_a_file_that_nobody_holds_is_left_alone(warehouse: Path) -> None:
    tidy_up(warehouse)
    assert not warehouse.exists()
