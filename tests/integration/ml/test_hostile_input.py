"""Input that would blow up a pairwise comparison, or that no form should have let through."""

import time
from pathlib import Path

import duckdb

from ml.identity import IdentityReport, resolve
from tests.integration.ml.records import account, accounts_of, contact, fill, rows

SECONDS = 60  # of CPU; the crowds together take about 10, pairwise each would take minutes


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


# What the records say, how many there are, how many accounts they are.
CROWDS = {
    # Different companies on one free-mail domain.
    "a": ("'Company ' || n as company_name, 'gmail.com' as website", 10_000, 10_000),
    # Branches of one name on one domain, then as many without the flag in as many towns.
    "b": ("'Globex' as company_name, 'globex.com' as website, true as is_branch, 'Town ' || n as city", 5_000, 5_000),
    "c": (
        "'Initech' as company_name, 'initech.com' as website, 'US' as country_code, 'Town ' || n as city",
        5_000,
        5_000,
    ),
    # All alike.
    "d": ("'Hooli' as company_name, 'hooli.com' as website, 'US' as country_code", 3_000, 1),
    # Different names on one domain, then behind one switchboard.
    "e": ("'Umbrella ' || n as company_name, 'umbrella.com' as website, 'US' as country_code", 3_000, 3_000),
    "f": ("'Stark ' || n as company_name, '+1 617 555 0188' as phone, 'US' as country_code", 3_000, 3_000),
    # Nothing but a name, the same everywhere; nothing at all.
    "g": ("'Vandelay' as company_name", 3_000, 3_000),
    "h": ("null as company_name", 3_000, 3_000),
}


def test_crowded_keys(tmp_path: Path) -> None:
    """All crowds in one warehouse, each with leads of its own."""
    query = " union all by name ".join(
        f"""select 'salesforce' as source, object, prefix || '{crowd}' || n as record_id, {columns}
        from range({size}) as t(n),
            (values ('Account', '001', {size}), ('Lead', '00Q', 1000)) as kinds(object, prefix, most)
        where n < most"""
        for crowd, (columns, size, _) in CROWDS.items()
    )
    path = _insert(tmp_path / "w.duckdb", query)
    _timed(path)
    found = rows(
        path,
        """select record_id[4], count(distinct account_id) from ml.account_records
        where object = 'Account' group by all order by all""",
    )
    assert found == [(crowd, accounts) for crowd, (_, _, accounts) in CROWDS.items()]


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


NAMES = (
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
)


def test_any_name_is_carried_through(tmp_path: Path) -> None:
    companies = [
        row
        for number, name in enumerate(NAMES)
        for row in (
            account(f"001a{number}", name, website=f"globex{number}.com", country_code="US"),
            account(f"001b{number}", name, website=name, country_code=name and name[:2], city=name),
        )
    ]
    people = [
        row
        for number, name in enumerate(NAMES)
        for row in (
            contact(f"003a{number}", name, name, email=name),
            contact(f"003b{number}", None, name, linkedin_url=name, account_record_id=name),
        )
    ]
    path = fill(tmp_path / "w.duckdb", companies, people)
    report = _timed(path)
    assert report.records == 4 * len(NAMES)
    found = accounts_of(path)
    assert None not in found.values()
    assert len({found[f"001a{number}"] for number in range(len(NAMES))}) == len(NAMES)
    assert rows(path, "select count(*) from ml.person_records") == [(2 * len(NAMES),)]
