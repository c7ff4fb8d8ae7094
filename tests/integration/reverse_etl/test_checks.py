"""What is refused before the first write: nothing may have been sent."""

from __future__ import annotations

import pytest

from reverse_etl.errors import SyncFault
from tests.integration.reverse_etl.conftest import Desk, account_id, make_spec


def test_everything_that_does_not_fit_the_org_is_named_at_once(desk: Desk) -> None:
    desk.map_field("annual_revenue", "Annual_Revenue__c")
    desk.map_field("notes", "NumberOfEmployees")
    desk.map_field("is_branch", "LastActivityDate")
    report = desk.run()
    assert (report.status, report.accepted, desk.writes()) == ("refused", 0, 0)
    where, elsewhere = "salesforce__accounts: Account.", f"in {desk.spec.model} or map another field"
    grant = "give the user of the connection edit access"
    remedy = "create or show it there, or correct field_map.csv"
    assert report.messages == (
        f"{where}Annual_Revenue__c: salesforce has no such field, or hides it from our user; {remedy}",
        f"{where}LastActivityDate: the field cannot be written; {grant}, or unmap it",
        f"{where}LastActivityDate: is_branch is BOOLEAN, the field is date; cast is_branch {elsewhere}",
        f"{where}NumberOfEmployees: notes is VARCHAR, the field is int; cast notes {elsewhere}",
    )
    assert report.message.endswith(remedy)
    with pytest.raises(SyncFault, match=r"Annual_Revenue__c.*\(and 3 more\)"):
        report.raise_for_status()


def test_values_that_a_field_cannot_hold_are_named_at_once(desk: Desk) -> None:
    desk.change("account_tier = 'T1', icp_fit_score = 12.345", f"salesforce_account_id = '{account_id(3)}'")
    desk.change("account_tier = 'tier 2'", f"salesforce_account_id = '{account_id(4)}'")
    desk.change("icp_fit_score = 1000", f"salesforce_account_id = '{account_id(5)}'")
    desk.change("last_intent_topic = repeat('x', 256)", f"salesforce_account_id = '{account_id(6)}'")
    desk.map_field("is_branch", "Is_Branch__c")
    report = desk.run("dry_run")
    assert (report.status, desk.writes()) == ("refused", 0)
    told = "\n".join(report.messages)
    for line in (
        "Account_Tier__c: 'T1' (1 record) is not a value of the picklist; map it to one of 'Tier 1', 'Tier 2'",
        "Account_Tier__c: 'tier 2' (1 record) is not a value",
        "ICP_Fit_Score__c: the field holds 3 digits before the point, 1000 has more",
        "ICP_Fit_Score__c: the field holds 2 digits after the point, 1 values have more, such as 12.345",
        "Last_Intent_Topic__c: the field holds 255 characters, 'xxxxx",
        "Is_Branch__c: the field must hold a value, 11 of is_branch are null",
    ):
        assert line in told
    assert len(report.messages) == 6


def test_a_missing_object_is_named(desk: Desk) -> None:
    desk.spec = make_spec(object="Acount")
    report = desk.run()
    assert report.message == (
        "salesforce__accounts: salesforce has no object Acount; "
        "correct object in the sync's file, or give the user of the connection access to it"
    )


def test_a_missing_model_or_column_is_named_without_a_call(desk: Desk) -> None:
    desk.map_field("segment", "Segment__c")
    assert "has no column segment; add it or correct the name" in desk.run().message
    desk.spec = make_spec(model="activation.sync_salesforce__accountz")
    assert "the warehouse has no activation.sync_salesforce__accountz" in desk.run().message
    assert desk.connection.usage.calls == 0


def test_too_few_rows_stop_the_sync(desk: Desk) -> None:
    desk.spec = make_spec(guards={"min_rows": 12})
    report = desk.run(approval="an approval does not lift this one")
    assert report.message == (
        "salesforce__accounts: activation.sync_salesforce__accounts holds 11 rows, guards.min_rows is 12; "
        "the model or what it is built from is incomplete; repair that"
    )


def test_a_large_change_needs_an_approval(desk: Desk) -> None:
    desk.run()
    desk.change("account_tier = 'Tier 3'")
    refused = desk.run()
    assert refused.message == (
        "salesforce__accounts: Account_Tier__c would change in 7 of 11 records, the limit of the share is 0.5; "
        "look at a dry run, then pass an approval that says who and why"
    )
    previewed = desk.run("dry_run")
    assert (previewed.status, previewed.message, previewed.planned) == ("refused", refused.message, 7)
    assert previewed.values_by_field == {"Account_Tier__c": 7}

    approved = desk.run(approval="Ada: thresholds were raised")
    assert approved.accepted == 7
    assert desk.sql("select approval from ops.sync_runs where run_id = ?", approved.run_id) == [
        ("Ada: thresholds were raised",)
    ]


def test_records_that_vanish_stop_the_sync(desk: Desk) -> None:
    desk.run()
    desk.sql("delete from activation.sync_salesforce__accounts where icp_fit_score > 6")
    assert "7 of 11 records written before are no longer in" in desk.run().message


def test_a_volume_above_the_limit_needs_an_approval(desk: Desk) -> None:
    desk.spec = make_spec(guards={"approval_above_records": 10})
    assert "would write up to 11 records, guards.approval_above_records is 10" in desk.run().message
    assert desk.run(approval="Ada: first push").accepted == 11


def test_a_lost_ledger_needs_a_reason(desk: Desk) -> None:
    desk.run()
    desk.sql('drop table ops."sync_ledger__salesforce__accounts" cascade')
    report = desk.run()
    assert "the ledger is empty although 11 records were accepted before" in report.message
    assert desk.run(resync="the ledger was lost").unchanged == 11


def test_rows_without_a_key_or_with_a_double_one_are_never_sent(desk: Desk) -> None:
    desk.sql(
        f"insert into activation.sync_salesforce__accounts (salesforce_account_id) values (null), ('{account_id(3)}')"
    )
    desk.change("icp_fit_score = 'nan'", f"salesforce_account_id = '{account_id(4)}'")
    report = desk.run()
    assert (report.accepted, report.invalid) == (9, 4)
    assert desk.held(3, "Account_Tier__c") == [None]
    assert desk.sql(
        "select distinct record_key, message from ops.sync_records where status = 'invalid' order by 1"
    ) == [
        ("", "the key column salesforce_account_id is null"),
        (account_id(3), "2 rows of the model hold this key"),
        (account_id(4), "ICP_Fit_Score__c cannot hold nan"),
    ]
    again = desk.run()
    assert (again.invalid, again.api_calls) == (4, 0)
    assert desk.sql("select count(*) from ops.sync_records where run_id = ?", again.run_id) == [(0,)]


def test_a_record_that_is_not_in_the_org_is_not_sent(desk: Desk) -> None:
    desk.want(29, account_tier="Tier 1")
    report = desk.run()
    assert (report.accepted, report.invalid) == (11, 1)
    assert f"the destination has no record with this key (for example {account_id(29)})" in report.messages[1]
    assert desk.run().api_calls == 0


def test_the_owner_of_an_account_and_foreign_objects_are_not_ours_to_write(desk: Desk) -> None:
    desk.map_field("notes", "OwnerId")
    report = desk.run()
    assert report.status == "refused"
    assert "Account.OwnerId belongs to people" in report.message
    desk.spec = make_spec(object="Opportunity")
    assert "Opportunity is not ours to write, only Account, Contact, Lead" in desk.run().message
    assert desk.writes() == 0
