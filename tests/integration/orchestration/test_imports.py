"""Lists from the command line to the row-by-row result, without the part that resolves them (see import_rows)."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from ingestion import LoadFailure
from orchestration import imports, settings
from orchestration.errors import RequestFault
from orchestration.settings import Settings

LIST = "Company,Website,Booth\nO'Brien & Söhne,obrien.example,A\n,,B\nAcme,acme.example,C\n"
# As dbt builds it once identity has placed the rows.
FATES = """
    create schema marts;
    create table marts.dim_accounts as select 'a1' as account_id, 'Acme Inc' as account_name;
    create table marts.import_rows as
    select import_id, row_number, record_id, list_name,
        case when record_id = 'acme.example' then 'a1' end as account_id, null::varchar as contact_id,
        case when status = 'rejected' then 'rejected' when record_id = 'acme.example' then 'matched' else 'new' end
            as outcome, reason
    from raw_files.rows
"""


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return settings.load(environment={"MARKETMAP_HOME": str(tmp_path / "home")}, folder=tmp_path)


def test_a_list_is_landed_once_and_told_row_by_row(home: Settings, tmp_path: Path) -> None:
    file = tmp_path / "fair 2026.csv"
    file.write_text(LIST, "utf-8")
    manifest = imports.prepare(home, file, None, None, ())
    assert (manifest.object, manifest.list_name) == ("companies", "fair 2026")
    said: list[str] = []
    assert imports.land(home, manifest, file, said.append)
    assert not imports.land(home, manifest, file, said.append)
    assert "fair 2026.csv: 3 rows read" in said
    with duckdb.connect(str(home.warehouse)) as connection:
        connection.execute(FATES)
    outcome = imports.outcome(home, manifest)
    assert (outcome.rows, outcome.counts) == (3, {"matched": 1, "new": 1, "rejected": 1})
    assert outcome.reasons == {"neither name nor website": 1}
    result = tmp_path / "it's the result.csv"
    imports.write_result(home, manifest, result)
    with result.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [(row["row_number"], row["outcome"], row["reason"]) for row in rows] == [
        ("1", "new", ""), ("2", "rejected", "neither name nor website"), ("3", "matched", ""),
    ]  # fmt: skip
    assert (rows[2]["account_name"], rows[0]["company_name"]) == ("Acme Inc", "O'Brien & Söhne")


def test_what_cannot_be_read_does_not_stay_in_the_way(home: Settings, tmp_path: Path) -> None:
    file = tmp_path / "list.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"copy (select 'Acme' as \"Company\" from range(100000)) to '{file}' (format parquet)")
    content = bytearray(file.read_bytes())
    content[10:60] = b"x" * 50
    file.write_bytes(content)
    manifest = imports.prepare(home, file, None, None, ())
    with pytest.raises(LoadFailure, match=r"files: list\.parquet cannot be read"):
        imports.land(home, manifest, file, lambda _line: None)
    assert list((home.home / "inbox" / "files").iterdir()) == []


def test_a_mapping_that_is_none_is_one_line(home: Settings, tmp_path: Path) -> None:
    with pytest.raises(RequestFault, match="--map 'Firma' is not understood"):
        imports.prepare(home, tmp_path / "x.csv", None, None, ("Firma",))
    with pytest.raises(LoadFailure, match="there is no file"):
        imports.prepare(home, tmp_path / "x.csv", None, None, ())
