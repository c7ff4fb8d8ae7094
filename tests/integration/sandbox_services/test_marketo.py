"""Marketo's envelope, leads, lists, activities, limits."""

import datetime as dt
from typing import Any

import httpx
import pytest

from tests.integration.conftest import RunningSandbox
from tests.integration.sandbox_services.conftest import marketo_credentials


def result(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200
    content = answer.json()
    assert content["success"], content
    rows: list[dict[str, Any]] = content["result"]
    return rows


def error(answer: httpx.Response) -> str:
    assert answer.status_code == 200
    assert not answer.json()["success"]
    return str(answer.json()["errors"][0]["code"])


def test_the_same_token_comes_back_with_what_is_left(marketo: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    wrong = marketo.get("/identity/oauth/token", params={"grant_type": "client_credentials", "client_id": "x"})
    assert (wrong.status_code, wrong.json()["error"]) == (401, "invalid_client")
    first = marketo.post("/identity/oauth/token", data=marketo_credentials(clean_sandbox.env)).json()
    clean_sandbox.advance(600)
    second = marketo.get("/identity/oauth/token", params=marketo_credentials(clean_sandbox.env)).json()
    assert second["access_token"] == first["access_token"]
    assert 598 <= first["expires_in"] - second["expires_in"] <= 602
    clean_sandbox.advance(3600)
    assert error(marketo.get("/rest/v1/lists.json")) == "602"
    assert error(marketo.get("/rest/v1/lists.json", headers={"Authorization": "Bearer junk"})) == "601"
    assert error(marketo.get("/rest/v1/lists.json", headers={"Authorization": ""})) == "600"


def test_limits_are_enforced(marketo: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    clean_sandbox.configure("marketo", rate_calls=2, rate_seconds=60)
    answers = [marketo.get("/rest/v1/lists.json") for _ in range(3)]
    assert error(answers[2]) == "606"
    clean_sandbox.configure("marketo", rate_calls=100, daily_calls=3)
    assert result(marketo.get("/rest/v1/stats/usage.json"))[0]["total"] == 3
    assert error(marketo.get("/rest/v1/lists.json")) == "607"
    clean_sandbox.configure("marketo", daily_calls=4)
    assert error(marketo.get("/rest/v1/lists/9/leads.json")) == "1013"  # a refused call costs nothing
    assert len(result(marketo.get("/rest/v1/lists.json"))) == 2
    clean_sandbox.configure("marketo", daily_calls=50_000, concurrent=0)
    assert error(marketo.get("/rest/v1/lists.json")) == "615"


@pytest.mark.parametrize(("kind", "code"), [("429", "606"), ("500", "611"), ("quota", "607"), ("expire_token", "602")])
def test_faults(marketo: httpx.Client, clean_sandbox: RunningSandbox, kind: str, code: str) -> None:
    clean_sandbox.fault("marketo", kind)
    assert error(marketo.get("/rest/v1/lists.json")) == code


def test_unknown_paths_and_large_requests(marketo: httpx.Client) -> None:
    assert error(marketo.get("/rest/v1/nonsense.json")) == "610"
    assert error(marketo.post("/rest/v1/activities/types.json")) == "605"
    long = ",".join(f"long-address-number-{n}@example.com" for n in range(290))
    query = {"filterType": "email", "filterValues": long}
    assert marketo.get("/rest/v1/leads.json", params=query).status_code == 414
    assert result(marketo.post("/rest/v1/leads.json", params={"_method": "GET"}, data=query)) == []
    assert marketo.post("/rest/v1/leads.json", content=b" " * 1_000_001).status_code == 413
    assert error(marketo.post("/rest/v1/leads.json", content=b"{")) == "609"


def test_leads_by_filter(marketo: httpx.Client) -> None:
    query = {"filterType": "id", "filterValues": "3,2,9999", "fields": "email,leadScore,title"}
    assert result(marketo.get("/rest/v1/leads.json", params=query)) == [
        {"id": 2, "email": "ann2@company3.com", "leadScore": 2, "title": None},
        {"id": 3, "email": "ann3@company4.com", "leadScore": 3, "title": None},
    ]
    values = ",".join(str(n) for n in range(1, 61))
    page = marketo.get("/rest/v1/leads.json", params={"filterType": "id", "filterValues": values, "batchSize": "50"})
    assert len(result(page)) == 50
    token = page.json()["nextPageToken"]
    query = {"filterType": "id", "filterValues": values, "batchSize": "50", "nextPageToken": token}
    assert [row["id"] for row in result(marketo.get("/rest/v1/leads.json", params=query))] == list(range(51, 61))
    too_many = {"filterType": "id", "filterValues": ",".join("1" * 301)}
    assert error(marketo.get("/rest/v1/leads.json", params=too_many)) == "1003"
    assert error(marketo.get("/rest/v1/leads.json", params={"filterType": "nope", "filterValues": "1"})) == "1003"
    query = {"filterType": "id", "filterValues": "1", "fields": "nope"}
    assert error(marketo.get("/rest/v1/leads.json", params=query)) == "1006"
    assert result(marketo.get("/rest/v1/lead/4.json"))[0]["lastName"] == "Person 4"
    names = {field["rest"]["name"]: field["dataType"] for field in result(marketo.get("/rest/v1/leads/describe.json"))}
    assert (names["email"], names["unsubscribed"], names["updatedAt"]) == ("email", "boolean", "datetime")


def test_saving_leads(marketo: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    records = [
        {"email": "ANN1@company2.com", "title": "CEO", "firstName": "Ann"},
        {"email": "new@example.com", "lastName": "O'Neil 🚀"},
        {"email": "new@example.com", "lastName": "Twin"},
        {"email": "a@example.com", "nope": 1},
        {"email": "ü@example.com"},
        {"lastName": "No address"},
        {"email": "b@example.com", "leadScore": "many"},
    ]
    rows = result(marketo.post("/rest/v1/leads.json", json={"input": records}))
    assert [row["status"] for row in rows] == ["updated", "created", *["skipped"] * 5]
    assert [row["reasons"][0]["code"] for row in rows[2:]] == ["1036", "1006", "1001", "1002", "1001"]
    assert rows[0]["id"] == 1
    update = {"action": "updateOnly", "lookupField": "id", "input": [{"id": 1, "title": None}, {"id": 999}]}
    rows = result(marketo.post("/rest/v1/leads.json", json=update))
    assert [row["status"] for row in rows] == ["updated", "skipped"]
    once = {"action": "createOnly", "input": [{"email": "new@example.com"}]}
    assert result(marketo.post("/rest/v1/leads.json", json=once))[0]["reasons"][0]["code"] == "1005"
    marketo.post("/rest/v1/leads.json", json={"action": "createDuplicate", "input": [{"email": "new@example.com"}]})
    rows = result(marketo.post("/rest/v1/leads.json", json={"input": [{"email": "new@example.com"}]}))
    assert rows[0]["reasons"][0]["code"] == "1007"
    operations = [row["operation"] for row in clean_sandbox.writes("marketo")]
    assert operations == ["insert", "update", "update", "insert"]


def test_changes_and_deletions_show_in_activities(marketo: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    now = clean_sandbox.control.get("/clock").json()["now"]
    token = marketo.get("/rest/v1/activities/pagingtoken.json", params={"sinceDatetime": now}).json()["nextPageToken"]
    marketo.post("/rest/v1/leads.json", json={"input": [{"email": "ann1@company2.com", "title": "CEO"}]})
    gone = result(marketo.post("/rest/v1/leads/delete.json", json={"input": [{"id": 2}, {"id": 999}]}))
    assert [row["status"] for row in gone] == ["deleted", "skipped"]
    query = {"nextPageToken": token, "fields": "title"}
    changes = result(marketo.get("/rest/v1/activities/leadchanges.json", params=query))
    assert changes[0]["fields"][0] | {"id": 0} == {"id": 0, "name": "title", "newValue": "CEO", "oldValue": None}
    deleted = result(marketo.get("/rest/v1/activities/deletedleads.json", params={"nextPageToken": token}))
    assert [(row["leadId"], row["activityTypeId"]) for row in deleted] == [(2, 37)]


def activities(marketo: httpx.Client, since: str, **query: str) -> tuple[list[dict[str, Any]], list[int]]:
    """Read all activities since a time; returns them and the size of each page."""
    page = marketo.get("/rest/v1/activities/pagingtoken.json", params={"sinceDatetime": since}).json()
    rows, sizes = list[dict[str, Any]](), list[int]()
    while page.get("moreResult", True):
        query["nextPageToken"] = page["nextPageToken"]
        page = marketo.get("/rest/v1/activities.json", params=query).json()
        assert page["success"], page
        rows += page["result"]
        sizes.append(len(page["result"]))
    return rows, sizes


def test_activities_come_in_pages_that_may_be_short(marketo: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    since = dt.datetime.fromisoformat(clean_sandbox.control.get("/clock").json()["now"]) - dt.timedelta(days=95)
    rows, sizes = activities(marketo, since.isoformat(), activityTypeIds="1,2")
    assert len({row["marketoGUID"] for row in rows}) == len(rows) == 897
    assert [row["activityDate"] for row in rows] == sorted(row["activityDate"] for row in rows)
    assert min(sizes) < 300
    assert "campaignId" not in rows[0]  # null is left out
    assert rows[0]["attributes"] == [{"name": "Webpage URL", "value": "/pricing"}]
    token = marketo.get("/rest/v1/activities/pagingtoken.json", params={"sinceDatetime": "2026-01-01"}).json()
    query = {"nextPageToken": token["nextPageToken"], "activityTypeIds": ",".join(str(n) for n in range(1, 12))}
    assert error(marketo.get("/rest/v1/activities.json", params=query)) == "1003"
    assert error(marketo.get("/rest/v1/activities.json", params=query | {"nextPageToken": "junk"})) == "1003"


def test_lists(marketo: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    lists = result(marketo.get("/rest/v1/lists.json"))
    assert [(row["id"], row["name"]) for row in lists] == [(1001, "Newsletter"), (1002, "Webinar")]
    path = "/rest/v1/lists/1001/leads.json"
    assert len(result(marketo.get(path))) == 10
    page = marketo.get(path, params={"batchSize": "6", "fields": "email"}).json()
    rest = marketo.get(path, params={"batchSize": "6", "nextPageToken": page["nextPageToken"]})
    assert [row["id"] for row in result(rest)] == [7, 8, 9, 10]
    added = result(marketo.post(path, params={"id": ["10", "11", "999"]}))
    assert [row["status"] for row in added] == ["memberof", "added", "skipped"]
    assert added[2]["reasons"][0]["code"] == "1004"
    removed = result(marketo.request("DELETE", path, json={"input": [{"id": 11}, {"id": 12}]}))
    assert [row["status"] for row in removed] == ["removed", "notmemberof"]
    asked = marketo.get("/rest/v1/lists/1001/leads/ismember.json", params={"id": "1,11"})
    assert [row["status"] for row in result(asked)] == ["memberof", "notmemberof"]
    assert error(marketo.get("/rest/v1/lists/9/leads.json")) == "1013"
    assert [row["operation"] for row in clean_sandbox.writes("marketo")] == ["add", "remove"]
    assert result(marketo.get("/rest/asset/v1/programs.json"))[0]["name"] == "Spring"
