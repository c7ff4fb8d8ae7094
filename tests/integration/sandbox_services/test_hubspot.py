"""The simulated HubSpot, as strict as the real one: paging, search, batches, associations, lists, limits, webhooks."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest

from tests.integration.conftest import RunningSandbox

COMPANIES = "/crm/v3/objects/companies"
CONTACTS = "/crm/v3/objects/contacts"


@pytest.fixture
def portal(clean_sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    """The simulated portal, with a private app's token."""
    with clean_sandbox.client(clean_sandbox.env["HUBSPOT_BASE_URL"]) as client:
        client.headers["Authorization"] = f"Bearer {clean_sandbox.env['HUBSPOT_ACCESS_TOKEN']}"
        yield client


def pages(portal: httpx.Client, path: str, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        answer = portal.get(path, params=params).raise_for_status().json()
        found += answer["results"]
        if "paging" not in answer:
            return found
        params["after"] = answer["paging"]["next"]["after"]


def search(portal: httpx.Client, path: str, *filters: dict[str, Any], **more: Any) -> httpx.Response:
    return portal.post(f"{path}/search", json={"filterGroups": [{"filters": list(filters)}], **more})


def test_pages_hold_every_live_record_once_and_the_bin_the_rest(portal: httpx.Client) -> None:
    live = pages(portal, COMPANIES, limit=7, properties="name,domain,nonsense")
    assert len(live) == len({row["id"] for row in live}) == 29
    assert live[0]["properties"].keys() == {"name", "domain", "createdate", "hs_lastmodifieddate", "hs_object_id"}
    assert "O'Brien & Söhne GmbH" in {row["properties"]["name"] for row in live}
    assert portal.get(COMPANIES, params={"limit": 101}).json()["category"] == "VALIDATION_ERROR"
    gone = portal.delete(f"{COMPANIES}/{live[0]['id']}")
    assert gone.status_code == 204
    assert [row["id"] for row in pages(portal, COMPANIES, archived="true")] == [live[0]["id"]]
    assert len(pages(portal, COMPANIES)) == 28
    assert portal.get(f"{COMPANIES}/{live[0]['id']}").status_code == 404


def test_search_filters_sorts_and_refuses(clean_sandbox: RunningSandbox, portal: httpx.Client) -> None:
    clean_sandbox.configure("hubspot", searches=50)
    large = {"propertyName": "numberofemployees", "operator": "GTE", "value": "2000"}
    answer = search(
        portal, COMPANIES, large, sorts=["numberofemployees"], properties=["numberofemployees"], limit=3
    ).json()
    sizes = [int(row["properties"]["numberofemployees"]) for row in answer["results"]]
    assert sizes == sorted(sizes)
    assert sizes[0] == 2000
    assert answer["total"] > 3
    assert answer["paging"]["next"]["after"] == "3"
    token = {"propertyName": "name", "operator": "CONTAINS_TOKEN", "value": "o'brien*"}
    assert search(portal, COMPANIES, {**token, "value": "söhne"}).json()["total"] == 1
    for refused in (
        {"limit": 201}, {"after": "9999", "limit": 2}, {"sorts": ["name", "domain"]}, {"query": "x" * 3000},
    ):  # fmt: skip
        assert search(portal, COMPANIES, large, **refused).status_code == 400, refused
    assert search(portal, COMPANIES, *[large] * 7).status_code == 400
    assert search(portal, COMPANIES, {**large, "propertyName": "nonsense"}).status_code == 400


def test_a_batch_is_all_or_nothing_unless_each_input_is_traced(portal: httpx.Client) -> None:
    good, bad = {"properties": {"name": "New"}}, {"properties": {"name": "Bad", "numberofemployees": "many"}}
    refused = portal.post(f"{COMPANIES}/batch/create", json={"inputs": [good, bad]})
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["context"] == {"propertyName": ["numberofemployees"]}
    assert len(pages(portal, COMPANIES)) == 29
    traced = [good | {"objectWriteTraceId": "1"}, bad | {"objectWriteTraceId": "2"}]
    answer = portal.post(f"{COMPANIES}/batch/create", json={"inputs": traced})
    assert answer.status_code == 207
    assert [row["objectWriteTraceId"] for row in answer.json()["results"]] == ["1"]
    assert answer.json()["errors"][0]["context"]["objectWriteTraceId"] == ["2"]
    assert len(pages(portal, COMPANIES)) == 30
    too_many = portal.post(f"{COMPANIES}/batch/create", json={"inputs": [good] * 101})
    assert too_many.status_code == 400


def test_upsert_by_a_property_of_ones_own(portal: httpx.Client) -> None:
    own = {
        "name": "account_key",
        "label": "Key",
        "type": "string",
        "fieldType": "text",
        "groupName": "companyinformation",
    }
    upsert = {"inputs": [{"id": "acc_1", "idProperty": "account_key", "properties": {"name": "One"}}]}
    assert portal.post(f"{COMPANIES}/batch/upsert", json=upsert).status_code == 400
    assert portal.post("/crm/v3/properties/companies", json=own | {"hasUniqueValue": True}).status_code == 201
    assert portal.post("/crm/v3/properties/companies", json=own).status_code == 409
    first = portal.post(f"{COMPANIES}/batch/upsert", json=upsert).json()["results"][0]
    upsert["inputs"][0]["properties"] = {"name": "Öne", "domain": "one.example"}
    second = portal.post(f"{COMPANIES}/batch/upsert", json=upsert).json()["results"][0]
    assert (first["new"], second["new"]) == (True, False)
    assert first["id"] == second["id"]
    row = portal.get(f"{COMPANIES}/acc_1", params={"idProperty": "account_key", "properties": "name,domain"}).json()
    assert (row["properties"]["name"], row["properties"]["domain"]) == ("Öne", "one.example")
    cleared = portal.patch(f"{COMPANIES}/{first['id']}", json={"properties": {"domain": ""}})
    assert cleared.json()["properties"]["domain"] is None


def test_an_address_belongs_to_one_contact_and_values_are_checked(portal: httpx.Client) -> None:
    taken = portal.get(CONTACTS, params={"properties": "email"}).json()["results"][0]
    again = portal.post(CONTACTS, json={"properties": {"email": taken["properties"]["email"].upper()}})
    assert again.status_code == 409
    assert taken["id"] in again.json()["message"]
    for name, value, code in (
        ("email", "nobody", "INVALID_EMAIL"), ("lifecyclestage", "unheard", "INVALID_OPTION"),
        ("nonsense", "1", "PROPERTY_DOESNT_EXIST"), ("createdate", "1", "READ_ONLY_VALUE"),
        ("hubspot_owner_id", "7", "INVALID_OWNER_ID"),
    ):  # fmt: skip
        answer = portal.post(CONTACTS, json={"properties": {name: value}})
        assert answer.status_code == 400, name
        assert answer.json()["errors"][0]["code"] == code


def test_a_merged_record_answers_as_the_survivor(portal: httpx.Client) -> None:
    first, second = (row["id"] for row in pages(portal, CONTACTS)[:2])
    merged = portal.post(f"{CONTACTS}/merge", json={"primaryObjectId": first, "objectIdToMerge": second})
    assert merged.status_code == 200
    assert portal.get(f"{CONTACTS}/{second}").json()["id"] == first
    survivor = portal.get(f"{CONTACTS}/{first}", params={"properties": "hs_merged_object_ids"}).json()
    assert survivor["properties"]["hs_merged_object_ids"] == second
    assert second not in {row["id"] for row in pages(portal, CONTACTS)}


def test_associations_go_both_ways(portal: httpx.Client) -> None:
    deal = portal.get("/crm/v3/objects/deals").json()["results"][0]["id"]
    contact = portal.get(CONTACTS).json()["results"][0]["id"]
    types = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 3}]
    body = {"inputs": [{"from": {"id": deal}, "to": {"id": contact}, "types": types}]}
    assert portal.post("/crm/v4/associations/deals/contacts/batch/create", json=body).status_code == 201
    back = portal.get(f"/crm/v4/objects/contacts/{contact}/associations/deals").json()["results"]
    assert [(row["toObjectId"], row["associationTypes"][0]["typeId"]) for row in back] == [(int(deal), 4)]
    asked = {"inputs": [{"id": deal}, {"id": "1"}]}
    answer = portal.post("/crm/v4/associations/deals/contacts/batch/read", json=asked)
    assert answer.status_code == 207
    assert answer.json()["errors"][0]["subCategory"] == "crm.associations.NO_ASSOCIATIONS_FOUND"
    assert portal.delete(f"/crm/v4/objects/deals/{deal}/associations/contacts/{contact}").status_code == 204
    assert portal.get(f"/crm/v4/objects/contacts/{contact}/associations/deals").json()["results"] == []
    types[0]["associationTypeId"] = 279
    assert portal.post("/crm/v4/associations/deals/contacts/batch/create", json=body).status_code == 400


