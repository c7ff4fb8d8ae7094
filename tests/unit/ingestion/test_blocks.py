"""Blocks of rows on their way in: cut as DuckDB stores them, read ahead, judged with every value in its place."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Generator

import duckdb
import pyarrow as pa
import pytest

from ingestion import landing
from ingestion.files.judgement import judged
from ingestion.files.manifest import Manifest
from ingestion.files.reading import Block, Layout
from ingestion.landing import row_groups
from ingestion.readahead import read_ahead, work_ahead


@pytest.mark.parametrize(
    ("given", "cut"),
    [([4, 4, 4], [10, 2]), ([25], [10, 10, 5]), ([10, 10], [10, 10]), ([3], [3]), ([0], [0]), ([], [])],
)
def test_tables_are_cut_anew_in_their_order(monkeypatch: pytest.MonkeyPatch, given: list[int], cut: list[int]) -> None:
    monkeypatch.setattr(landing, "_GROUP_ROWS", 10)
    whole = pa.table({"n": pa.array(range(sum(given)), pa.int64())})
    starts = [sum(given[:place]) for place in range(len(given))]
    found = list(row_groups(whole.slice(start, rows) for start, rows in zip(starts, given, strict=True)))
    assert [table.num_rows for table in found] == cut
    assert [n for table in found for n in table["n"].to_pylist()] == list(range(sum(given)))


def test_long_rows_do_not_wait_for_a_whole_group(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(landing, "_GROUP_BYTES", 100)
    page = pa.table({"text": ["x" * 60]})
    assert [table.num_rows for table in row_groups(iter([page, page, page]))] == [2, 1]


def test_what_is_read_ahead_comes_in_order_and_fails_in_its_place() -> None:
    ended = []

    def items() -> Generator[int, None, None]:
        try:
            yield from (1, 2)
            raise ValueError("line 3")
        finally:
            ended.append(True)

    ahead = read_ahead(items())
    assert [next(ahead), next(ahead)] == [1, 2]
    with pytest.raises(ValueError, match="line 3"):
        next(ahead)
    assert ended


def test_what_is_worked_on_ahead_comes_in_order_two_at_a_time() -> None:
    both, at_once = threading.Barrier(2, timeout=10), []

    def work(item: int) -> int:
        if item < 2:
            at_once.append(both.wait())  # neither goes on before the other has begun
        else:
            time.sleep(0.02 * (5 - item))  # the first is the slowest
        return item * 10

    assert list(work_ahead(work, (item for item in range(5)))) == [0, 10, 20, 30, 40]
    assert len(at_once) == 2


@pytest.mark.parametrize("reading", [True, False])
def test_what_fails_ahead_raises_after_all_before_it(reading: bool) -> None:
    def items() -> Generator[int, None, None]:
        yield from (1, 2, 3)
        if reading:
            raise ValueError("line 4")
        yield from (4, 5)

    def work(item: int) -> int:
        if item == 4:
            raise ValueError("line 4")
        return item

    ahead = work_ahead(work, items())
    assert [next(ahead) for _ in range(3)] == [1, 2, 3]
    with pytest.raises(ValueError, match="line 4"):
        next(ahead)


def test_columns_that_differ_in_case_alone_keep_their_values() -> None:
    rows = pa.table([["Acme"], [" n/a "], ["one"], ["two"]], names=["Company", "Website", "Note", "NOTE"])
    layout = Layout("csv", tuple(rows.column_names))
    manifest = Manifest(
        "i", "f.csv", "companies", "l", layout, {"Company": "company_name", "Website": "website"}, "2026-01-01"
    )
    with duckdb.connect() as connection:
        (found,) = judged(manifest, Block(rows, pa.array([7])), connection).to_pylist()
    assert json.loads(found["other_values"]) == {"Note": "one", "NOTE": "two"}
    assert (found["row_number"], found["status"], found["company_name"], found["website"]) == (
        7,
        "accepted",
        "Acme",
        None,
    )
