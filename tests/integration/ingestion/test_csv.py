"""Vendors' CSV files, read exactly."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from ingestion.frames import FLAG, MOMENT, NUMBER, WHOLE, csv_header, csv_pages

NOON = datetime(2026, 5, 1, 12, 0)  # noqa: DTZ001 - the warehouse keeps UTC without a zone


def write(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8", newline="")
    return path


def test_csv_cells_keep_quotes_newlines_and_nulls(tmp_path: Path) -> None:
    header = '"Id","Name","Amount","Closed__c","At"'
    row = '"1","O\'Brien ""Q"", Ltd\nline two","","true","2026-05-01T12:00:00.000Z"'
    file = write(tmp_path / "a.csv", f"{header}\n{row}\n")
    types = {"Amount": NUMBER, "Closed__c": FLAG, "At": MOMENT}
    (page,) = csv_pages(file, types)
    assert page.to_pylist() == [
        {"id": "1", "name": 'O\'Brien "Q", Ltd\nline two', "amount": None, "closed_c": True, "at": NOON}
    ]


def test_csv_nulls_may_be_a_word_outside_quotes(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", 'id,lastName,city\n1,null,"null"\n2,"",Ærø\n')
    (page,) = csv_pages(file, {"id": WHOLE}, nulls=("", "null"), quoted_nulls=False)
    assert page.to_pylist() == [
        {"id": 1, "last_name": None, "city": "null"},
        {"id": 2, "last_name": "", "city": "Ærø"},
    ]


def test_an_empty_file_has_no_pages(tmp_path: Path) -> None:
    assert list(csv_pages(write(tmp_path / "a.csv", ""), {})) == []
    assert csv_header(write(tmp_path / "b.csv", '"A B",c\n')) == ["A B", "c"]
    assert sum(page.num_rows for page in csv_pages(tmp_path / "b.csv", {})) == 0
