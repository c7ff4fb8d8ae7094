"""What a run writes, and that it writes nothing else."""

from __future__ import annotations

import pytest

from tests.integration.reverse_etl.conftest import SMALL_BULK, Desk, account_id

LONG = "Ж" * 31_980 + '\n"quoted", end'


def test_a_dry_run_writes_nothing_and_equals_the_run_that_follows(desk: Desk) -> None:
    dry = desk.run("dry_run")
    assert (dry.status, dry.planned, dry.accepted, desk.writes()) == ("succeeded", 11, 0, 0)
    previews = desk.sql("select record_key, field, before, after from ops.sync_previews order by all")

    live = desk.run()
    assert (live.status, live.planned, live.accepted, desk.writes()) == ("succeeded", 11, 11, 11)
    written = desk.sql("select record_key, field, before, after from ops.sync_records order by all")
    assert written == previews
    assert dry.values_by_field == live.values_by_field
    assert desk.held(1, "Account_Tier__c", "ICP_Fit_Score__c", "Last_Intent_Topic__c") == ["Tier 2", 1.5, "Topic 1"]
    assert str(live.examples[0]) == f"{account_id(1)} Account_Tier__c: (blank) -> 'Tier 2', because fit 1"


def test_an_unchanged_second_run_makes_no_call_at_all(desk: Desk) -> None:
    desk.run()
    calls = desk.connection.usage.calls
    second = desk.run()
    assert (second.status, second.planned, second.unchanged, second.api_calls) == ("succeeded", 0, 11, 0)
    assert desk.connection.usage.calls == calls
    assert second.message == "salesforce__accounts: nothing to write, 11 unchanged"


def test_only_what_changed_is_written(desk: Desk) -> None:
    desk.run()
    before = desk.writes()
    desk.change("account_tier = 'Excluded'", f"salesforce_account_id = '{account_id(5)}'")
    report = desk.run()
    assert (report.planned, report.accepted, desk.writes() - before) == (1, 1, 1)
    assert report.values_by_field == {"Account_Tier__c": 1}
    assert [str(example) for example in report.examples] == [
        f"{account_id(5)} Account_Tier__c: 'Tier 3' -> 'Excluded', because fit 5"
    ]


def test_a_new_column_fills_only_itself(desk: Desk) -> None:
    desk.run()
    desk.change("notes = 'note ' || salesforce_account_id")
    desk.map_field("notes", "Description")
    report = desk.run()
    assert (report.accepted, report.values_by_field) == (11, {"Description": 11})


def test_every_value_can_be_traced(desk: Desk) -> None:
    report = desk.run()
    row = desk.sql(
        "select before, after, records.reason, mapping_version from ops.sync_records as records "
        "inner join ops.sync_runs using (run_id) "
        "where record_key = ? and field = 'Account_Tier__c'",
        account_id(3),
    )
    assert row == [(None, "Tier 1", "fit 3", report.mapping_version)]
    ledger = desk.sql(
        "select value, run_id from ops.sync_ledger where record_key = ? and field = 'Account_Tier__c'", account_id(3)
    )
    assert ledger == [("Tier 1", report.run_id)]
    assert desk.sql("select calls > 0 from ops.api_usage where run_id = ?", report.run_id) == [(True,)]


@pytest.mark.parametrize("is_bulk", [False, True], ids=["collections", "bulk"])
def test_values_arrive_byte_for_byte(empty_desk: Desk, is_bulk: bool) -> None:
    desk = empty_desk
    if is_bulk:
        desk.channels = SMALL_BULK
        desk.spec = desk.spec.model_copy(update={"guards": desk.spec.guards.model_copy(update={"sample_records": 1})})
    texts = [
        'O\'Brien & "Söhne"',
        "🚀 東京",
        "0",
        "false",
        "#N/A",
        "a,b\r\nc",
        " \tRand\n",
        "=1+1",
        "007",
        "null",
        LONG,
    ]
    desk.map_field("notes", "Description")
    desk.map_field("icp_fit_score", "ICP_Fit_Score__c")
    desk.map_field("is_branch", "Is_Branch__c")
    for number, text in enumerate(texts, start=1):
        desk.want(number, notes=text, icp_fit_score=0, is_branch=False)
    assert desk.run().accepted == len(texts)
    got = [desk.held(number, "Description", "ICP_Fit_Score__c", "Is_Branch__c") for number in range(1, len(texts) + 1)]
    assert got == [[text.strip() or None, 0.0, False] for text in texts]  # the org trims texts, and a blank is none
    assert desk.run().api_calls == 0


@pytest.mark.parametrize("is_bulk", [False, True], ids=["collections", "bulk"])
def test_null_clears_and_unset_stays(empty_desk: Desk, is_bulk: bool) -> None:
    desk = empty_desk
    desk.channels = SMALL_BULK if is_bulk else desk.channels
    desk.map_field("notes", "Description")
    desk.map_field("last_intent_topic", "Last_Intent_Topic__c")
    for number in range(1, 31 if is_bulk else 6):
        if number in {12, 29}:
            continue
        desk.edit(number, Description="old", Last_Intent_Topic__c="kept", Segment__c="SMB")
        desk.want(number, notes=None, last_intent_topic="kept")
    report = desk.run()
    assert report.values_by_field == {"Description": report.accepted}
    assert desk.held(3, "Description", "Last_Intent_Topic__c", "Segment__c") == [None, "kept", "SMB"]
    assert desk.sql("select distinct field, value from ops.sync_ledger order by 1") == [
        ("Description", None),
        ("Last_Intent_Topic__c", "kept"),
    ]


def test_more_than_two_thousand_records_go_through_bulk(empty_desk: Desk) -> None:
    desk = empty_desk
    for start in range(0, 2200, 200):
        records = [{"attributes": {"type": "Account"}, "Name": f"Firm {start + n}"} for n in range(200)]
        answer = desk.person.post("/composite/sobjects", json={"records": records}).raise_for_status()
        ids = [[row["id"]] for row in answer.json()]
        rows = ", ".join(f"('{key}', false, 'Tier ' || (1 + {start} % 3), 12.5)" for (key,) in ids)
        desk.sql(
            "insert into activation.sync_salesforce__accounts "
            f"(salesforce_account_id, prevent_override, account_tier, icp_fit_score) values {rows}"
        )
    desk.map_field("account_tier", "Account_Tier__c")
    desk.map_field("icp_fit_score", "ICP_Fit_Score__c")
    desk.rule("Name = 'Firm 777'", "This firm is closed")
    report = desk.run()
    assert (report.status, report.planned, report.accepted, report.rejected) == ("partial", 2200, 2199, 1)
    assert "FIELD_CUSTOM_VALIDATION_EXCEPTION: This firm is closed" in report.messages[1]
    assert desk.sandbox.calls("salesforce")["PATCH /services/data/v{version}/composite/sobjects"] == 1
    assert report.api_calls < 20
    assert desk.run().api_calls == 0
