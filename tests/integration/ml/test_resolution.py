"""What one run after another makes of records: ids, order, failures, what is missing."""

import random
import shutil
from pathlib import Path

import duckdb
import pytest

from ml.identity import IdentityError, resolve
from tests.integration.ml.records import (
    Record,
    account,
    accounts_of,
    contact,
    everything,
    fill,
    lead,
    people_of,
    rows,
)


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


def _market() -> tuple[list[Record], list[Record]]:
    names = ["Globex", "Globex Inc", "Initech", "Initech GmbH", "Hooli", "Acme Works", "Acme Wroks"]
    companies = [
        account(f"001{n:02}", names[n % 7], website=[None, "globex.com", "initech.de"][n % 3],
                country_code=["US", "DE", None][n % 3], created_at=f"2024-01-{n + 1:02}")
        for n in range(21)
    ]  # fmt: skip
    leads = [lead(f"00Q{n:02}", names[n % 7], email=f"p{n}@globex.com") for n in range(14)]
    people = [
        contact(f"003{n:02}", ["Ann", "Bob"][n % 2], ["Lee", "Kim"][n % 3 % 2], email=f"p{n % 5}@globex.com",
                account_record_id=f"001{n % 21:02}")
        for n in range(30)
    ]  # fmt: skip
    return [*companies, *leads], people


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = fill(tmp_path_factory.mktemp("market") / "warehouse.duckdb", *_market())
    resolve(path)
    return path


def test_the_order_of_rows_does_not_matter(market: Path, tmp_path: Path) -> None:
    companies, people = _market()
    results = []
    for seed in range(2):
        order = random.Random(seed)
        path = tmp_path / f"{seed}.duckdb"
        fill(path, order.sample(companies, len(companies)), order.sample(people, len(people)))
        resolve(path)
        results.append(_found(path))
    assert results == [_found(market)] * 2


def _found(path: Path) -> tuple[object, ...]:
    reviews = rows(path, 'select * exclude ("at") from ml.match_review order by all')
    return accounts_of(path), people_of(path), reviews


def test_a_second_run_changes_nothing(market: Path, warehouse: Path) -> None:
    shutil.copy(market, warehouse)
    before = everything(warehouse)
    resolve(warehouse)
    assert everything(warehouse) == before


def test_ids_follow_merges_splits_and_absences(warehouse: Path) -> None:
    one = account("001a", "Globex", website="globex.com", country_code="US", created_at="2024-01-01")
    two = account("001b", "Globex Works", website="globex.com", country_code="US", created_at="2024-02-01")
    resolve(fill(warehouse, [one, two]))
    first = accounts_of(warehouse)
    resolve(fill(warehouse, [one, two | {"merged_into_record_id": "001a"}]))
    assert accounts_of(warehouse) == {"001a": first["001a"], "001b": first["001a"]}
    resolve(fill(warehouse, [one, two]))
    assert accounts_of(warehouse) == first
    resolve(fill(warehouse, [one]))
    resolve(fill(warehouse, [one, two]))
    assert accounts_of(warehouse) == first
    assert rows(
        warehouse,
        "select event, into_account_id from ml.account_id_history where account_id = "
        f"'{first['001b']}' order by \"at\", rowid",
    ) == [("minted", None), ("merged", first["001a"]), ("split", first["001a"]), ("retired", None), ("restored", None)]


def test_a_third_town_tells_that_many_bear_the_name(warehouse: Path) -> None:
    """What was joined is weighed again when a newcomer changes how much the name tells."""
    towns = ("Boston", "Dallas", "Miami")
    sites = [account(f"001{town}", "Nakatomi", country_code="US", city=town) for town in towns]
    resolve(fill(warehouse, sites[:2]))
    assert len(set(accounts_of(warehouse).values())) == 1
    resolve(fill(warehouse, sites))
    assert len(set(accounts_of(warehouse).values())) == 3
    assert rows(warehouse, "select count(*) from ml.account_id_history where event = 'split'") == [(1,)]


def test_a_run_that_fails_leaves_the_last_results(market: Path, warehouse: Path) -> None:
    shutil.copy(market, warehouse)
    before = everything(warehouse)
    fill(warehouse, [account("001a", "Globex"), account("001a", "Globex again")])
    with pytest.raises(IdentityError, match=r"int_company_records holds salesforce/Account/001a 2 times: "):
        resolve(warehouse)
    assert everything(warehouse) == before


def test_what_is_missing_is_named_with_its_remedy(warehouse: Path) -> None:
    with pytest.raises(IdentityError, match=r"warehouse\.duckdb does not exist: load the sources"):
        resolve(warehouse)
    duckdb.connect(str(warehouse)).close()
    message = r"intermediate\.int_company_records does not exist: build it first \(dbt build --select \+int_company_rec"
    with pytest.raises(IdentityError, match=message):
        resolve(warehouse)
    fill(warehouse, [])
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("alter table intermediate.int_person_records drop column email")
    with pytest.raises(IdentityError, match=r"int_person_records lacks email: build it first"):
        resolve(warehouse)


def test_nothing_to_resolve_is_no_fault_and_the_vendors_columns_may_be_absent(warehouse: Path) -> None:
    fill(warehouse, [])
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("alter table intermediate.int_company_records drop column vendor_parent_company_id")
    report = resolve(warehouse)
    assert (report.records, report.accounts, report.people, report.linked_leads, report.review) == (0, 0, 0, 0, 0)
