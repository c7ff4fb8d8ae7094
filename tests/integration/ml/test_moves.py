"""People under short names, and people who work at another company by now."""

from pathlib import Path

import duckdb
import pytest

from ml.identity import resolve
from tests.integration.ml.records import account, accounts_of, contact, fill, lead, people_of, rows

COMPANIES = [
    account("001a", "Globex", website="globex.com", country_code="US"),
    account("001b", "Initech", website="initech.com", country_code="US"),
    account("001c", "Globex Labs", website="globex.com", country_code="US", parent_record_id="001a"),
    lead("00Q1", "Initech", email="jane@initech.com"),
]
JANE = {"linkedin_url": "linkedin.com/in/jane-doe-1"}
PEOPLE = [
    # Jane went from Globex to Initech, Joe only to another account of Globex.
    contact("003a", "Jane", "Doe", account_record_id="001a", email="jane@globex.com", created_at="2022-01-01", **JANE),
    lead("00Q1", None, email="jane@initech.com", created_at="2024-05-01", **JANE)
    | {"first_name": "Jane", "last_name": "Doe"},
    contact("003b", "Joe", "Roe", account_record_id="001a", email="joe@globex.com", created_at="2022-01-01"),
    contact("003c", "Joe", "Roe", account_record_id="001c", email="joe@globex.com", created_at="2023-01-01"),
    # Bob and William are no short forms of each other; Juergen is Jürgen.
    contact("003d", "Robert", "Smith", account_record_id="001b"),
    contact("003e", "Bob", "Smith", account_record_id="001b"),
    contact("003f", "William", "Smith", account_record_id="001b"),
    contact("003g", "Jürgen", "Müßig", account_record_id="001b"),
    contact("003h", "Juergen", "Muessig", account_record_id="001b"),
]


def _resolved(path: Path, policy: str | None) -> Path:
    fill(path, COMPANIES, [{key: value for key, value in row.items() if key != "company_name"} for row in PEOPLE])
    if policy:
        with duckdb.connect(str(path)) as connection:
            connection.execute("create schema seeds")
            connection.execute(
                f"create table seeds.identity_settings as select 'moved_contacts' as setting, '{policy}' as value"
            )
    resolve(path)
    return path


@pytest.fixture(scope="module")
def appended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _resolved(tmp_path_factory.mktemp("moves") / "warehouse.duckdb", None)


def test_short_forms_and_umlauts_are_one_person(appended: Path) -> None:
    found = people_of(appended)
    assert found["003d"] == found["003e"] != found["003f"]
    assert found["003g"] == found["003h"]


def test_a_contact_who_moved_goes_along_and_is_marked(appended: Path) -> None:
    """IDN-13, append_to_new_account (the default)."""
    people, accounts = people_of(appended), accounts_of(appended)
    assert people["003a"] == people["00Q1"]
    query = (
        "select contact_id, previous_account_id, account_id, next_contact_id, moved_to_record_id from ml.contact_moves"
    )
    assert rows(appended, query) == [(people["003a"], accounts["001a"], accounts["001b"], None, "00Q1")]
    homes = dict(rows(appended, "select contact_id, any_value(account_id) from ml.person_records group by all"))
    assert homes[people["003a"]] == accounts["001b"]


def test_a_contact_who_moved_stays_marked_and_is_created_anew(tmp_path: Path) -> None:
    """IDN-13, mark_moved_and_create_new: the old contact keeps its id and its account."""
    path = _resolved(tmp_path / "warehouse.duckdb", "mark_moved_and_create_new")
    people, accounts = people_of(path), accounts_of(path)
    assert people["003a"] != people["00Q1"]
    query = "select contact_id, previous_account_id, account_id, next_contact_id from ml.contact_moves"
    assert rows(path, query) == [(people["003a"], accounts["001a"], accounts["001b"], people["00Q1"])]
    homes = dict(rows(path, "select record_id, account_id from ml.person_records"))
    assert (homes["003a"], homes["00Q1"]) == (accounts["001a"], accounts["001b"])
    assert people["003b"] == people["003c"]
