"""Salesforce's change events into raw_salesforce.change_events: each once, by its replay id."""

from __future__ import annotations

import json

from ingestion.salesforce.objects import SalesforceOptions

from .conftest import Lake

LISTEN = SalesforceOptions(change_events=True)


def events(lake: Lake) -> list[tuple[str, str, str | None]]:
    sql = "select entity, change_type, changed_fields from raw_salesforce.change_events order by replay_id"
    return [(row[0], row[1], row[2]) for row in lake.rows(sql)]


def test_changes_arrive_once_and_in_order(lake: Lake) -> None:
    lake.load("salesforce", options=LISTEN)
    assert events(lake) == []
    with lake.sandbox.salesforce(person=True) as org:
        lead = org.post("/sobjects/Lead", json={"LastName": "Ný", "Company": "Ørsted"}).json()["id"]
        org.patch(f"/sobjects/Lead/{lead}", json={"Status": "Working - Contacted"}).raise_for_status()
        org.delete(f"/sobjects/Lead/{lead}").raise_for_status()
    lake.sandbox.fault("salesforce", "drop_after_commit", path="cometd", method="POST", skip=2)
    lake.load("salesforce", options=LISTEN)
    assert events(lake) == [("Lead", "CREATE", None), ("Lead", "UPDATE", "Status"), ("Lead", "DELETE", None)]
    payload = json.loads(lake.rows("select payload from raw_salesforce.change_events order by replay_id limit 1")[0][0])
    assert payload["LastName"] == "Ný"
    assert payload["ChangeEventHeader"]["recordIds"] == [lead]
    assert lake.load("salesforce", options=LISTEN).rows.get("change_events", 0) == 0
    assert len(events(lake)) == 3


def test_events_older_than_three_days_leave_a_gap_that_is_known(lake: Lake) -> None:
    lake.sandbox.configure("salesforce", session_seconds=10_000_000)
    lake.load("salesforce", options=LISTEN)
    with lake.sandbox.salesforce(person=True) as org:
        account = lake.rows("select id from raw_salesforce.accounts where not is_deleted order by 1")[0][0]
        for name in ("One", "Two", "Three"):
            org.patch(f"/sobjects/Account/{account}", json={"Name": name}).raise_for_status()
            lake.sandbox.advance(4 * 86_400)
        org.patch(f"/sobjects/Account/{account}", json={"Name": "Four"}).raise_for_status()
    report = lake.load("salesforce", options=LISTEN)
    assert report.rows["change_events"] == 1
    assert lake.rows(f"select name from raw_salesforce.accounts where id = '{account}'") == [("Four",)]
