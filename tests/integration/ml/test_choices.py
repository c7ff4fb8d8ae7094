"""What people decide and configure in seeds, and what identity makes of it."""

from pathlib import Path

import duckdb
import pytest

from ml.identity import resolve
from tests.integration.ml.records import account, accounts_of, contact, fill, lead, people_of, rows

GLOBEX = {"website": "https://www.globex.com", "country_code": "US", "city": "Boston"}
SEEDS = {
    "match_decisions": """left_source text, left_object text, left_record_id text, right_source text, right_object text,
        right_record_id text, decision text""",
    "company_aliases": "kind text, alias text, canonical text",
    "company_placeholders": "placeholder text",
    "identity_settings": "setting text, value text",
    "lead_tie_breakers": "priority integer, criterion text, is_active boolean, is_decisive boolean",
    "hierarchy_sources": "source text, priority integer, is_active boolean",
}
ROWS: dict[str, list[tuple[object, ...]]] = {
    "match_decisions": [
        ("salesforce", "Account", "001b", "salesforce", "Account", "001a", "not_same"),
        ("salesforce", "Account", "001c", "salesforce", "Account", "001d", "same"),
        ("salesforce", "Lead", "00Q3", "salesforce", "Account", "001a", "same"),
        ("salesforce", "Contact", "003a", "salesforce", "Contact", "003b", "not_same"),
    ],
    "company_aliases": [("name", "Ernst & Young", "EY"), ("domain", "www.oldname.com", "newname.io")],
    "company_placeholders": [("(unbekannt)",)],
    "identity_settings": [("lead_account_source", "ours")],
    "lead_tie_breakers": [
        (1, "named_account", True, True),
        (2, "open_opportunity", True, True),
        (3, "same_owner", True, True),
        (4, "most_contacts", True, True),
        (5, "top_of_hierarchy", True, False),
        (6, "customer", False, True),
    ],
    "hierarchy_sources": [("zoominfo", 1, True), ("salesforce", 2, True), ("domain", 3, False)],
}
HOOLI = {"website": "hooli.com", "country_code": "US", "city": "Austin"}
STARK = {"website": "stark.com", "country_code": "US", "city": "Malibu"}
WAYNE = {"website": "wayne.com", "country_code": "US", "city": "Gotham"}
COMPANIES = [
    # Stated parents keep twins apart, and leads fit both alike.
    account("001p", "Hooli", **HOOLI),
    account("001q", "Hooli", parent_record_id="001p", **HOOLI),
    lead("00Q5", "Hooli", email="x@hooli.com", city="Austin"),
    lead("00Q6", "Hooli", email="y@hooli.com", city="Austin"),
    account("001r", "Stark", **STARK),
    account("001s", "Stark", parent_record_id="001r", **STARK),
    lead("00Q7", "Stark", email="x@stark.com"),
    account("001t", "Wayne", **WAYNE),
    account("001u", "Wayne", parent_record_id="001t", **WAYNE),
    lead("00Q8", "Wayne", email="x@wayne.com"),
    account("001a", "Globex", is_customer=True, **GLOBEX),
    account("001b", "Globex Inc.", **GLOBEX),
    account("001c", "Initech", website="initech.com", country_code="US"),
    account("001d", "Umbrella Ltd", website="umbrella.io"),
    account("001e", "Ernst & Young LLP", country_code="US"),
    account("001f", "EY", country_code="US"),
    account("001g", "Oldname", website="oldname.com", country_code="DE"),
    account("001h", "Oldname GmbH", website="newname.io", country_code="DE"),
    account("001i", "Unbekannt", country_code="DE"),
    lead("00Q1", "Globex", email="x@globex.com"),
    lead("00Q2", "Initech", email="x@initech.com", linked_record_id="001e"),
    lead("00Q3", "Initech", email="y@initech.com"),
    lead("00Q4", "(Unbekannt)", country_code="DE"),
]
PEOPLE = [
    contact("003a", "Ann", "Lee", email="ann@globex.com", account_record_id="001b"),
    contact("003b", "Ann", "Lee", email="ann@globex.com", account_record_id="001b"),
]


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = fill(tmp_path_factory.mktemp("choices") / "warehouse.duckdb", COMPANIES, PEOPLE)
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema seeds")
        for seed, columns in SEEDS.items():
            connection.execute(f"create table seeds.{seed} ({columns})")
            marks = ", ".join("?" for _ in ROWS[seed][0])
            connection.executemany(f"insert into seeds.{seed} values ({marks})", ROWS[seed])
        connection.execute(
            """create table intermediate.int_record_ownerships as
            select 'salesforce' as source, * from (values
                ('Account', '001p', 'ann', false, false), ('Account', '001q', 'bob', false, false),
                ('Lead', '00Q5', 'bob', false, false), ('Lead', '00Q6', 'ann', false, false),
                ('Account', '001s', 'bob', true, false), ('Account', '001r', 'ann', false, true)
            ) as owned(object, record_id, owner_user_id, has_open_opportunity, is_named_account)"""
        )
    resolve(path)
    return path


