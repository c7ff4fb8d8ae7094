"""SOQL over REST, and Bulk 2.0 query."""

import csv
import io

import httpx
import pytest

from tests.integration.conftest import RunningSandbox
from tests.integration.sandbox_services.conftest import wait_for


def names(org: httpx.Client, where: str, rest: str = "") -> list[str]:
    answer = org.get("/query", params={"q": f"SELECT Name FROM Account WHERE {where} {rest}"})
    assert answer.status_code == 200, answer.text
    return [record["Name"] for record in answer.json()["records"]]


def test_a_record_and_its_parents(org: httpx.Client) -> None:
    query = (
        "select Id, Name, Owner.Name, Parent.Name, AnnualRevenue, CreatedDate from Account where Id = '001TW0000000010'"
    )
    record = org.get("/query", params={"q": query}).json()["records"][0]
    assert record["attributes"] == {
        "type": "Account",
        "url": "/services/data/v59.0/sobjects/Account/001TW0000000010YAA",
    }
    assert record["Parent"]["Name"] == "O'Brien & Söhne GmbH"
    assert record["Parent"]["attributes"]["type"] == "Account"
    assert record["Owner"]["Name"] == "User No 3"
    assert record["AnnualRevenue"] == 10000005.0
    assert record["CreatedDate"].endswith("T09:00:00.000+0000")
    query = "select Parent.Name from Account where Id = '001TW0000000011'"
    assert org.get("/query", params={"q": query}).json()["records"][0]["Parent"] is None


@pytest.mark.parametrize(
    ("where", "count"),
    [
        ("Name = 'o\\'brien & söhne gmbh'", 1),  # text is compared without regard to case
        ("Name like 'company 1_ INC'", 10),
        ("Name like '%\\_%'", 0),
        ("Website = null", 4),
        ("Website != 'company1.com'", 28),  # null differs from every value
        ("not (Website = 'company1.com')", 28),
        ("Industry in ('finance', 'Retail') and NumberOfEmployees >= 1000", 8),
        ("Industry not in ('Finance', 'Retail', 'Technology')", 7),
        ("(Industry = 'Finance' or Industry = 'Retail') and AnnualRevenue < 5000000.5", 2),
        ("Prevent_Override__c = true", 1),
        ("CreatedDate = LAST_N_DAYS:371", 1),
        ("LastModifiedDate > 2000-01-01T00:00:00+01:00", 29),
        ("ParentId in (select Id from Account where Name like 'O\\'%')", 1),
        ("Owner.IsActive = true", 29),
    ],
)
def test_conditions(org: httpx.Client, where: str, count: int) -> None:
    assert len(names(org, where)) == count


def test_order_limit_offset(org: httpx.Client) -> None:
    assert names(org, "Name like 'C%'", "order by NumberOfEmployees desc nulls last limit 2") == [
        "Company 28 Inc",
        "Company 27 Inc",
    ]
    first = names(org, "Name like 'C%'", "order by NumberOfEmployees limit 4")
    assert first == ["Company 6 Inc", "Company 12 Inc", "Company 18 Inc", "Company 24 Inc"]  # nulls first
    assert names(org, "Name like 'C%'", "order by Name limit 1 offset 1") == ["Company 11 Inc"]


def test_counts_and_aggregates(org: httpx.Client) -> None:
    counted = org.get("/query", params={"q": "SELECT COUNT() FROM Account"}).json()
    assert counted == {"totalSize": 29, "done": True, "records": []}
    query = "select Industry, count(Id) n, max(NumberOfEmployees) from Account group by Industry order by Industry"
    records = org.get("/query", params={"q": query}).json()["records"]
    assert (records[0]["Industry"], records[0]["n"], records[0]["expr0"]) == ("Finance", 7, 2500)
    assert records[0]["attributes"]["type"] == "AggregateResult"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("select Id from", "MALFORMED_QUERY"),
        ("select Id from Account where Name = 'a' and Name = 'b' or Name = 'c'", "MALFORMED_QUERY"),
        ("select Id, count(Id) from Account", "MALFORMED_QUERY"),
        ("select FIELDS(ALL) from Account", "MALFORMED_QUERY"),
        ("select Nope__c from Account", "INVALID_FIELD"),
        ("select Nope.Name from Account", "INVALID_FIELD"),
        ("select Id from Account where Name = 5", "INVALID_FIELD"),
        ("select Id from Account where CreatedDate > '2024-01-01'", "INVALID_FIELD"),
        ("select Id from Account where CreatedDate > 2024-01-01", "INVALID_FIELD"),
        ("select Id from Account where OwnerId = 'short'", "INVALID_QUERY_FILTER_OPERATOR"),
        ("select Id from Nope__c", "INVALID_TYPE"),
        ("select Id from Account limit 1 offset 2001", "NUMBER_OUTSIDE_VALID_RANGE"),
    ],
)
def test_refused_queries(org: httpx.Client, query: str, code: str) -> None:
    answer = org.get("/query", params={"q": query})
    assert (answer.status_code, answer.json()[0]["errorCode"]) == (400, code)


