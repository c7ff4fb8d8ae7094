"""Which person records are one person; all cases in one warehouse."""

from pathlib import Path

import pytest

from ml.identity import resolve
from tests.integration.ml.records import account, accounts_of, contact, fill, lead, marketo, people_of, rows

PROFILE = "https://www.linkedin.com/in/jane-doe-123/"
COMPANIES = [
    account("001a", "Globex", website="https://www.globex.com", country_code="US", city="Boston"),
    lead("00Q1", "Globex", email="jane@globex.com"),
]
PEOPLE = [
    contact("0031", "Jane", "Doe", account_record_id="001a", email="jane@globex.com", linkedin_url=PROFILE),
    contact("0032", "Jane", "Doe", account_record_id="001a", email="JANE@globex.com "),
    contact("0033", "J.", "Doe", email="jane@hooli.com", linkedin_url="linkedin.com/in/Jane-Doe-123?x=1"),
    contact("0034", "Jane", "Smith", account_record_id="001a", email="jane@globex.com"),
    contact("0035", "Jane", "Doe", account_record_id="001a", email="jane2@globex.com"),
    contact("0036", "Jane", "Doe", account_record_id="001a"),
    contact("0037", "Joe", "Roe", merged_into_record_id="0034"),
    contact("00Q1", "Jane", "D.", linked_record_id="0031") | {"object": "Lead"},
    marketo("7", "Jane", None, email="jane@globex.com"),
    marketo("8", None, None, linked_record_id="00Q1"),
    # A mailbox that several read.
    contact("003a", "Jane", "Doe", email="info@initech.com"),
    contact("003b", "Jim", "Doe", email="info@initech.com"),
    contact("003c", "Jane", "Doe", email="info@initech.com"),
    # Two scripts, two orders of names, letters as wide as ideographs.
    contact("003d", "Taro", "Yamada", email="taro.yamada@wayne.com"),
    contact("003e", "太郎", "山田", email="Taro.Yamada@wayne.com"),
    contact("003f", "Yamada", "Taro", email="taro.yamada@wayne.com"),
    contact("003g", "\uff34\uff41\uff52\uff4f", "\uff39amada", email="taro.yamada@wayne.com"),
    contact("003h", "Aisha", "العتيبي", email="a.alotaibi@wayne.com"),
    contact("003i", "aisha", "al-otaibi", email="a.alotaibi@wayne.com"),
    contact("003j", "Abdullah", "العتيبي", email="a.alotaibi@wayne.com"),
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = fill(tmp_path_factory.mktemp("people") / "warehouse.duckdb", COMPANIES, PEOPLE)
    resolve(path)
    return path


def test_people_are_joined_by_links_address_profile_and_name(warehouse: Path) -> None:
    """IDN-05: the same person with a changed e-mail and the same profile is one."""
    found = people_of(warehouse)
    jane = {record for record, person in found.items() if person == found["0031"]}
    assert jane == {"0031", "0032", "0033", "00Q1", "7", "8"}
    assert found["0037"] == found["0034"] != found["0031"]
    assert found["0035"] != found["0036"] != found["0031"]  # two Jane Does work there: which one is 0036?
    assert ("0031", "0036") in rows(warehouse, "select left_record_id, right_record_id from ml.match_review")
    assert all(len(person) == 20 and person.startswith("per_") for person in found.values())
    homes = dict(rows(warehouse, "select record_id, account_id from ml.person_records"))
    assert homes["0033"] == homes["7"] == accounts_of(warehouse)["001a"]


def test_a_shared_mailbox_joins_nobody_but_namesakes(warehouse: Path) -> None:
    found = people_of(warehouse)
    assert found["003a"] == found["003c"] != found["003b"]


def test_a_person_is_one_in_any_script_and_order_of_names(warehouse: Path) -> None:
    found = people_of(warehouse)
    assert found["003d"] == found["003e"] == found["003f"] == found["003g"]
    assert found["003h"] == found["003i"] != found["003j"]