def test_a_decision_stands_against_the_evidence(warehouse: Path) -> None:
    found = accounts_of(warehouse)
    assert found["001a"] != found["001b"]
    assert found["001c"] == found["001d"]
    assert found["00Q3"] == found["001a"]
    assert people_of(warehouse)["003a"] != people_of(warehouse)["003b"]
    decided = rows(warehouse, "select record_id from ml.account_records where method = 'decision' order by 1")
    assert decided == [("001d",), ("00Q3",)]
    assert not rows(warehouse, "select 1 from ml.match_review where left_record_id in ('001a', '001b')")


def test_aliases_bring_names_and_domains_together(warehouse: Path) -> None:
    found = accounts_of(warehouse)
    assert found["001e"] == found["001f"]
    assert found["001g"] == found["001h"]


def test_our_answer_on_a_lead_wins_when_configured_and_both_are_kept(warehouse: Path) -> None:
    """IDN-10."""
    found = accounts_of(warehouse)
    query = "select account_id, crm_account_id, our_account_id from ml.lead_accounts where lead_id = '00Q2'"
    assert rows(warehouse, query) == [(found["001c"], found["001e"], found["001c"])]


def test_tie_breakers_follow_their_order(warehouse: Path) -> None:
    """Two accounts fit alike: here the one with more contacts wins, although the other is a customer."""
    assert accounts_of(warehouse)["00Q1"] == accounts_of(warehouse)["001b"]


def test_a_tie_goes_by_owner_deals_and_names_and_only_if_they_decide(warehouse: Path) -> None:
    """Each lead to its own rep's account; a named account before an open deal; where nothing decides, to review."""
    found = accounts_of(warehouse)
    assert (found["00Q5"], found["00Q6"]) == (found["001q"], found["001p"])
    assert found["00Q7"] == found["001r"]
    assert found["00Q8"] is None
    proposed = "select right_record_id from ml.match_review where left_record_id = '00Q8'"
    assert rows(warehouse, proposed) == [("001t",)]


def test_a_placeholder_matches_no_account_by_name(warehouse: Path) -> None:
    """IDN-23."""
    assert accounts_of(warehouse)["00Q4"] is None


def test_what_is_known_is_not_scored_again(warehouse: Path) -> None:
    """A second run keeps scores; a record that changes is scored anew, alone with its pairs."""
    before = rows(warehouse, "select * from ml.account_scores order by all")
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update ml.account_scores set evidence = 'kept' where left_record_id <> '001e'")
        connection.execute("update intermediate.int_company_records set city = 'Dallas' where record_id = '001f'")
    resolve(warehouse)
    after = dict(rows(warehouse, "select left_record_id, evidence from ml.account_scores"))
    assert len(after) == len(before)
    assert {record for record, evidence in after.items() if evidence != "kept"} == {"001e"}