def test_pages_keep_their_snapshot(org: httpx.Client) -> None:
    header = {"Sforce-Query-Options": "batchSize=1"}  # 200 is the smallest page
    records = [{"attributes": {"type": "Contact"}, "LastName": f"Page {n}"} for n in range(200)]
    org.post("/composite/sobjects", json={"records": records})
    page = org.get("/query", params={"q": "select Id from Contact"}, headers=header).json()
    org.delete(f"/sobjects/Contact/{page['records'][0]['Id']}")
    assert (page["totalSize"], page["done"], len(page["records"])) == (319, False, 200)
    path = page["nextRecordsUrl"].removeprefix("/services/data/v59.0")
    rest = org.get(path, headers=header).json()
    assert (rest["done"], len(rest["records"])) == (True, 119)
    assert org.get("/query/01gnonsense-200").json()[0]["errorCode"] == "INVALID_QUERY_LOCATOR"


def test_query_all_shows_what_is_deleted_and_merged(org: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    clean_sandbox.merge("Account", "001TW0000000004YAA", ["001TW0000000005YAA"])
    query = "select Id, MasterRecordId from Account where IsDeleted = true order by Id"
    assert org.get("/query", params={"q": query}).json()["records"] == []
    gone = org.get("/queryAll", params={"q": query}).json()["records"]
    assert [(record["Id"], record["MasterRecordId"]) for record in gone] == [
        ("001TW0000000005YAA", "001TW0000000004YAA"),
        ("001TW0000000029YAA", "001TW0000000028YAA"),
    ]
    moved = org.get("/query", params={"q": "select count() from Contact where AccountId = '001TW0000000005YAA'"})
    assert moved.json()["totalSize"] == 0


def test_bulk_query_in_pages(org: httpx.Client) -> None:
    body = {
        "operation": "queryAll",
        "query": "select Id, Name, Owner.Name, IsDeleted, CreatedDate, Website from Account",
    }
    job = org.post("/jobs/query", json=body).json()
    assert wait_for(org, f"/jobs/query/{job['id']}")["numberRecordsProcessed"] == 30
    found, locator, pages = list[dict[str, str]](), "", 0
    while locator != "null":
        query = {"maxRecords": "13"} | ({"locator": locator} if locator else {})
        page = org.get(f"/jobs/query/{job['id']}/results", params=query)
        rows = list(csv.DictReader(io.StringIO(page.text)))
        assert int(page.headers["Sforce-NumberOfRecords"]) == len(rows)
        found, locator, pages = [*found, *rows], page.headers["Sforce-Locator"], pages + 1
    assert (pages, len(found)) == (3, 30)
    assert found[1]["Name"] == '東京 "Quoted", Ltd'
    assert found[6]["Website"] == ""
    assert found[28]["IsDeleted"] == "true"
    assert found[0]["CreatedDate"].endswith("T09:00:00.000Z")
    assert found[0]["Owner.Name"] == "User No 2"


def test_bulk_query_refuses_aggregates(org: httpx.Client) -> None:
    body = {"operation": "query", "query": "select count(Id) from Account"}
    assert org.post("/jobs/query", json=body).status_code == 400


def test_updated_and_deleted_since(org: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    now = org.get("/query", params={"q": "select Id, SystemModstamp from Account order by SystemModstamp desc limit 1"})
    end = "2100-01-01T00:00:00+00:00"
    start = now.json()["records"][0]["SystemModstamp"].replace("+0000", "+00:00")
    org.delete("/sobjects/Account/001TW0000000007YAA")
    org.patch("/sobjects/Account/001TW0000000008YAA", json={"Industry": "Retail"})
    clean_sandbox.advance(2)  # the end of the span is exclusive
    gone = org.get("/sobjects/Account/deleted/", params={"start": start, "end": end}).json()
    assert gone["deletedRecords"][-1]["id"] == "001TW0000000007YAA"
    changed = org.get("/sobjects/Account/updated/", params={"start": start, "end": end}).json()
    assert changed["ids"][-1] == "001TW0000000008YAA"
    old = org.get("/sobjects/Account/deleted/", params={"start": "2001-01-01T00:00:00Z", "end": end})
    assert old.json()[0]["errorCode"] == "INVALID_REPLICATION_DATE"


def test_limits(org: httpx.Client) -> None:
    assert set(org.get("/limits").json()["DailyApiRequests"]) == {"Max", "Remaining"}
    counts = org.get("/limits/recordCount", params={"sObjects": "Account,Nope"}).json()
    assert counts == {"sObjects": [{"count": 29, "name": "Account"}]}
