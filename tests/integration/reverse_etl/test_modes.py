"""What each mode makes, changes and deletes, and that nothing is made twice."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from connections.errors import Unreachable
from reverse_etl.destinations import Batch
from reverse_etl.destinations.salesforce import SalesforceDestination
from reverse_etl.spec import SyncSpec
from tests.integration.reverse_etl.conftest import SMALL_BULK, Desk

KEY = "Marketmap_Key__c"
FIELDS = {"email": "Email", "last_name": "LastName", "company": "Company", "score": "Person_Score__c"}


def lead_spec(**changes: Any) -> SyncSpec:
    """Leads under a key of our own."""
    return SyncSpec.model_validate(
        {
            "name": "salesforce__leads",
            "model": "activation.sync_salesforce__leads",
            "destination": "salesforce",
            "object": "Lead",
            "key": {"column": "lead_key", "field": KEY},
            "mode": "upsert",
            **changes,
        }
    )


@pytest.fixture
def leads(empty_desk: Desk) -> Desk:
    """A desk whose sync makes and keeps leads."""
    desk = empty_desk
    desk.sandbox.add_field(object="Lead", field=KEY, type="string", length=64, external_id=True, unique=True)
    desk.sql("""
        create table activation.sync_salesforce__leads (
            lead_key varchar, email varchar, last_name varchar, company varchar, score double
        )
    """)
    modes = {"email": "on_create", "last_name": "on_create", "company": "if_blank", "score": "always"}
    for column, target in FIELDS.items():
        desk.sql(
            "insert into seeds.field_map values ('salesforce__leads', ?, ?, ?, 'push', 'marketmap', '', '')",
            column,
            target,
            modes[column],
        )
    desk.spec = lead_spec()
    return desk


def want(desk: Desk, *rows: tuple[str, str | None, str, str | None, float | None]) -> None:
    """Make the model hold exactly these leads."""
    desk.sql("delete from activation.sync_salesforce__leads")
    for row in rows:
        desk.sql("insert into activation.sync_salesforce__leads values (?, ?, ?, ?, ?)", *row)


def held(desk: Desk, where: str = f"{KEY} != null") -> list[tuple[Any, ...]]:
    """(key, email, last name, company, score) of the org's leads."""
    fields = [KEY, *FIELDS.values()]
    query = f"SELECT {', '.join(fields)} FROM Lead WHERE {where} ORDER BY {KEY}"
    rows = desk.person.get("/query", params={"q": query}).raise_for_status().json()["records"]
    return [tuple(row[field] for field in fields) for row in rows]


def make(desk: Desk, **values: object) -> str:
    """Make a lead as a person in the CRM; returns its Id."""
    body = {"LastName": "Person", "Company": "Theirs", **values}
    return str(desk.person.post("/sobjects/Lead", json=body).raise_for_status().json()["id"])


ANN = ("k1", "ann@a.example", "O'Brien 🚀", "Söhne & Co", 1.5)
BOB = ("k2", None, "Bob", "B", None)


@pytest.mark.parametrize("is_bulk", [False, True], ids=["collections", "bulk"])
def test_an_upsert_makes_what_is_missing_once_and_then_updates_it(leads: Desk, is_bulk: bool) -> None:
    desk = leads
    desk.channels = SMALL_BULK if is_bulk else desk.channels
    rows = [ANN, BOB, *((f"n{n}", f"n{n}@a.example", f"N{n}", "C", float(n)) for n in range(30 if is_bulk else 3))]
    want(desk, *rows)
    first = desk.run()
    assert (first.status, first.planned, first.accepted) == ("succeeded", len(rows), len(rows)), first.messages
    assert held(desk) == sorted(rows)
    assert desk.run().api_calls == 0

    want(desk, ("k1", "new@a.example", "Other", "Other", 2.0), *rows[1:])
    again = desk.run()
    assert (again.accepted, again.values_by_field) == (1, {"Person_Score__c": 1})
    assert held(desk, f"{KEY} = 'k1'") == [("k1", "ann@a.example", "O'Brien 🚀", "Söhne & Co", 2.0)]
    written = "select operation, count(*) from ops.sync_records where record_key = 'k1' and status = 'accepted'"
    assert desk.sql(f"{written} group by all order by 1") == [("create", 4), ("update", 1)]


