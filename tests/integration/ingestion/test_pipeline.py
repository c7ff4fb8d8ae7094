"""The loader's laws, on a source made for the purpose."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from dlt.common.runtime import anon_tracker

from connections import BomboraCredentials, Unreachable
from ingestion import LoadFailure, load
from ingestion.pipeline import SourcePipeline
from ingestion.rounds import Pages, Round, State, Table
from ingestion.tallies import Tally

THINGS = Table("things", ("id",), version="version")


class Lake:
    """A warehouse and a state folder under a test's own path."""

    def __init__(self, home: Path) -> None:
        self.warehouse = home / "warehouse.duckdb"
        self.state_dir = home / "ingestion"

    def pipeline(self, *tables: Table) -> SourcePipeline:
        return SourcePipeline("acme", tables or (THINGS,), self.warehouse, self.state_dir)

    def land(self, pages: Pages, table: Table = THINGS, rows_per_round: int = 500_000) -> Tally:
        """Recover, run to the end, and raise what a round met."""
        pipeline = self.pipeline(table)
        total = pipeline.recover()
        for current, tally in pipeline.run({table.name: pages}, rows_per_round):
            total.add(tally)
            if current.failure is not None:
                raise current.failure
        return total

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.warehouse)) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture
def acme(tmp_path: Path) -> Lake:
    return Lake(tmp_path)


def page(**columns: list[Any]) -> pa.Table:
    return pa.table(columns)


def giving(*tables: pa.Table) -> Pages:
    def pages(_memory: State, _current: Round) -> Iterator[pa.Table]:
        yield from tables

    return pages


def test_rows_are_merged_by_key_and_only_changes_count(acme: Lake) -> None:
    first = page(id=["a", "b", "c"], version=[1, 1, 1], name=["O'Brien", "Zoë 🚀", None])
    assert acme.land(giving(first)).rows == {"things": 3}
    second = page(id=["b", "d"], version=[2, 1], name=["Zoe", ""])
    assert acme.land(giving(second)).rows == {"things": 2}
    assert acme.rows("select id, version, name from raw_acme.things order by id") == [
        ("a", 1, "O'Brien"), ("b", 2, "Zoe"), ("c", 1, None), ("d", 1, ""),
    ]  # fmt: skip
    assert acme.rows("select count(*) from raw_acme_staging.things") == [(0,)]
    assert acme.rows("select count(*) from raw_acme.things where _dlt_load_id is null") == [(0,)]


def test_nobody_is_told_about_a_load(acme: Lake) -> None:
    acme.land(giving(page(id=["a"], version=[1])))
    assert anon_tracker._ANON_TRACKER_ENDPOINT is None


def test_twins_in_one_load_leave_their_latest_version(acme: Lake) -> None:
    pages = giving(page(id=["a", "b"], version=[2, 1]), page(id=["a", "b"], version=[1, 2]))
    assert acme.land(pages).rows == {"things": 2}
    assert acme.rows("select id, version from raw_acme.things order by id") == [("a", 2), ("b", 2)]


def test_an_immutable_row_stays_as_it_was(acme: Lake) -> None:
    table = Table("things", ("id",), immutable=True)
    acme.land(giving(page(id=["a"], text=["first"])), table)
    assert acme.land(giving(page(id=["a", "b"], text=["second", "new"])), table).rows == {"things": 1}
    assert acme.rows("select id, text from raw_acme.things order by id") == [("a", "first"), ("b", "new")]


def test_a_slice_that_comes_again_replaces_all_its_rows(acme: Lake) -> None:
    table = Table("things", ("week", "id"), slice_key="week")
    acme.land(giving(page(week=[1, 1, 2], id=["a", "b", "a"], score=[1, 1, 1])), table)
    acme.land(giving(page(week=[1, 1], id=["b", "c"], score=[5, 5])), table)
    assert acme.rows("select week, id, score from raw_acme.things order by 1, 2") == [
        (1, "b", 5), (1, "c", 5), (2, "a", 1),
    ]  # fmt: skip


