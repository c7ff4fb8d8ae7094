"""The declared syncs that make records in the CRM: each once, only where nobody has them, and only when turned on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from connections.salesforce import SalesforceCredentials, open_salesforce
from reverse_etl.destinations.salesforce import SalesforceDestination
from tests.integration.conftest import RunningSandbox
from tests.integration.reverse_etl.conftest import sign_in
from tests.integration.reverse_etl.declared import SPECS, Desk

KEY = "Marketmap_Key__c"
TASK = {
    "task_key": "mql:con_1:1", "subject": "Follow up: new MQL at O'Brien & Söhne", "due_date": dt.date(2026, 11, 23),
    "task_status": "Not Started", "priority": "High",
}  # fmt: skip


@pytest.fixture
def person(clean_sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    """The org as a person works in it."""
    with sign_in(clean_sandbox.env) as client:
        yield client


@pytest.fixture
def desk(clean_sandbox: RunningSandbox, tmp_path: Path) -> Iterator[Desk]:
    """The making of leads, turned on; tests of tasks put the other declaration in."""
    for sobject in ("Lead", "Task", "Account"):
        clean_sandbox.add_field(object=sobject, field=KEY, type="string", length=64, external_id=True, unique=True)
    names = ("base_url", "client_id", "client_secret")
    credentials = SalesforceCredentials(**{name: clean_sandbox.env[f"SALESFORCE_{name.upper()}"] for name in names})
    with open_salesforce(credentials) as connection:
        destination = SalesforceDestination(connection)
        yield Desk(
            tmp_path / "warehouse.duckdb", clean_sandbox, SPECS["salesforce__new_leads"], destination, "on_create"
        )


def found(person: httpx.Client, query: str) -> list[dict[str, Any]]:
    """Records of a query."""
    rows: list[dict[str, Any]] = person.get("/query", params={"q": query}).raise_for_status().json()["records"]
    return rows


def lead(number: int, email: str) -> dict[str, Any]:
    """A row of the leads' model."""
    return {
        "lead_key": f"con_{number}",
        "email": email,
        "last_name": f"New {number}",
        "company": "C",
        "person_score": 85.5,
    }


def test_a_qualified_person_becomes_a_lead_once_and_only_if_the_crm_does_not_know_them(
    desk: Desk, person: httpx.Client
) -> None:
    person.post("/sobjects/Contact", json={"LastName": "C", "Email": "known@a.example"}).raise_for_status()
    desk.want([lead(1, "fresh@a.example"), lead(2, "KNOWN@a.example")])
    report = desk.run()
    assert (report.status, report.accepted, report.skipped) == ("succeeded", 1, 1), report.messages
    desk.want([lead(1, "moved@a.example") | {"person_score": 90.0}, lead(2, "known@a.example")])
    assert desk.run().accepted == 0
    (made,) = found(person, f"SELECT {KEY}, Email, Person_Score__c, Status FROM Lead WHERE {KEY} != null")
    assert (made[KEY], made["Email"], made["Person_Score__c"]) == ("con_1", "fresh@a.example", 85.5)
    assert made["Status"] == "Open - Not Contacted"  # the org's default, as we know nothing better


def test_a_duplicate_rule_of_the_org_is_told_with_the_record_that_it_found(desk: Desk, person: httpx.Client) -> None:
    there = person.post("/sobjects/Lead", json={"LastName": "Twin", "Company": "C"}).raise_for_status().json()["id"]
    rule = {"object": "Lead", "field": "LastName"}
    desk.sandbox.control.post("/duplicate-rules", json=rule).raise_for_status()
    desk.want([lead(1, "one@a.example"), lead(2, "two@a.example") | {"last_name": "Twin"}])
    report = desk.run()
    assert (report.status, report.accepted, report.rejected) == ("partial", 1, 1), report.messages
    assert f"1 record rejected: DUPLICATES_DETECTED: Use one of these records? ({there})" in " ".join(report.messages)
    waiting = desk.run()
    assert (waiting.planned, waiting.deferred, waiting.api_calls) == (0, 1, 0)


def test_a_newly_qualified_person_is_a_task_for_the_owner_once(desk: Desk, person: httpx.Client) -> None:
    who = person.post("/sobjects/Lead", json={"LastName": "L", "Company": "C"}).raise_for_status().json()["id"]
    owner = found(person, "SELECT OwnerId FROM Lead LIMIT 1")[0]["OwnerId"]
    desk.spec = SPECS["salesforce__tasks"]
    row = TASK | {"who_id": who, "owner_user_id": owner}
    for rows in ([row], [row], []):  # a week later it leaves the model, and stays in the org
        desk.want(rows)
        report = desk.run()
        assert report.status == "succeeded", report.messages
    (task,) = found(person, f"SELECT WhoId, OwnerId, Subject, ActivityDate, Status FROM Task WHERE {KEY} != null")
    del task["attributes"]
    assert task == {
        "WhoId": who, "OwnerId": owner, "Subject": TASK["subject"], "ActivityDate": "2026-11-23",
        "Status": "Not Started",
    }  # fmt: skip


def test_a_company_of_unmatched_leads_becomes_an_account_once(desk: Desk, person: httpx.Client) -> None:
    desk.spec = SPECS["salesforce__new_accounts"]
    person.post("/sobjects/Account", json={"Name": "There", "Website": "there.example"}).raise_for_status()
    new, there = (
        {"account_key": f"domain:{site}", "account_name": name, "website": site}
        for name, site in (("O'Brien & Söhne", "new.example"), ("There Ltd", "there.example"))
    )
    for rows, accepted in (([new, there], 1), ([new, there], 0), ([], 0)):
        desk.want(rows)
        report = desk.run()
        assert (report.status, report.accepted) == ("succeeded", accepted), report.messages
    (made,) = found(person, f"SELECT Name, Website, {KEY} FROM Account WHERE {KEY} != null")
    del made["attributes"]
    assert made == {"Name": "O'Brien & Söhne", "Website": "new.example", KEY: "domain:new.example"}


def test_as_shipped_nothing_is_made(desk: Desk) -> None:
    desk.write_mode = ""
    desk.want([lead(1, "fresh@a.example")])
    report = desk.run()
    assert report.status == "refused"
    assert "field_map.csv holds no field to push" in report.message
