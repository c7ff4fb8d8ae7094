"""After a push: does the org hold what it acknowledged, and who changed it since?"""

from __future__ import annotations

from reverse_etl.reconciliation import Reconciliation, reconcile
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