def test_a_new_column_lands_also_without_rows(acme: Lake) -> None:
    acme.land(giving(page(id=["a"], version=[1])))
    empty = pa.table(
        {"id": pa.array([], pa.string()), "version": pa.array([], pa.int64()), "new_c": pa.array([], pa.string())}
    )
    assert acme.land(giving(empty)).rows == {}
    assert acme.rows("select id, version, new_c from raw_acme.things") == [("a", 1, None)]
    acme.land(giving(page(id=["b"], version=[1])))  # and a page without a column leaves it null
    assert acme.rows("select id, new_c from raw_acme.things order by id") == [("a", None), ("b", None)]


def test_a_changed_type_widens_the_column_and_loses_nothing(acme: Lake) -> None:
    acme.land(giving(page(id=["a"], version=[1], size=[10], flag=[True])))
    acme.land(giving(page(id=["b"], version=[1], size=[1.5], flag=["perhaps"])))
    acme.land(giving(page(id=["c"], version=[1], size=["11-50"], flag=[False])))
    acme.land(giving(page(id=["d"], version=[1], size=[7], flag=["no"])))
    assert acme.rows("select id, size, flag from raw_acme.things order by id") == [
        ("a", "10.0", "true"), ("b", "1.5", "perhaps"), ("c", "11-50", "false"), ("d", "7", "no"),
    ]  # fmt: skip


def test_a_type_may_change_from_page_to_page(acme: Lake) -> None:
    acme.land(giving(page(id=["a"], version=[1], size=[10]), page(id=["b"], version=[1], size=["many"])))
    assert acme.rows("select id, size from raw_acme.things order by id") == [("a", "10"), ("b", "many")]


def counted(size: int, total: int, fail_at: int | None = None) -> Pages:
    """`total` rows in pages of `size`, remembered page by page; breaks once at a page if asked to."""

    def pages(memory: State, current: Round) -> Iterator[pa.Table]:
        while memory.get("next", 0) < total:
            start = memory.get("next", 0)
            if fail_at is not None and start >= fail_at and not memory.get("failed"):
                memory["failed"] = True
                raise Unreachable("acme", "the line is cut", "Run again")
            yield page(id=[str(i) for i in range(start, start + size)], version=[1] * size)
            memory["next"] = start + size
            if current.is_full:
                current.unfinished.add("things")
                return

    return pages


def test_a_long_load_is_committed_in_rounds(acme: Lake) -> None:
    pipeline = acme.pipeline()
    rounds = [tally.rows.get("things", 0) for _, tally in pipeline.run({"things": counted(10, 95)}, rows_per_round=30)]
    assert rounds == [
        30,
        30,
        30,
        10,
    ]
    assert acme.rows("select count(*), count(distinct id) from raw_acme.things") == [(100, 100)]


def test_a_failure_keeps_what_came_before_and_the_next_run_goes_on(acme: Lake) -> None:
    with pytest.raises(Unreachable):
        acme.land(counted(10, 100, fail_at=50))
    assert acme.rows("select count(*) from raw_acme.things") == [(50,)]
    assert acme.land(counted(10, 100, fail_at=50)).rows == {"things": 50}
    assert acme.rows("select count(*), count(distinct id) from raw_acme.things") == [(100, 100)]


def test_a_lost_state_folder_is_restored_from_the_warehouse(acme: Lake) -> None:
    acme.land(counted(10, 100))
    shutil.rmtree(acme.state_dir)
    assert acme.land(counted(10, 200)).rows == {"things": 100}
    assert acme.rows("select count(*), count(distinct id) from raw_acme.things") == [(200, 200)]


def test_a_state_folder_whose_empty_folders_were_left_out_goes_on(acme: Lake) -> None:
    """As a backup and many a copy bring it back."""
    acme.land(giving(page(id=["a"], version=[1])))
    for folder in sorted(acme.state_dir.rglob("*"), reverse=True):
        if folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
    assert acme.land(giving(page(id=["a", "b"], version=[1, 1]))).rows == {"things": 1}


