"""After a push: does the org hold what it acknowledged, and who changed it since?"""

from __future__ import annotations

from reverse_etl.reconciliation import Reconciliation, reconcile, verify_push
from tests.integration.reverse_etl.conftest import Desk, account_id


def check(desk: Desk) -> Reconciliation:
    desk.leave()
    return reconcile(desk.spec, warehouse=desk.warehouse, destination=desk.destination())


def test_a_push_is_equal_until_somebody_alters_or_deletes_a_record(desk: Desk) -> None:
    desk.run()
    equal = check(desk)
    assert (equal.is_equal, equal.acknowledged, equal.found, equal.differences) == (True, 11, 11, 0)
    assert equal.lines == ("salesforce__accounts: 11 records acknowledged, 11 found, 0 values differ",)

    desk.edit(3, Account_Tier__c="Tier 3")
    desk.person.delete(f"/sobjects/Account/{account_id(4)}").raise_for_status()
    found = check(desk)
    assert (found.is_equal, found.found, found.differences) == (False, 10, 1)
    person = "005SB0000000001"
    assert found.lines[1] == f"{account_id(4)} is no longer there"
    assert found.lines[2].startswith(
        f"{account_id(3)} Account_Tier__c: acknowledged 'Tier 1', found 'Tier 3', changed last by {person}"
    )
    drifts = "select record_key, field, acknowledged, found, kind, changed_by[:15] from ops.sync_drifts order by 1"
    assert desk.sql(drifts) == [
        (account_id(3), "Account_Tier__c", "Tier 1", "Tier 3", "altered", person),
        (account_id(4), None, None, None, "missing", None),
    ]


def test_all_of_a_full_push_is_read_back_and_each_record_that_differs_is_listed(desk: Desk) -> None:
    first = desk.run()
    desk.edit(5, Account_Tier__c="Tier 3" if 5 % 3 != 2 else "Tier 1")
    desk.person.delete(f"/sobjects/Account/{account_id(6)}").raise_for_status()

    def verified(run_id: str) -> Reconciliation | None:
        desk.leave()
        return verify_push(desk.spec, warehouse=desk.warehouse, destination=desk.destination(), run_id=run_id)

    found = verified(first.run_id)
    assert found is not None
    assert (found.is_equal, found.acknowledged, found.found, found.differences) == (False, 11, 10, 1)
    assert [line.split()[0] for line in found.lines[1:]] == [account_id(6), account_id(5)]
    listed = "select record_key from ops.sync_drifts order by 1"
    assert desk.sql(listed) == [(account_id(5),), (account_id(6),)]

    desk.change("icp_fit_score = 99", f"salesforce_account_id = '{account_id(1)}'")
    change = desk.run()
    assert (change.accepted, verified(change.run_id)) == (1, None)  # a few changes are no full push
    assert desk.sql(listed) == [(account_id(5),), (account_id(6),)]
