"""Which records are one account, how accounts hang together, which leads are theirs; all cases in one warehouse."""

from pathlib import Path

import pytest

from ml.identity import resolve
from tests.integration.ml.account_cases import BRANCHES, CONTACTS, DOUBTED, EVERYTHING, PLACEHOLDERS
from tests.integration.ml.records import accounts_of, fill, rows


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = fill(tmp_path_factory.mktemp("accounts") / "warehouse.duckdb", EVERYTHING, CONTACTS)
    assert resolve(path).records == len(EVERYTHING) + len(CONTACTS)
    return path


@pytest.fixture(scope="module")
def ids(warehouse: Path) -> dict[str, str | None]:
    return accounts_of(warehouse)


def _reviewed(warehouse: Path, group: str) -> set[tuple[str, str]]:
    """Pairs for review of one group of records."""
    pairs = rows(warehouse, "select left_record_id, right_record_id from ml.match_review")
    return {(one, other) for one, other in pairs if one[3] == group}


def test_one_company_from_crm_and_vendor_is_one_account(warehouse: Path, ids: dict[str, str | None]) -> None:
    """IDN-01, and IDN-04's method and confidence."""
    of_acme = f"where account_id = '{ids['001a1']}'"
    profile = rows(warehouse, f"select normalised_name, domain, family_domain, country_code from ml.accounts {of_acme}")
    assert profile == [("acme", "acme.com", "acme.com", "US")]
    query = f"select record_id, method, confidence from ml.account_records {of_acme} order by source, record_id"
    found = rows(warehouse, query)
    assert [row[:2] for row in found] == [
        ("001a1", "main_record"),
        ("001a2", "domain_and_name"),
        ("001a1", "source_link"),
    ]
    assert [row[2] for row in found][::2] == [1.0, 1.0]
    assert 0.9 < found[1][2] < 1


def test_merges_in_the_crm_are_followed_whatever_the_names_say(ids: dict[str, str | None]) -> None:
    assert ids["001a3"] == ids["001a4"]
    assert ids["001a5"] is None


def test_a_shared_domain_does_not_join_different_names_and_doubt_goes_to_review(
    warehouse: Path, ids: dict[str, str | None]
) -> None:
    assert len({ids[record["record_id"]] for record in DOUBTED}) == len(DOUBTED)
    reviewed = _reviewed(warehouse, "b")
    assert {("001b1", "001b2"), ("001b6", "001b7")} <= reviewed
    named = {record for pair in reviewed for record in pair}
    assert "001b5" in named  # IDN-04: a name alone stays separate and is shown
    assert "001b3" not in named
    told = "select evidence from ml.match_review where left_record_id = '001b1' and right_record_id = '001b2'"
    assert rows(warehouse, told) == [("same domain, part of the name, same town, same country",)]


def test_what_was_stated_and_what_a_phone_tells_keep_companies_apart(
    warehouse: Path, ids: dict[str, str | None]
) -> None:
    """Parent and child stay two, whatever a third record says; a number's prefix gives the country that is missing."""
    assert ids["001c1"] != ids["001c2"]
    assert ids["001c4"] != ids["001c5"]
    assert _reviewed(warehouse, "c") == {("001c2", "001c3")}
    assert rows(warehouse, f"select country_code from ml.accounts where account_id = '{ids['001c5']}'") == [("FR",)]


def test_branches_stay_apart_from_each_other_and_from_the_company(ids: dict[str, str | None]) -> None:
    """IDN-14."""
    assert len({ids[record["record_id"]] for record in BRANCHES}) == 3


def test_leads_link_by_domain_by_name_and_by_what_the_source_says(warehouse: Path, ids: dict[str, str | None]) -> None:
    """IDN-11."""
    assert ids["00Qe1"] == ids["00Qe2"] == ids["cyberdyne.com"] == ids["77"] == ids["001e1"]
    assert ids["00Qe3"] == ids["00Qe5"] == ids["001e2"]
    assert ids["00Qe4"] is ids["00Qe6"] is ids["wonka.com"] is None
    assert rows(warehouse, "select lead_id, method from ml.lead_accounts where lead_id < '00Qe7' order by lead_id") == [
        ("00Qe1", "domain"),
        ("00Qe2", "name"),
        ("00Qe3", "name_and_country"),
        ("00Qe5", "source_link"),
    ]


def test_a_tie_goes_to_the_customer_and_to_review_where_only_age_tells(
    warehouse: Path, ids: dict[str, str | None]
) -> None:
    assert ids["00Qe7"] == ids["001e4"] != ids["001f3"]
    assert ids["00Qe8"] is None
    proposed = rows(warehouse, "select right_record_id, evidence from ml.match_review where left_record_id = '00Qe8'")
    assert proposed == [("001e6", "domain unknown, name equal and of one domain, same country, 3 accounts fit alike")]


def test_an_account_without_a_website_has_the_domain_its_contacts_write_from(
    warehouse: Path, ids: dict[str, str | None]
) -> None:
    domain = rows(warehouse, f"select domain from ml.accounts where account_id = '{ids['001e7']}'")
    assert domain == [("massive.com",)]
    assert ids["00Qe9"] == ids["001e7"]


def test_leads_whose_company_is_unknown_are_told_with_its_domain(warehouse: Path) -> None:
    """IDN-12: what matches nothing creates nothing by itself."""
    unmatched = "select source, lead_id, domain from ml.unmatched_leads where lead_id like '00Qu%' order by 2"
    assert rows(warehouse, unmatched) == [
        ("salesforce", "00Qu1", "initech.com"),
        ("salesforce", "00Qu2", "initech.com"),
    ]


def test_the_hierarchy_follows_the_crm_then_the_vendor_and_survives_cycles(
    warehouse: Path, ids: dict[str, str | None]
) -> None:
    """IDN-07 and IDN-08."""
    tree = {
        account_id: rest
        for account_id, *rest in rows(
            warehouse,
            "select account_id, parent_account_id, domestic_ultimate_account_id, global_ultimate_account_id, "
            "hierarchy_level from ml.account_hierarchy",
        )
    }
    assert tree[str(ids["001low"])] == [ids["001mid"], ids["001mid"], ids["001top"], 2]
    assert tree[str(ids["001x"])] == [None, ids["001x"], ids["001x"], 0]
    assert tree[str(ids["001y"])][0] == ids["001x"]
    conflicts = rows(warehouse, "select account_id, kind, path from ml.hierarchy_conflicts")
    assert conflicts == [
        (ids["001x"], "cycle", f"Xylo ({ids['001x']}) > Yarrow ({ids['001y']}) > Xylo ({ids['001x']})")
    ]


def test_names_of_two_scripts_are_one_as_far_as_letters_tell(warehouse: Path, ids: dict[str, str | None]) -> None:
    assert ids["001s1"] == ids["001s2"]
    assert ids["001s3"] == ids["001s4"]
    assert ids["001s5"] == ids["001s6"]
    assert ids["001s9"] != ids["001sa"]  # the same consonants alone
    assert ids["00Qs1"] == ids["001sb"]
    assert ids["001s7"] != ids["001s8"]  # ideographs tell nothing of Latin letters: a person decides
    assert _reviewed(warehouse, "s") == {("001s7", "001s8")}


def test_what_forms_are_fed_is_no_evidence(ids: dict[str, str | None]) -> None:
    """IDN-23."""
    assert ids["00Qp1"] is None
    assert len({ids[record["record_id"]] for record in PLACEHOLDERS[:4]}) == 4
