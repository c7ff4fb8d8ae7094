"""What a person does in the CRM while we write is not lost, and what the CRM bars is not sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pyarrow as pa
import pytest

from reverse_etl.destinations import Batch
from reverse_etl.destinations.salesforce import SalesforceDestination
from tests.integration.reverse_etl.conftest import SMALL_BULK, Desk, account_id


class Raced(SalesforceDestination):
    """An org in which something happens between our reading and our writing."""

    happens: Callable[[], None]

    def write(self, batch: Batch) -> pa.Table:
        """Let it happen, then write."""
        self.happens()
        return super().write(batch)


def keep(desk: Desk, target: str) -> None:
    """Make what a person puts into a field outrank ours."""
    desk.sql("alter table seeds.field_map add column if not exists on_conflict varchar")
    desk.sql("update seeds.field_map set on_conflict = 'keep' where target_field = ?", target)


def raced(desk: Desk, happens: Callable[[], None]) -> Raced:
    """The org of a race; the clock moves on between our reading and what happens, as it does."""
    destination = Raced(desk.connection, channels=desk.channels)

    def once() -> None:
        desk.sandbox.advance(2)
        happens()
        destination.happens = lambda: None

    destination.happens = once
    return destination


@pytest.mark.parametrize("is_bulk", [False, True], ids=["collections", "bulk"])
def test_a_blank_that_a_person_fills_between_our_reading_and_writing_keeps_their_value(
    empty_desk: Desk, is_bulk: bool
) -> None:
    desk = empty_desk
    if is_bulk:
        desk.channels = SMALL_BULK
    desk.map_field("notes", "Description", "if_blank")
    desk.map_field("account_tier", "Account_Tier__c")
    for number in range(3, 10):
        desk.edit(number, Description=None)
        desk.want(number, notes="ours", account_tier="Tier 1")
    report = desk.run(destination=raced(desk, lambda: desk.edit(4, Description="theirs")))
    assert report.status == "succeeded", report.messages
    assert desk.held(4, "Description", "Account_Tier__c") == ["theirs", "Tier 1"]
    assert desk.held(5, "Description", "Account_Tier__c") == ["ours", "Tier 1"]
    trace = "select field, status, before from ops.sync_records where record_key = ? order by field"
    assert desk.sql(trace, account_id(4)) == [
        ("Account_Tier__c", "accepted", None),
        ("Description", "skipped", "theirs"),
    ]
    assert desk.run().api_calls == 0


def test_an_edit_between_reading_and_writing_outranks_us_where_the_policy_says_keep(desk: Desk) -> None:
    keep(desk, "Account_Tier__c")
    desk.run()
    desk.change("account_tier = 'Excluded'")
    report = desk.run(destination=raced(desk, lambda: desk.edit(3, Account_Tier__c="Tier 3")), approval="a test")
    assert (report.status, report.accepted, report.conflicts) == ("succeeded", 10, 1), report.messages
    assert desk.held(3, "Account_Tier__c") == ["Tier 3"]
    assert desk.sql("select record_key, acknowledged, found, desired, is_kept from ops.sync_conflicts") == [
        (account_id(3), "Tier 1", "Tier 3", "Excluded", True)
    ]


def test_a_conflict_is_logged_and_not_overwritten_until_the_field_is_given_back(desk: Desk) -> None:
    keep(desk, "Account_Tier__c")
    desk.spec = desk.spec.model_copy(update={"retry": desk.spec.retry.model_copy(update={"skipped_after_hours": 0.0})})
    desk.run()
    desk.edit(3, Account_Tier__c="Tier 3")
    desk.change("account_tier = 'Excluded'", f"salesforce_account_id = '{account_id(3)}'")
    report = desk.run()
    assert (report.accepted, report.skipped, report.conflicts) == (0, 1, 1)
    assert desk.held(3, "Account_Tier__c") == ["Tier 3"]
    assert desk.run().accepted == 0
    desk.edit(3, Account_Tier__c="Tier 1")
    assert desk.run().accepted == 1
    assert desk.held(3, "Account_Tier__c") == ["Excluded"]


def test_what_a_dependent_picklist_does_not_offer_is_named_and_not_sent(desk: Desk) -> None:
    values: Sequence[dict[str, Any]] = [
        {"value": "Gold", "valid_for": ["Tier 1"]},
        {"value": "Silver", "valid_for": ["Tier 2", "Tier 3"]},
    ]
    field = {"field": "Plan__c", "type": "picklist", "restricted": True, "values": values}
    desk.sandbox.add_field(object="Account", controller="Account_Tier__c", **field)
    desk.map_field("notes", "Plan__c")
    desk.change("notes = if(account_tier = 'Tier 1', 'Gold', 'Silver')")
    desk.change("notes = 'Gold'", f"salesforce_account_id = '{account_id(4)}'")
    report = desk.run()
    assert (report.status, report.accepted, report.rejected) == ("succeeded", 11, 0), report.messages
    assert desk.held(3, "Account_Tier__c", "Plan__c") == ["Tier 1", "Gold"]
    assert desk.held(4, "Account_Tier__c", "Plan__c") == ["Tier 2", None]
    told = "select status, message from ops.sync_records where record_key = ? and field = 'Plan__c'"
    assert desk.sql(told, account_id(4)) == [("invalid", "Plan__c cannot be Gold where Account_Tier__c is Tier 2")]
    assert desk.run().api_calls == 0


def test_what_a_record_type_does_not_offer_is_named_and_not_sent(desk: Desk) -> None:
    body = {"object": "Account", "name": "Partner", "picklists": {"Account_Tier__c": ["Tier 1", "Tier 2"]}}
    kind = desk.sandbox.control.post("/record-types", json=body).raise_for_status().json()["id"]
    for number in (1, 2, 3):
        desk.edit(number, RecordTypeId=kind)
    report = desk.run()
    assert (report.status, report.rejected, desk.held(2, "Account_Tier__c")) == ("succeeded", 0, [None]), (
        report.messages
    )
    assert desk.held(2, "ICP_Fit_Score__c") == [3.0]
    assert desk.held(5, "Account_Tier__c") == ["Tier 3"]
    told = "select status, message from ops.sync_records where record_key = ? and field = 'Account_Tier__c'"
    message = f"Account_Tier__c cannot be Tier 3 where RecordTypeId is {kind}"
    assert desk.sql(told, account_id(2)) == [("invalid", message)]


def test_a_locked_parent_is_waited_for(desk: Desk) -> None:
    desk.sandbox.control.post("/locks", json={"ids": [account_id(3)], "seconds": 600}).raise_for_status()
    destination = Raced(desk.connection, channels=desk.channels)
    seconds = iter([0, 700])
    destination.happens = lambda: desk.sandbox.advance(next(seconds, 0))
    report = desk.run(destination=destination)
    assert (report.status, report.accepted) == ("succeeded", 11), report.messages
    assert any("refused for the moment; trying again in smaller batches" in line for line in desk.lines)