def test_a_record_that_is_there_under_our_key_is_taken_over_not_made_again(leads: Desk) -> None:
    """The ledger was lost, or another warehouse made it."""
    desk = leads
    make(desk, **{KEY: "k1"}, LastName="Hers", Person_Score__c=9)
    want(desk, ANN)
    report = desk.run()
    assert (report.status, report.accepted, report.values_by_field) == ("succeeded", 1, {"Person_Score__c": 1})
    assert held(desk) == [("k1", None, "Hers", "Theirs", 1.5)]
    again = desk.run()
    assert (again.planned, again.api_calls) == (0, 0)


def test_a_person_who_is_there_under_another_name_is_not_made(leads: Desk) -> None:
    desk = leads
    look_up = [
        {"object": "Contact", "column": "email", "field": "Email", "then": "skip"},
        {"object": "Lead", "column": "email", "field": "Email", "then": "adopt"},
    ]
    desk.spec = lead_spec(creation={"look_up": look_up})
    desk.person.post("/sobjects/Contact", json={"LastName": "C", "Email": "Contact@a.example"}).raise_for_status()
    lead = make(desk, Email="LEAD@a.example")
    for _ in range(2):
        make(desk, Email="twice@a.example")
    want(
        desk,
        ("k1", "contact@a.example", "L", "C", 1.0),
        ("k2", "lead@a.example", "L", "C", 2.0),
        ("k3", "twice@a.example", "L", "C", 3.0),
        ("k4", "fresh@a.example", "L", "C", 4.0),
        ("k5", "Fresh@a.example", "L", "C", 5.0),
    )
    report = desk.run()
    assert (report.accepted, report.skipped, report.invalid) == (2, 2, 1), report.messages
    assert held(desk) == [("k4", "fresh@a.example", "L", "C", 4.0)]
    adopted = desk.person.get(f"/sobjects/Lead/{lead}", params={"fields": "LastName,Person_Score__c"}).json()
    assert (adopted["LastName"], adopted["Person_Score__c"]) == ("Person", 2.0)
    told = dict(desk.sql("select distinct record_key, message from ops.sync_records where status <> 'accepted'"))
    assert "the Contact of the same Email exists" in told["k1"]
    assert told["k3"] == "2 Lead records answer to this key"
    assert told["k5"] == "another record that is to be made has the same Email"
    assert desk.run().accepted == 0


class Cut(SalesforceDestination):
    """An org whose answer to the first write is lost after it was carried out, and whose process then dies."""

    struck = False

    def write(self, batch: Batch) -> pa.Table:
        """Write, and lose the answer once."""
        answers = super().write(batch)
        if not self.struck:
            self.struck = True
            raise KeyboardInterrupt
        return answers


def test_a_create_whose_answer_was_lost_is_found_and_not_made_again(leads: Desk) -> None:
    desk = leads
    want(desk, ANN, BOB)
    with pytest.raises(KeyboardInterrupt):
        desk.run(destination=Cut(desk.connection))
    assert len(held(desk)) == 2
    report = desk.run()
    assert (report.status, report.accepted) == ("succeeded", 0), report.messages
    assert held(desk) == [ANN, BOB]
    assert desk.sql("select sum(accepted) from ops.sync_runs") == [(2,)]
    want(desk, (*ANN[:-1], 7.0), BOB)
    assert desk.run().accepted == 1


def test_a_mirror_deletes_what_it_made_and_nothing_else(leads: Desk) -> None:
    desk = leads
    desk.spec = lead_spec(mode="mirror", guards={"max_removed_ratio": 1.0})
    make(desk, **{KEY: "k9"})
    want(desk, ANN, BOB, ("k9", None, "Ours", "Ours", 3.0))
    assert desk.run().accepted == 3
    want(desk, BOB)
    report = desk.run()
    assert (report.status, report.accepted) == ("succeeded", 1), report.messages
    assert [row[0] for row in held(desk)] == ["k2", "k9"]
    trace = "select operation, before, after from ops.sync_records where run_id = ? and field = 'Email'"
    assert desk.sql(trace, report.run_id) == [("delete", "ann@a.example", None)]
    assert desk.run().api_calls == 0
    want(desk, ANN, BOB)
    assert desk.run().accepted == 1
    assert [row[0] for row in held(desk)] == ["k1", "k2", "k9"]


