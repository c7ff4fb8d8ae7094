"""Every item of the QA checklist and of the maintenance schedule is a check; test_suites turns each red and green."""

from pathlib import Path

import pytest

from expectations.runner import declared, run
from expectations.suites import SUITES
from tests.integration.expectations.catalogue import ITEMS, PAGE, page
from tests.integration.expectations.test_suites import BROKEN, _checks, _warehouse


@pytest.mark.parametrize("item", ITEMS)
def test_every_item_is_a_check(item: str) -> None:
    covered = {identifier for suite in SUITES for check in declared(suite) for identifier in check.requirements}
    assert ITEMS[item] - covered == set()


def test_the_test_plan_is_what_is_checked() -> None:
    """DQ-21."""
    assert PAGE.read_text("utf-8") == page(), f"python -m {page.__module__}, and commit {PAGE.name}"


def test_a_red_check_names_the_thing_its_owner_and_the_remedy(tmp_path: Path) -> None:
    broken = "".join((BROKEN / f"{suite}.sql").read_text("utf-8") for suite in ("qa_checklist", "maintenance"))
    warehouse = _warehouse(tmp_path, broken)
    found = {
        name: check
        for suite in ("qa_checklist", "maintenance")
        for (_, name), check in _checks(suite, warehouse).items()
    }
    assert found["no_record_missing"].examples == ("salesforce__accounts 001acc_3",)
    assert found["no_record_missing"].severity == "error"
    assert found["branch_data_kept"].examples == ("001000000000007AAA Account_Tier__c",)
    assert found["records_reviewed"].examples == ("salesforce__contacts v2: 0 reviewed; look at run run_3",)
    assert found["accounts_per_rep"].examples == ("Rep 2 (49 accounts)",)
    assert found["reps_have_accounts"].examples == ("Rep 1",)
    assert found["no_duplicate_accounts"].examples == ("acc_1 = acc_twin",)
    assert found["no_duplicate_contacts"].examples == ("per_1 = per_twin",)
    assert found["t3_beats_t1"].examples == ("T3 1 of 9 won, T1 8 of 9: Adjust the ICP (RevOps)",)
    assert found["key_fields_fresh"].examples == ("acc_20 employee_count (zoominfo)",)
    assert "territories propose" in found["t1_accounts_worked"].remedy
    assert {check.owner for check in found.values()} == {"revenue operations"}


@pytest.mark.parametrize(
    ("days", "is_green"),
    [(30, True), (31, False)],
)
def test_an_account_has_thirty_days_for_its_tier(days: int, is_green: bool, tmp_path: Path) -> None:
    created = (
        f"update marts.dim_accounts set created_at = now()::timestamp - interval {days} day where account_id = 'acc_1'"
    )
    untiered = "update marts.account_tiers set tier = null where account_id = 'acc_1'"
    found = {check.name: check for check in run("maintenance", _warehouse(tmp_path, created, untiered)).checks}
    assert found["new_accounts_tiered"].success is is_green


@pytest.mark.parametrize(("complete", "is_green"), [(899, False), (901, True)])
def test_nine_of_ten_target_accounts_are_complete(complete: int, is_green: bool, tmp_path: Path) -> None:
    statements = (
        "delete from marts.account_tiers",
        "insert into marts.account_tiers (account_id, tier) select 'acc_' || n, 'T1' from range(1000) as t(n)",
        "delete from marts.account_completeness",
        "insert into marts.account_completeness select 'acc_' || n, 'city', 7, 8 from range(1000) as t(n)",
        f"update marts.account_completeness set filled_count = 8 where account_id[5:]::int < {complete}",
    )
    found = {check.name: check for check in run("maintenance", _warehouse(tmp_path, *statements)).checks}
    assert found["target_accounts_complete_percent"].success is is_green
