"""Lists as people have them, into raw_files.rows with the fate of each row."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connections.local import LocalFolder
from ingestion import LoadFailure, LoadReport, files, load

from .spreadsheets import write_workbook

SEED = Path(__file__).parents[3] / "dbt_project" / "seeds" / "import_columns.csv"
NOON = datetime(2026, 5, 1, 12, 0)  # noqa: DTZ001 - the warehouse keeps UTC without a zone


def aliases() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    with SEED.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            found.setdefault(row["object"], {})[files.plain(row["column_name"])] = row["field"]
    return found


class Desk:
    """A warehouse to import into."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def write(self, content: str | bytes, name: str = "list.csv") -> Path:
        path = self.home / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def prepare(self, file: Path, kind: str | None = None, **given: str) -> files.Manifest:
        return files.prepare(file, aliases=aliases(), object_name=kind, list_name=None, given=given, now=NOON)

    def bring(self, file: Path, kind: str | None = None, **given: str) -> LoadReport:
        files.deposit(self.prepare(file, kind, **given), file, self.home / "inbox")
        return self.load()

    def load(self, **settings: Any) -> LoadReport:
        return load(
            "files", LocalFolder(self.home / "inbox"), warehouse=self.home / "w.duckdb", state_dir=self.home / "state",
            **settings,
        )  # fmt: skip

    def read(self, file: Path, columns: str, kind: str | None = None, **given: str) -> list[tuple[Any, ...]]:
        """The rows of a list as they would land."""
        manifest = self.prepare(file, kind, **given)
        pages = pa.concat_tables(files.list_pages(manifest, file, self.home, lambda _line: None))
        with duckdb.connect() as connection:
            connection.register("pages", pages)
            return connection.execute(f"select {columns} from pages order by row_number").fetchall()

    def rows(self, columns: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.home / "w.duckdb")) as connection:
            return connection.execute(f"select {columns} from raw_files.rows order by import_id, row_number").fetchall()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_each_row_is_taken_or_refused_with_a_reason(desk: Desk) -> None:
    file = desk.write(
        "Exported by the fair;;\n"
        "Company Name;Web Site;Booth\n"
        "O'Brien & Söhne;https://www.obrien.example/about;A1\n"
        ";n/a;A2\n"
        ";not an address;A3\n"
        "one;two;three;four\n"
        '"Line\nbreak";;\n'
        "東京;TOKYO.example;\n"
    )
    nameless = desk.read(file, "record_id")[4][0]
    assert len(nameless) == 32
    assert desk.read(file, "row_number, status, reason, record_id, company_name, other_values") == [
        (1, "accepted", None, "obrien.example", "O'Brien & Söhne", '{"Booth":"A1"}'),
        (2, "rejected", "neither name nor website", None, None, '{"Booth":"A2"}'),
        (3, "rejected", "the website is no address, and there is no name", None, None, '{"Booth":"A3"}'),
        (4, "rejected", "4 cells instead of 3", None, None, None),
        (5, "accepted", None, nameless, "Line\nbreak", '{"Booth":null}'),
        (6, "accepted", None, "tokyo.example", "東京", '{"Booth":null}'),
    ]


@pytest.mark.parametrize(
    ("encoding", "separator"), [("utf-8", ","), ("utf-8-sig", ";"), ("utf-16", "\t"), ("cp1252", ";"), ("utf-8", "|")]
)
def test_encoding_and_separator_are_found_out(desk: Desk, encoding: str, separator: str) -> None:
    lines = [("Vorname", "Nachname", "E-Mail", "Firma"), ("Zoë", "Müller", "zoe@ex.example", "Straße, KG")]
    text = "".join(separator.join(f'"{cell}"' for cell in line) + "\r\n" for line in lines)
    file = desk.write(text.encode(encoding))
    found = desk.read(file, "object, record_id, first_name, last_name, company_name")
    assert found == [("contacts", "zoe@ex.example", "Zoë", "Müller", "Straße, KG")]


def test_the_same_content_lands_once_and_a_corrected_list_again(desk: Desk) -> None:
    file = desk.write("Name,Domain\nAcme,acme.example\n")
    assert desk.bring(file).rows == {"rows": 1, "imports": 1}
    assert desk.bring(desk.write(file.read_bytes(), "copy.csv")).rows == {}
    assert desk.bring(desk.write("Name,Domain\nAcme Corp,acme.example\n")).rows == {"rows": 1, "imports": 1}
    assert {record for (record,) in desk.rows("record_id")} == {"acme.example"}


