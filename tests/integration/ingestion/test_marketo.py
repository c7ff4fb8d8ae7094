"""Marketo into raw_marketo: history, stream, what follows from activities, and a subscription in trouble."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from connections import QuotaExhausted

from .conftest import Lake

LEADS = {
    '"id"': "id", '"email"': "email", '"firstName"': "first_name", '"company"': "company", '"leadScore"': "lead_score",
    '"unsubscribed"': "unsubscribed", '"sfdcContactId"': "sfdc_contact_id", '"createdAt"': "created_at",
    '"updatedAt"': "updated_at",
}  # fmt: skip
ACTIVITIES = {
    '"marketoGUID"': "marketo_guid", '"leadId"': "lead_id", '"activityDate"': "activity_date",
    '"activityTypeId"': "activity_type_id", '"primaryAttributeValue"': "primary_attribute_value",
    '"primaryAttributeValueId"': "primary_attribute_value_id", '"attributes"': "attributes",
}  # fmt: skip


@pytest.fixture
def subscription(lake: Lake) -> Any:
    """A client that works in Marketo, as marketing would."""
    env = lake.sandbox.env
    query = {
        "grant_type": "client_credentials",
        "client_id": env["MARKETO_CLIENT_ID"],
        "client_secret": env["MARKETO_CLIENT_SECRET"],
    }
    with lake.sandbox.client(env["MARKETO_BASE_URL"]) as client:
        token = client.get("/identity/oauth/token", params=query).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def done(response: httpx.Response) -> list[dict[str, Any]]:
    answer = response.raise_for_status().json()
    assert answer["success"], answer
    return list(answer["result"])


def assert_equal_to_world(lake: Lake) -> None:
    assert lake.difference("marketo.leads", "raw_marketo.leads", LEADS) == 0
    assert lake.difference("marketo.activities", "raw_marketo.activities", ACTIVITIES, '"activityTypeId" <> 37') == 0
    members = {'"listId"': "list_id", '"leadId"': "lead_id"}
    assert lake.difference("marketo.list_members", "raw_marketo.list_members", members) == 0
    kinds = {'"id"': "id", '"name"': "name", '"primaryAttribute"': "primary_attribute"}
    assert lake.difference("marketo.activity_types", "raw_marketo.activity_types", kinds) == 0
    stamped = {'"id"': "id", '"name"': "name", '"createdAt"': "created_at", '"updatedAt"': "updated_at"}
    assert lake.difference("marketo.lists", "raw_marketo.lists", stamped) == 0
    assert lake.difference("marketo.programs", "raw_marketo.programs", stamped | {'"channel"': "channel"}) == 0


def test_history_lands_whole_and_then_only_what_happened(lake: Lake, subscription: httpx.Client) -> None:
    first = lake.load("marketo")
    assert_equal_to_world(lake)
    assert first.rows["leads"] == 60
    again = lake.load("marketo")
    assert again.rows == {}
    assert again.usage.calls <= 12

    changed = {
        "action": "updateOnly",
        "lookupField": "id",
        "input": [{"id": 1, "title": "CFO"}, {"id": 2, "city": "Ærø"}],
    }
    done(subscription.post("/rest/v1/leads.json", json=changed))
    new = done(subscription.post("/rest/v1/leads.json", json={"input": [{"email": "new@company3.com"}]}))[0]["id"]
    done(subscription.post("/rest/v1/leads/delete.json", json={"input": [{"id": 5}]}))
    done(subscription.post("/rest/v1/lists/1002/leads.json", params={"id": [1, 2]}))
    done(subscription.request("DELETE", "/rest/v1/lists/1001/leads.json", params={"id": [3]}))
    report = lake.load("marketo")
    assert report.rows["leads"] == 4  # two changed, one new, one gone
    assert report.deleted == 3  # the lead, its place on a list, and the one who left
    leads = lake.rows(
        f"select id, title, city, is_deleted from raw_marketo.leads where id in (1, 2, 5, {new}) order by id"
    )
    assert leads == [(1, "CFO", None, False), (2, None, "Ærø", False), (5, None, None, True), (new, None, None, False)]
    assert lake.rows("select lead_id from raw_marketo.deleted_leads where lead_id = 5") == [(5,)]
    members = "select list_id, lead_id from raw_marketo.list_members where is_deleted order by 1, 2"
    assert lake.rows(members) == [(1001, 3), (1001, 5)]
    assert lake.rows("select lead_id from raw_marketo.list_members where list_id = 1002 order by 1") == [(1,), (2,)]
    change = lake.rows("select attributes from raw_marketo.activities where activity_type_id = 13 and lead_id = 1")
    assert {"name": "New Value", "value": "CFO"} in json.loads(change[0][0])
    assert lake.load("marketo").rows == {}


def test_a_lead_that_changes_between_its_history_and_that_of_activities_is_read_again(
    lake: Lake, subscription: httpx.Client
) -> None:
    told: list[frozenset[str]] = []

    def landed(tables: frozenset[str]) -> None:
        if not told:
            done(subscription.post("/rest/v1/leads.json", json={"input": [{"email": "late@company3.com"}]}))
            changed = {"action": "updateOnly", "lookupField": "id", "input": [{"id": 1, "title": "CFO"}]}
            done(subscription.post("/rest/v1/leads.json", json=changed))
            done(subscription.post("/rest/v1/leads/delete.json", json={"input": [{"id": 5}]}))
        told.append(tables)

    lake.load("marketo", landed=landed)
    assert "leads" in told[0]
    assert "activities" not in told[0]
    assert lake.rows("select title from raw_marketo.leads where id = 1") == [("CFO",)]
    assert lake.rows("select count(*) from raw_marketo.leads where email = 'late@company3.com'") == [(1,)]
    lake.load("marketo")
    assert lake.rows("select id from raw_marketo.leads where is_deleted") == [(5,)]
    assert lake.load("marketo").rows == {}


def test_a_subscription_in_trouble_ends_complete(lake: Lake) -> None:
    for kind, settings in (
        ("429", {"count": 1}),
        ("500", {"count": 1, "path": "export"}),
        ("drop_before", {"count": 2, "path": "file.json"}),
        ("expire_token", {"count": 1, "path": "enqueue"}),
        ("drop_after_commit", {"count": 1, "path": "enqueue"}),
    ):
        lake.sandbox.fault("marketo", kind, **settings)
    report = lake.load("marketo", rows_per_round=300)
    assert_equal_to_world(lake)
    assert report.usage.retries >= 3


def test_the_daily_quota_stops_cleanly_and_finished_windows_are_kept(lake: Lake) -> None:
    lake.sandbox.fault("marketo", "quota", path="activities/export/.*/file.json", count=1)
    with pytest.raises(QuotaExhausted) as caught:
        lake.load("marketo")
    assert "\n" not in str(caught.value)
    assert ("programs", "succeeded") in lake.rows("select resource, status from ops.ingestion_runs")
    lake.sandbox.control.delete("/faults")
    lake.load("marketo")
    assert_equal_to_world(lake)