def test_a_deleted_warehouse_is_filled_again(acme: Lake) -> None:
    acme.land(counted(10, 100))
    acme.warehouse.unlink()
    assert acme.land(counted(10, 100)).rows == {"things": 100}


def test_a_warehouse_from_a_backup_takes_its_memory_with_it(acme: Lake, tmp_path: Path) -> None:
    acme.land(counted(10, 50))
    shutil.copy(acme.warehouse, tmp_path / "backup")
    acme.land(counted(10, 100))
    shutil.copy(tmp_path / "backup", acme.warehouse)
    assert acme.land(counted(10, 100)).rows == {"things": 50}
    assert acme.rows("select count(*), count(distinct id) from raw_acme.things") == [(100, 100)]


LOADER = """
    import sys
    from pathlib import Path
    import pyarrow as pa
    from ingestion.pipeline import SourcePipeline
    from ingestion.rounds import Table

    def pages(memory, current):
        while memory.get("next", 0) < 60_000:
            start = memory.get("next", 0)
            ids = pa.array(range(start, start + 5_000)).cast(pa.string())
            columns = {f"text_{n}": pa.array([f"{n} {i}" for i in range(5_000)]) for n in range(5)}
            yield pa.table({"id": ids, "version": pa.array([1] * 5_000), **columns})
            memory["next"] = start + 5_000
            if current.is_full:
                current.unfinished.add("things")
                return

    home = Path(sys.argv[1])
    things = Table("things", ("id",), version="version")
    pipeline = SourcePipeline("acme", [things], home / "warehouse.duckdb", home / "ingestion")
    pipeline.recover()
    for _ in pipeline.run({"things": pages}, 20_000):
        pass
"""


SIGNS = {
    "extracting": ["dlt/*/normalize/**/*.parquet"],
    "loading": [f"dlt/*/load/normalized/*/{folder}/*.parquet" for folder in ("started_jobs", "completed_jobs")],
    "loaded": ["dlt/*/load/loaded/*"],
}


def test_a_killed_process_leaves_neither_gap_nor_twin(acme: Lake, tmp_path: Path) -> None:
    script = tmp_path / "loader.py"
    script.write_text(textwrap.dedent(LOADER))
    command = [sys.executable, str(script), str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
    for signs in SIGNS.values():
        process = subprocess.Popen(command, env=environment)
        while process.poll() is None and not any(any(acme.state_dir.glob(sign)) for sign in signs):
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert subprocess.run(command, env=environment, check=False).returncode == 0
    assert acme.rows("select count(*), count(distinct id) from raw_acme.things") == [(60_000, 60_000)]


def test_a_file_that_was_loaded_twice_leaves_no_twin(acme: Lake) -> None:
    acme.land(giving(page(id=["a", "b"], version=[1, 1])))
    load = acme.rows("select max(load_id) from raw_acme._dlt_loads")[0][0]
    with duckdb.connect(str(acme.warehouse)) as connection:  # as if killed between the insert and its note
        connection.execute("insert into raw_acme.things select * from raw_acme.things")
    settled = next(acme.state_dir.glob("dlt/*/settled"))
    assert settled.read_text() == load
    settled.unlink()
    assert acme.land(giving()).rows == {}
    assert acme.rows("select id from raw_acme.things order by id") == [("a",), ("b",)]


def test_a_warehouse_that_another_process_writes_is_one_line(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    hold = f"import duckdb, time; c = duckdb.connect({str(warehouse)!r}); print(1, flush=True); time.sleep(60)"
    with subprocess.Popen([sys.executable, "-c", hold], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        nobody = BomboraCredentials("http://127.0.0.1:9", "key")
        with pytest.raises(LoadFailure) as caught:
            load("bombora", nobody, warehouse=warehouse, state_dir=tmp_path / "state")
        holder.kill()
    assert f"the warehouse {warehouse} cannot be opened" in str(caught.value)
    assert "Let the process that writes it end" in str(caught.value)
    assert "\n" not in str(caught.value)