def test_lists_take_and_lose_members(portal: httpx.Client) -> None:
    made = portal.post("/crm/v3/lists", json={"name": "T1", "objectTypeId": "0-1", "processingType": "MANUAL"}).json()[
        "list"
    ]
    again = portal.post("/crm/v3/lists", json={"name": "t1", "objectTypeId": "0-1", "processingType": "MANUAL"})
    assert again.status_code == 400
    people = [row["id"] for row in portal.get(CONTACTS).json()["results"]]
    path = f"/crm/v3/lists/{made['listId']}/memberships"
    added = portal.put(f"{path}/add", json=[*people, "1"]).json()
    assert (added["recordsIdsAdded"], added["recordIdsMissing"]) == (people, ["1"])
    assert [row["recordId"] for row in pages(portal, path, limit=4)] == people
    assert portal.put(f"{path}/remove", json=people[:3]).json()["recordIdsRemoved"] == people[:3]
    portal.delete(f"{CONTACTS}/{people[3]}")
    assert [row["recordId"] for row in pages(portal, path)] == people[4:]
    named = portal.get("/crm/v3/lists/object-type-id/0-1/name/T1").json()["list"]
    assert named["additionalProperties"]["hs_list_size"] == str(len(people) - 4)


def test_limits_are_told_and_enforced(clean_sandbox: RunningSandbox, portal: httpx.Client) -> None:
    headers = portal.get("/account-info/v3/details").headers
    assert headers["X-HubSpot-RateLimit-Max"] == "190"
    assert int(headers["X-HubSpot-RateLimit-Daily-Remaining"]) == int(headers["X-HubSpot-RateLimit-Daily"]) - 1
    statuses = [search(portal, COMPANIES).status_code for _ in range(8)]
    assert statuses.count(429) >= 1
    clean_sandbox.configure("hubspot", daily_calls=1)
    answer = portal.get(COMPANIES)
    assert (answer.status_code, answer.json()["policyName"]) == (429, "DAILY")
    portal.headers["Authorization"] = "Bearer wrong"
    assert portal.get(COMPANIES).json()["category"] == "INVALID_AUTHENTICATION"


