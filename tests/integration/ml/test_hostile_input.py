"""Input that would blow up a pairwise comparison, or that no form should have let through."""

import time
from pathlib import Path

import duckdb
import pytest

from ml.identity import IdentityReport, resolve
from tests.integration.ml.records import account, accounts_of, contact, fill, rows

SECONDS = 20  # each takes about one on a quiet machine; pairwise they would take minutes


def _insert(path: Path, companies: str = "", people: str = "") -> Path:
    fill(path, [])
    with duckdb.connect(str(path)) as connection:
        if companies:
            connection.execute(f"insert into intermediate.int_company_records by name {companies}")
        if people:
            connection.execute(f"insert into intermediate.int_person_records by name {people}")
    return path


def _timed(path: Path) -> IdentityReport:
    begin = time.process_time()
    report = resolve(path)
    assert time.process_time() - begin < SECONDS
    return report


@pytest.mark.parametrize(
    ("columns", "accounts"),
    [
        # 10,000 different companies on one free-mail domain
        ("'Company ' || n as company_name, 'gmail.com' as website", 10_000),
        # 5,000 branches of one name on one domain, then as many without the flag in as many towns
        ("'Globex' as company_name, 'globex.com' as website, true as is_branch, 'Town ' || n as city", 10_000),
        ("'Globex' as company_name, 'globex.com' as website, 'US' as country_code, 'Town ' || n as city", 10_000),
        # 10,000 records that are all alike
        ("'Globex' as company_name, 'globex.com' as website, 'US' as country_code", 1),
        # 10,000 different names on one domain
        ("'Globex ' || n as company_name, 'globex.com' as website, 'US' as country_code", 10_000),
        # nothing but a name, the same everywhere
        ("'Globex' as company_name", 10_000),
    ],
)
def test_crowded_keys(tmp_path: Path, columns: str, accounts: int) -> None:
    query = f"""select 'salesforce' as source, object, prefix || n as record_id, {columns}
        from range(10000) as t(n), (values ('Account', '001', 10000), ('Lead', '00Q', 1000)) as k(object, prefix, most)
        where n < most"""
    report = _timed(_insert(tmp_path / "w.duckdb", query))
    assert report.accounts == accounts


def test_ten_thousand_people_share_one_address(tmp_path: Path) -> None:
    people = """select 'salesforce' as source, 'Contact' as object, '003' || n as record_id,
        'P' || (n % 100) as first_name, 'Q' || (n % 100) as last_name, 'test@test.com' as email
        from range(10000) as t(n)"""
    assert _timed(_insert(tmp_path / "w.duckdb", people=people)).people == 100


def test_ten_thousand_namesakes_at_one_account(tmp_path: Path) -> None:
    people = """select 'salesforce' as source, 'Contact' as object, '003' || n as record_id, 'Jane' as first_name,
        'Doe' as last_name, '001a' as account_record_id from range(10000) as t(n)"""
    company = "select 'salesforce' as source, 'Account' as object, '001a' as record_id, 'Globex' as company_name"
    assert _timed(_insert(tmp_path / "w.duckdb", company, people)).people == 1


@pytest.mark.parametrize(
    "name",
    [
        None,
        "",
        " ",
        "\u200b",
        "\u202e\u0645\u0631\u062d\u0628\u0627\u202c",
        "😀😀",
        "a" * 4_000,
        "Acme " * 800,
        "'; drop table ml.accounts; --",
        "{}",
        "%s",
    ],
)
def test_any_name_is_carried_through(tmp_path: Path, name: str | None) -> None:
    companies = [
        account("001a", name, website="globex.com", country_code="US"),
        account("001b", name, website=name, country_code=name and name[:2], city=name),
    ]
    people = [
        contact("003a", name, name, email=name),
        contact("003b", None, name, linkedin_url=name, account_record_id=name),
    ]
    path = fill(tmp_path / "w.duckdb", companies, people)
    report = _timed(path)
    assert report.records == 4
    assert None not in accounts_of(path).values()
    assert rows(path, "select count(*) from ml.person_records") == [(2,)]