def test_an_insert_is_made_once_and_then_left_alone(leads: Desk) -> None:
    desk = leads
    desk.spec = lead_spec(mode="insert")
    want(desk, ANN)
    assert desk.run().accepted == 1
    want(desk, ("k1", "x@a.example", "X", "X", 9.0), BOB)
    report = desk.run()
    assert (report.accepted, report.values_by_field.get("LastName")) == (1, 1)
    assert held(desk) == [ANN, BOB]
    assert desk.run().api_calls == 0


def test_a_delete_removes_the_models_records_and_remembers_it(leads: Desk) -> None:
    desk = leads
    desk.spec = lead_spec(mode="delete")
    make(desk, **{KEY: "k1"})
    make(desk, **{KEY: "k2"})
    want(desk, ANN, ("k7", None, "", None, None))
    report = desk.run()
    assert (report.status, report.accepted, report.unchanged) == ("succeeded", 1, 1), report.messages
    assert [row[0] for row in held(desk)] == ["k2"]
    assert desk.run().api_calls == 0


def test_campaign_members_come_and_go_with_the_model(empty_desk: Desk) -> None:
    desk = empty_desk
    campaign = desk.person.post("/sobjects/Campaign", json={"Name": "C"}).raise_for_status().json()["id"]
    people = [make(desk, LastName=f"L{n}") for n in range(3)]
    desk.sql("create table activation.members (member_key varchar, campaign varchar, lead varchar, status varchar)")
    for column, target in {"campaign": "CampaignId", "lead": "LeadId", "status": "Status"}.items():
        desk.sql(
            "insert into seeds.field_map values ('members', ?, ?, 'always', 'push', 'marketmap', '', '')",
            column,
            target,
        )
    desk.spec = SyncSpec.model_validate(
        {
            "name": "members",
            "model": "activation.members",
            "destination": "salesforce",
            "object": "CampaignMember",
            "key": {"column": "member_key", "match": ["CampaignId", "LeadId"]},
            "mode": "membership",
            "guards": {"max_removed_ratio": 1.0},
        }
    )
    for person in people[:2]:
        desk.sql("insert into activation.members values (?, ?, ?, 'Sent')", f"{campaign}:{person}", campaign, person)
    by_hand = {"CampaignId": campaign, "LeadId": people[0], "Status": "Responded"}
    desk.person.post("/sobjects/CampaignMember", json=by_hand).raise_for_status()

    def members() -> set[tuple[str, str]]:
        query = f"SELECT LeadId, Status FROM CampaignMember WHERE CampaignId = '{campaign}'"
        rows = desk.person.get("/query", params={"q": query}).raise_for_status().json()["records"]
        return {(row["LeadId"], row["Status"]) for row in rows}

    report = desk.run()
    assert (report.status, report.accepted, report.unchanged) == ("succeeded", 1, 1), report.messages
    assert members() == {(people[0], "Responded"), (people[1], "Sent")}
    assert desk.run().api_calls == 0

    desk.sql("delete from activation.members where lead = ?", people[0])
    desk.sql("insert into activation.members values (?, ?, ?, 'Sent')", f"{campaign}:{people[2]}", campaign, people[2])
    desk.sql("insert into activation.members values ('nobody', ?, null, 'Sent')", campaign)
    report = desk.run()
    assert (report.status, report.accepted, report.invalid) == ("succeeded", 2, 1), report.messages
    assert members() == {(people[1], "Sent"), (people[2], "Sent")}
    assert desk.run().api_calls == 0


def test_an_unreachable_org_is_not_tried_by_the_next_sync(leads: Desk) -> None:
    desk = leads

    class Gone(SalesforceDestination):
        def find(self, object_name: str, cells: pa.Table) -> pa.Table:
            raise Unreachable("salesforce", "no route", "Check the network")

    want(desk, ANN)
    assert desk.run(destination=Gone(desk.connection)).status == "failed"
    desk.spec = lead_spec(name="salesforce__other")
    refused = desk.run()
    assert refused.status == "refused"
    assert "not tried, as salesforce__leads just failed: salesforce: no route" in refused.message
    desk.spec = lead_spec()
    assert desk.run().accepted == 1
