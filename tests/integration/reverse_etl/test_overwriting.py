"""Who wins a field: modes, the tick on a record, the CRM's authority, changes made by others."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa

from reverse_etl.destinations import Batch
from reverse_etl.destinations.salesforce import SalesforceDestination
from tests.integration.reverse_etl.conftest import Desk, account_id, make_spec


def test_three_modes_on_blank_and_filled_fields(empty_desk: Desk) -> None:
    desk = empty_desk
    fields = {"always": "AnnualRevenue", "if_blank": "Account_Valuation__c", "never": "Current_Contract_Value__c"}
    for mode, target in fields.items():
        desk.map_field("annual_revenue", target, mode)
    desk.edit(3, **dict.fromkeys(fields.values(), None))
    desk.edit(4, **dict.fromkeys(fields.values(), 7))
    for number in (3, 4):
        desk.want(number, annual_revenue=5000)
    assert desk.run().accepted == 2
    assert desk.held(3, *fields.values()) == [5000.0, 5000.0, None]
    assert desk.held(4, *fields.values()) == [5000.0, 7.0, 7.0]
    assert desk.run().api_calls == 0


def test_if_blank_is_judged_on_what_the_crm_holds_now(empty_desk: Desk) -> None:
    """The model was built when the field was blank; a person filled it since."""
    desk = empty_desk
    desk.map_field("notes", "Description", "if_blank")
    desk.want(3, notes="ours")
    desk.want(4, notes="ours")
    dry = desk.run("dry_run")
    desk.edit(3, Description="theirs")
    report = desk.run()
    assert (dry.planned, report.planned, report.skipped) == (2, 1, 1)
    assert (desk.held(3, "Description"), desk.held(4, "Description")) == (["theirs"], ["ours"])
    assert desk.sql("select before, status, message from ops.sync_records where record_key = ?", account_id(3)) == [
        ("theirs", "skipped", "if_blank: the field already holds a value")
    ]


def test_what_if_blank_has_filled_it_does_not_overwrite(empty_desk: Desk) -> None:
    desk = empty_desk
    desk.map_field("notes", "Description", "if_blank")
    desk.want(3, notes="first")
    desk.run()
    desk.change("notes = 'second'")
    assert desk.run().skipped == 1
    assert desk.held(3, "Description") == ["first"]


def test_a_ticked_record_is_never_written(desk: Desk) -> None:
    desk.map_field("notes", "Description", "if_blank")
    desk.change("prevent_override = true, notes = 'x'", f"salesforce_account_id = '{account_id(3)}'")
    report = desk.run()
    assert (report.accepted, report.skipped) == (10, 1)
    assert desk.held(3, "Account_Tier__c", "Description") == [None, None]
    again = desk.run()
    assert (again.skipped, again.unchanged, again.api_calls) == (1, 10, 0)
    noted = (
        "select count(*) from ops.sync_records where record_key = ? and status = 'skipped' and field = 'Description'"
    )
    assert desk.sql(noted, account_id(3)) == [(1,)]

    desk.change("prevent_override = false")
    assert desk.run().accepted == 1
    assert desk.held(3, "Account_Tier__c", "Description") == ["Tier 1", "x"]


def test_a_tick_set_since_the_last_ingestion_counts(desk: Desk) -> None:
    desk.edit(3, Prevent_Override__c=True)
    report = desk.run()
    assert (report.accepted, report.skipped) == (10, 1)
    assert desk.held(3, "Account_Tier__c") == [None]


def test_a_field_of_the_crm_is_refused(desk: Desk) -> None:
    desk.map_field("annual_revenue", "AnnualRevenue", authority="crm")
    report = desk.run()
    assert report.status == "refused"
    assert "AnnualRevenue: the CRM is the authority of this field" in report.message
    assert desk.connection.usage.calls == 0


def test_a_value_changed_by_others_is_logged_and_put_right(desk: Desk) -> None:
    desk.run()
    desk.edit(3, Account_Tier__c="Tier 3")
    desk.change("account_tier = 'Excluded'", f"salesforce_account_id = '{account_id(3)}'")
    report = desk.run()
    assert report.conflicts == 1
    assert desk.sql("select record_key, field, acknowledged, found, desired from ops.sync_conflicts") == [
        (account_id(3), "Account_Tier__c", "Tier 1", "Tier 3", "Excluded")
    ]
    written = "select before, after from ops.sync_records where run_id = ?"
    assert desk.sql(written, report.run_id) == [("Tier 3", "Excluded")]


def test_a_full_resync_writes_only_what_differs(desk: Desk) -> None:
    desk.run()
    desk.edit(3, Account_Tier__c="Tier 3")
    report = desk.run(resync="values were edited by hand")
    assert (report.accepted, report.unchanged) == (1, 10)
    assert desk.held(3, "Account_Tier__c") == ["Tier 1"]
    assert desk.sql("select reason from ops.sync_runs where run_id = ?", report.run_id) == [
        ("values were edited by hand",)
    ]


class Meddling(SalesforceDestination):
    """An org in which an automation alters a field after each write."""

    meddle: Callable[[], None]

    def write(self, batch: Batch) -> pa.Table:
        """Write, then let the automation run."""
        answers = super().write(batch)
        self.meddle()
        return answers


def test_a_sample_that_reads_back_differently_stops_the_first_push(desk: Desk) -> None:
    desk.spec = desk.spec.model_copy(update={"guards": desk.spec.guards.model_copy(update={"sample_records": 3})})
    destination = Meddling(desk.connection)
    destination.meddle = lambda: desk.edit(1, Account_Tier__c="Tier 1")
    report = desk.run(destination=destination)
    assert (report.status, report.accepted) == ("stopped", 3)
    assert f"sample record {account_id(1)}: Account_Tier__c: sent 'Tier 2', read back 'Tier 1'" in report.message
    assert desk.writes() == 3

    healed = desk.run()
    assert (healed.status, healed.accepted) == ("succeeded", 9)
    assert desk.held(1, "Account_Tier__c") == ["Tier 2"]
    assert "sample of 3 records written, read back and equal" in " ".join(desk.lines)
    assert desk.sql("select mapping_version = ?, records from ops.sync_validations", healed.mapping_version) == [
        (True, 3)
    ]


def test_a_decision_gives_way_to_a_later_word(empty_desk: Desk) -> None:
    """What the CRM held when the value was decided says what is sent; another value there now is a person's."""
    desk = empty_desk
    desk.spec = make_spec(expects={"Description": "last_intent_topic"})
    desk.sql("alter table seeds.field_map add column on_conflict varchar")
    desk.sql("alter table seeds.field_map add column on_null varchar")
    desk.sql(
        "insert into seeds.field_map by name select 'salesforce__accounts' as sync, 'notes' as column_name,"
        " 'Description' as target_field, 'always' as write_mode, 'push' as direction, 'marketmap' as authority,"
        " 'keep' as on_conflict, 'keep' as on_null"
    )
    for number, before in ((3, "queue"), (4, "queue"), (5, "ours"), (6, "queue")):
        desk.edit(number, Description=before)
        desk.want(number, notes="ours" if number != 6 else None, last_intent_topic=before)
    desk.edit(4, Description="a person")
    # The first time a person looks at it.
    assert "Description would replace what 2 records hold, and none was written before" in desk.run().message
    report = desk.run(approval="Ann: looked at it")
    assert (report.accepted, report.skipped) == (1, 1)  # 5 holds it, 6 is left alone
    assert [desk.held(number, "Description")[0] for number in (3, 4, 5, 6)] == ["ours", "a person", "ours", "queue"]
    # Before the next reading of the CRM the same is planned and found to be there; nothing is written.
    writes = desk.writes()
    desk.run()
    desk.change("last_intent_topic = 'ours'", f"salesforce_account_id = '{account_id(3)}'")
    desk.run()
    assert desk.writes() == writes
    # A person gave it on, and it was decided anew: the ledger's old value does not stand in the way.
    desk.edit(3, Description="a person")
    desk.change("last_intent_topic = 'a person'", f"salesforce_account_id = '{account_id(3)}'")
    assert desk.run().accepted == 1
    assert desk.held(3, "Description") == ["ours"]