def test_a_refreshed_token_works_until_it_expires(clean_sandbox: RunningSandbox, portal: httpx.Client) -> None:
    own = {
        key: clean_sandbox.env[f"SANDBOX_HUBSPOT_{key.upper()}"]
        for key in ("client_id", "client_secret", "refresh_token")
    }
    wrong = portal.post("/oauth/v1/token", data={"grant_type": "refresh_token", **own, "refresh_token": "x"})
    assert wrong.json()["status"] == "BAD_REFRESH_TOKEN"
    token = portal.post("/oauth/v1/token", data={"grant_type": "refresh_token", **own}).json()["access_token"]
    portal.headers["Authorization"] = f"Bearer {token}"
    assert portal.get(COMPANIES).status_code == 200
    clean_sandbox.advance(1801)
    assert portal.get(COMPANIES).json()["category"] == "EXPIRED_AUTHENTICATION"


def test_webhooks_carry_a_signature_that_holds(clean_sandbox: RunningSandbox, portal: httpx.Client) -> None:
    received: list[tuple[dict[str, str], bytes]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((dict(self.headers), body))
            self.send_response(500 if len(received) == 1 else 200)
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/hooks"
        clean_sandbox.control.post("/hubspot/webhooks", json={"target": url}).raise_for_status()
        row = portal.get(CONTACTS).json()["results"][0]["id"]
        portal.patch(f"{CONTACTS}/{row}", json={"properties": {"hs_lead_status": "OPEN", "jobtitle": "Chef für Öl"}})
        told = clean_sandbox.control.post("/hubspot/webhooks", json={}).json()
        server.shutdown()
        thread.join()
    assert told["delivered"] == [500, 200]
    headers, body = received[-1]
    names = {name.lower(): value for name, value in headers.items()}
    stamp = names["x-hubspot-request-timestamp"]
    secret = clean_sandbox.env["SANDBOX_HUBSPOT_CLIENT_SECRET"].encode()
    digest = hmac.new(secret, b"POST" + url.encode() + body + stamp.encode(), hashlib.sha256).digest()
    assert names["x-hubspot-signature-v3"] == base64.b64encode(digest).decode()
    events = json.loads(body)
    assert {event["propertyName"]: event["propertyValue"] for event in events} == {
        "hs_lead_status": "OPEN", "jobtitle": "Chef für Öl",
    }  # fmt: skip
    assert {event["eventId"] for event in json.loads(received[0][1])} == {event["eventId"] for event in events}