def test_lists_with_other_columns_land_beside_each_other(desk: Desk) -> None:
    for content, kind in [
        ("Company,City\nAcme,Köln\ntoo,many,cells\n", "companies"),
        ("Email,Title\nann@acme.example,CEO\n", "leads"),
        ("Website\nhttps://acme.example\n", "companies"),
    ]:
        file = desk.write(content)
        files.deposit(desk.prepare(file, kind), file, desk.home / "inbox")
    assert desk.load().rows == {"rows": 4, "imports": 3}
    assert set(desk.rows("object, status, company_name, city, email, title, website")) == {
        ("companies", "accepted", "Acme", "Köln", None, None, None),
        ("companies", "rejected", None, None, None, None, None),
        ("leads", "accepted", None, None, "ann@acme.example", "CEO", None),
        ("companies", "accepted", None, None, None, None, "https://acme.example"),
    }
    with duckdb.connect(str(desk.home / "w.duckdb")) as connection:
        landed = {name for name, *_ in connection.execute("describe raw_files.rows").fetchall()}
    assert "linkedin_url" not in landed  # no list has a column for it


def test_a_first_list_without_a_readable_row_lands_its_columns(desk: Desk) -> None:
    assert desk.bring(desk.write("Company,City\ntoo,many,cells\n")).rows == {"rows": 1, "imports": 1}
    assert desk.rows("status, record_id, company_name, city") == [("rejected", None, None, None)]


def test_a_table_of_a_warehouse_and_a_spreadsheet(desk: Desk) -> None:
    table = pa.table({"Email": ["a@b.example", "nobody"], "Employees": [10, None], "Last Name": ["Ærø", "X"]})
    pq.write_table(table, desk.home / "leads.parquet")
    assert desk.read(desk.home / "leads.parquet", "record_id, employee_count, reason", "leads") == [
        ("a@b.example", "10", None), (None, None, "the e-mail address is none"),
    ]  # fmt: skip


def test_columns_may_be_named_by_hand(desk: Desk) -> None:
    file = desk.write("Betrieb,Netz\nAcme,acme.example\n")
    with pytest.raises(LoadFailure, match=r"no row of column names .*'Betrieb', 'Netz'.*--map"):
        desk.prepare(file)
    found = desk.read(file, "company_name, record_id", "companies", Betrieb="company_name", Netz="website")
    assert found == [("Acme", "acme.example")]
    with pytest.raises(LoadFailure, match="have no field 'shoe_size'"):
        desk.prepare(file, "companies", Betrieb="shoe_size")
    with pytest.raises(LoadFailure, match="no column 'Filiale'"):
        desk.prepare(file, "companies", Betrieb="company_name", Filiale="city")


def test_a_workbook_is_read_as_a_person_sees_it(desk: Desk) -> None:
    file = write_workbook(
        desk.home / "leads.xlsx",
        [
            ["Leads of the fair 2026"],
            [],
            ["E-Mail", "Company Name", "Employees", "Badge"],
            ["ann@acme.example", "Smith & Söhne <GmbH>", 1200.0, 42],
            ["東京@例え.jp", "株式会社", 12.5, None],
            [None, None, None, 7],
        ],
    )
    assert desk.read(file, "row_number, status, email, company_name, employee_count, other_values", "leads") == [
        (1, "accepted", "ann@acme.example", "Smith & Söhne <GmbH>", "1200", '{"Badge":"42"}'),
        (2, "accepted", "東京@例え.jp", "株式会社", "12.5", '{"Badge":null}'),
        (3, "rejected", None, None, None, '{"Badge":"7"}'),
    ]


@pytest.mark.parametrize(("name", "content"), [("a.xlsx", b"no zip"), ("a.parquet", b"PAR1"), ("a.csv", b"")])
def test_what_is_no_list_is_one_line(desk: Desk, name: str, content: bytes) -> None:
    with pytest.raises(LoadFailure, match=f"files: {name}") as caught:
        desk.prepare(desk.write(content, name))
    assert "\n" not in str(caught.value)


def test_ten_thousand_leads_are_refreshed_without_a_call_to_the_crm(desk: Desk) -> None:
    lines = "".join(f"00QTW{n:010d}YAA,lee{n}@ex.example,Lee,Lead {n},Ex {n}\n" for n in range(10_000))
    file = desk.write(f"Lead Id,Email,First Name,Last Name,Company\n{lines}")
    assert desk.bring(file, "leads").rows == {"rows": 10_000, "imports": 1}
    with duckdb.connect(str(desk.home / "w.duckdb")) as connection:
        found = connection.execute("select status, count(distinct record_id) from raw_files.rows group by 1").fetchall()
        assert found == [("accepted", 10_000)]
        assert connection.execute("select system, calls from ops.api_usage").fetchall() == [("files", 0)]
