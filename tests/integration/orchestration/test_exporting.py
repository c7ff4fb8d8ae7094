"""A published table as files: row for row, in chunks, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from orchestration.errors import RequestFault
from orchestration.exporting import MANIFEST, Form, export

ROWS = """
    select 'acc_' || lpad(n::varchar, 5, '0') as account_id,
        ['O''Brien, "Söhne"', '🚀 東京', '', null, '0', 'a' || chr(10) || 'b', 'null'][1 + n % 7] as name,
        n % 2 = 0 as is_hot, (n / 7)::decimal(18, 2) as value_usd, n::double / 3 as propensity,
        timestamp '2026-11-22 08:30:00' + to_seconds(n) as scored_at, if(n % 5 = 0, null, ['a|b', 'c']) as technologies
    from range({rows}) as numbers(n)
"""


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A published file with one mart of 4,500 rows in no order, and an empty one."""
    file = tmp_path / "published.duckdb"
    with duckdb.connect(str(file)) as connection:
        connection.execute("create schema marts; create schema ops")
        connection.execute(f"create table marts.account_scores as {ROWS.format(rows=4500)} order by hash(n)")
        connection.execute(f"create table marts.empties as {ROWS.format(rows=0)}")
    return file


def mart(published: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(published), read_only=True) as connection:
        return connection.execute("from marts.account_scores order by account_id").fetchall()


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_the_files_hold_the_table_row_for_row(published: Path, tmp_path: Path, form: Form) -> None:
    done = export(published, "account_scores", tmp_path / "out", form=form, rows_per_file=2000)
    assert (done.rows, len(done.files)) == (4500, 3)
    manifest = json.loads((done.folder / MANIFEST).read_text("utf-8"))
    assert list(manifest["files"].values()) == [2000, 2000, 500]
    types = {
        "account_id": "varchar", "name": "varchar", "is_hot": "boolean", "value_usd": "decimal(18, 2)",
        "propensity": "double", "scored_at": "timestamp", "technologies": "varchar[]",
    }  # fmt: skip
    assert manifest["columns"] == list(types)
    files = [str(done.folder / file) for file in done.files]
    read = (
        f"read_parquet({files})"
        if form == "parquet"
        else f"read_csv({files}, columns = {types}, header = true, allow_quoted_nulls = false)"
    )
    with duckdb.connect() as connection:
        assert connection.execute(f"from {read} order by account_id").fetchall() == mart(published)


def test_an_export_replaces_an_earlier_one_and_is_the_same_again(published: Path, tmp_path: Path) -> None:
    first = export(published, "marts.account_scores", tmp_path / "out", form="csv", rows_per_file=1000)
    before = {file: (first.folder / file).read_bytes() for file in first.files}
    second = export(published, "account_scores", tmp_path / "out", form="csv", rows_per_file=1000)
    assert {file: (second.folder / file).read_bytes() for file in second.files} == before
    third = export(published, "account_scores", tmp_path / "out", form="csv", rows_per_file=5000)
    assert sorted(path.name for path in third.folder.iterdir()) == sorted([*third.files, MANIFEST])
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["account_scores"]


def test_an_empty_table_is_one_file_with_a_header(published: Path, tmp_path: Path) -> None:
    done = export(published, "empties", tmp_path / "out", form="csv", rows_per_file=10)
    assert (done.rows, done.files) == (0, ("empties-00001.csv",))
    assert (done.folder / done.files[0]).read_text("utf-8").startswith("account_id,name,")


def test_what_cannot_be_exported_is_told_in_one_line(published: Path, tmp_path: Path) -> None:
    with pytest.raises(RequestFault, match="Did you mean"):
        export(published, "account_score", tmp_path / "out", form="csv", rows_per_file=10)
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    with pytest.raises(RequestFault, match="name another folder with --to"):
        export(published, "empties", tmp_path / "file", form="csv", rows_per_file=10)
    with pytest.raises(RequestFault, match="Nothing is published"):
        export(tmp_path / "none.duckdb", "empties", tmp_path / "out", form="csv", rows_per_file=10)
