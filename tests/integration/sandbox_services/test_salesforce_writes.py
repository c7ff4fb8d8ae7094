"""Writing records: what is accepted, what is refused and in which words, who wrote it."""

from typing import Any

import httpx
import pytest

from tests.integration.conftest import RunningSandbox

ONE, TWO = "001TW0000000004YAA", "001TW0000000006YAA"


def collection(
    org: httpx.Client, records: list[dict[str, Any]], kind: str = "Account", **more: Any
) -> list[dict[str, Any]]:
    body = {"records": [{"attributes": {"type": kind}, **record} for record in records], **more}
    answer = org.patch("/composite/sobjects", json=body)
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json()
    return rows


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ({"Account_Tier__c": "T1"}, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"),
        ({"Last_Intent_Topic__c": "x" * 256}, "STRING_TOO_LONG"),
        ({"ICP_Fit_Score__c": 1000}, "NUMBER_OUTSIDE_VALID_RANGE"),
        ({"Name": None}, "REQUIRED_FIELD_MISSING"),
        ({"Nope__c": 1}, "INVALID_FIELD"),
        ({"SystemModstamp": "2026-01-01T00:00:00Z"}, "INVALID_FIELD_FOR_INSERT_UPDATE"),
        ({"ParentId": "001TW0000009999YAA"}, "INVALID_CROSS_REFERENCE_KEY"),
        ({"ParentId": "nonsense"}, "MALFORMED_ID"),
        ({"ParentId": "003TW0000000001YAA"}, "MALFORMED_ID"),
        ({"OwnerId": "005TW0000000005YAA"}, "INACTIVE_OWNER_OR_USER"),
        ({"id": "001TW0000009999YAA", "Industry": "x"}, "INVALID_CROSS_REFERENCE_KEY"),
        ({"id": "001TW0000000029YAA", "Industry": "x"}, "ENTITY_IS_DELETED"),
        ({"id": "junk", "Industry": "x"}, "MALFORMED_ID"),
        ({"id": "", "Industry": "x"}, "MISSING_ARGUMENT"),
    ],
)
def test_one_bad_record_among_good_ones(org: httpx.Client, record: dict[str, Any], code: str) -> None:
    rows = collection(
        org, [{"id": ONE, "Industry": "Retail"}, {"id": TWO, **record}, {"id": ONE[:-4] + "8YAA", "Phone": "1"}]
    )
    assert [row["success"] for row in rows] == [True, False, True]
    assert rows[1]["errors"][0]["statusCode"] == code
    assert org.get(f"/sobjects/Account/{ONE}").json()["Industry"] == "Retail"


def test_values_arrive_byte_for_byte(org: httpx.Client) -> None:
    values = {
        "Name": 'O\'Brien \\ "x" 🚀',
        "Website": "https://例え.jp/?a=1&b='",
        "NumberOfEmployees": 0,
        "AnnualRevenue": 0.25,
        "Is_Branch__c": False,
        "Description": " two\nlines\t",
        "Last_Intent_Topic__c": "#N/A",
    }
    created = org.post("/sobjects/Account", json=values).json()
    found = org.get(f"/sobjects/Account/{created['id']}").json()
    kept = values | {"Description": "two\nlines"}  # the org trims both ends of a text
    assert {name: found[name] for name in values} == kept
    org.patch(f"/sobjects/Account/{created['id']}", json={"Website": None, "Description": ""})
    found = org.get(f"/sobjects/Account/{created['id']}", params={"fields": "Website,Description,Name"}).json()
    assert (found["Website"], found["Description"], found["Name"]) == (None, None, values["Name"])


def test_all_or_none(org: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    rows = collection(org, [{"id": ONE, "Industry": "Retail"}, {"id": TWO, "Name": None}], allOrNone=True)
    assert [row["errors"][0]["statusCode"] for row in rows] == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK",
        "REQUIRED_FIELD_MISSING",
    ]
    assert clean_sandbox.writes("salesforce") == []
    records = [
        {"attributes": {"type": "Account"}, "id": ONE, "Industry": "Retail"},
        {"attributes": {"type": "Contact"}, "id": "003TW0000000001YAA", "LastName": ""},
    ]
    answer = org.patch("/composite/sobjects", json={"records": records, "allOrNone": True}).json()
    assert [row["success"] for row in answer] == [False, False]
    assert org.get(f"/sobjects/Account/{ONE}").json()["Industry"] == "Technology"


def test_the_same_record_twice_in_one_call(org: httpx.Client) -> None:
    rows = collection(org, [{"id": ONE, "Industry": "Retail"}, {"id": ONE, "Industry": "Finance"}])
    assert {row["errors"][0]["statusCode"] for row in rows} == {"DUPLICATE_VALUE"}


def test_a_body_of_the_wrong_kind_refuses_the_call(org: httpx.Client) -> None:
    answer = org.patch(f"/sobjects/Account/{ONE}", json={"NumberOfEmployees": "many"})
    assert answer.json()[0]["errorCode"] == "JSON_PARSER_ERROR"
    assert org.patch(f"/sobjects/Account/{ONE}", content=b"{").json()[0]["errorCode"] == "JSON_PARSER_ERROR"
    records = [{"attributes": {"type": "Account"}, "id": ONE}] * 201
    assert org.patch("/composite/sobjects", json={"records": records}).status_code == 400


def test_who_wrote_and_when(org: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    def stamp() -> tuple[str, str]:
        record = org.get(f"/sobjects/Account/{ONE}").json()
        assert record["LastModifiedDate"] == record["SystemModstamp"]
        return record["LastModifiedById"], record["SystemModstamp"]

    org.patch(f"/sobjects/Account/{ONE}", json={"Industry": "Retail"})
    integration, first = stamp()
    clean_sandbox.advance(60)
    with clean_sandbox.salesforce(person=True) as person:
        person.patch(f"/sobjects/Account/{ONE}", json={"Industry": "Retail"})  # the same value still counts as a write
    someone, second = stamp()
    assert integration != someone
    assert second > first
    assert [row["actor"] for row in clean_sandbox.writes("salesforce")] == [integration, someone]


def test_upserts_by_external_id(org: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    clean_sandbox.add_field(object="Contact", field="Key__c", type="string", length=20, external_id=True)
    made = org.patch("/sobjects/Contact/Key__c/a%2F1", json={"LastName": "One"})
    assert (made.status_code, made.json()["created"]) == (201, True)
    again = org.patch("/sobjects/Contact/Key__c/a%2F1", json={"LastName": "Two"})
    assert (again.status_code, again.json()["id"]) == (200, made.json()["id"])
    org.post("/sobjects/Contact", json={"LastName": "Twin", "Key__c": "A/1"})
    assert org.patch("/sobjects/Contact/Key__c/a%2F1", json={"LastName": "Three"}).status_code == 300
    body = {
        "records": [{"attributes": {"type": "Contact"}, "Key__c": k, "LastName": "x"} for k in ("b", "a/1", "c", "c")]
    }
    rows = org.patch("/composite/sobjects/Contact/Key__c", json=body).json()
    assert rows[0]["created"]
    assert rows[1]["errors"][0]["statusCode"] == "DUPLICATE_EXTERNAL_ID"
    assert [row["errors"][0]["statusCode"] for row in rows[2:]] == ["DUPLICATE_VALUE"] * 2


def test_unique_fields_and_validation_rules(org: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    clean_sandbox.add_field(object="Account", field="Code__c", type="string", unique=True)
    org.patch(f"/sobjects/Account/{ONE}", json={"Code__c": "k"})
    taken = org.patch(f"/sobjects/Account/{TWO}", json={"Code__c": "K"}).json()[0]
    assert (taken["errorCode"], taken["message"].endswith(ONE)) == ("DUPLICATE_VALUE", True)
    rule = {
        "object": "Account",
        "condition": "Account_Tier__c = 'Tier 1' and NumberOfEmployees < 500",
        "message": "Tier 1 needs 500 employees",
        "field": "Account_Tier__c",
    }
    clean_sandbox.control.post("/validation-rules", json=rule).raise_for_status()
    rows = collection(
        org, [{"id": ONE, "Account_Tier__c": "Tier 1"}, {"id": ONE[:-4] + "8YAA", "Account_Tier__c": "Tier 1"}]
    )
    assert rows[0]["errors"] == [
        {
            "statusCode": "FIELD_CUSTOM_VALIDATION_EXCEPTION",
            "message": "Tier 1 needs 500 employees",
            "fields": ["Account_Tier__c"],
        }
    ]
    assert rows[1]["success"]


def test_custom_fields_come_and_go(org: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    clean_sandbox.add_field(
        object="Account",
        field="Sub_Segment__c",
        type="picklist",
        restricted=True,
        controller="Account_Tier__c",
        values=[{"value": "A", "valid_for": ["Tier 1", "Excluded"]}, "B"],
    )
    fields = {field["name"]: field for field in org.get("/sobjects/Account/describe").json()["fields"]}
    entry = fields["Sub_Segment__c"]
    assert entry["dependentPicklist"]
    assert entry["picklistValues"][0]["validFor"] == "kA=="  # bits 0 and 3
    assert org.patch(f"/sobjects/Account/{ONE}", json={"Sub_Segment__c": "B"}).status_code == 204
    clean_sandbox.remove_field("Account", "Sub_Segment__c")
    answer = org.patch(f"/sobjects/Account/{ONE}", json={"Sub_Segment__c": "B"}).json()[0]
    assert answer["errorCode"] == "INVALID_FIELD"
    clean_sandbox.remove_field("Account", "Account_Tier__c")
    assert "Account_Tier__c" not in org.get(f"/sobjects/Account/{ONE}").json()


def test_deletes_cascade(org: httpx.Client) -> None:
    contacts = "select count() from Contact where AccountId = '001TW0000000004YAA'"
    assert org.get("/query", params={"q": contacts}).json()["totalSize"] > 0
    rows = org.delete("/composite/sobjects", params={"ids": f"{ONE},001TW0000000029YAA"}).json()
    assert [row["success"] for row in rows] == [True, False]
    assert org.get("/query", params={"q": contacts}).json()["totalSize"] == 0
    assert org.get(f"/sobjects/Account/{ONE}").json()[0]["errorCode"] == "ENTITY_IS_DELETED"
    assert (
        org.delete("/sobjects/User/005TW0000000001YAA").json()[0]["errorCode"] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    )


def test_partial_failure_refuses_some_rows(org: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    clean_sandbox.fault("salesforce", "partial_failure", share=0.5)
    ids = [f"001TW000000000{n}YAA" for n in range(4, 8)]
    rows = collection(org, [{"id": record_id, "Industry": "Retail"} for record_id in ids])
    assert [row["success"] for row in rows] == [True, False, True, False]
    assert rows[1]["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW"
    assert all(
        row["success"] for row in collection(org, [{"id": record_id, "Industry": "Retail"} for record_id in ids])
    )


def test_retrieve_many_keeps_the_order(org: httpx.Client) -> None:
    ids = [TWO, "001TW0000009999YAA", ONE[:15]]
    rows = org.post("/composite/sobjects/Account", json={"ids": ids, "fields": ["Id", "Name"]}).json()
    assert [row and row["Name"] for row in rows] == ["Company 6 Inc", None, "Company 4 Inc"]
    assert org.get("/composite/sobjects/Account", params={"ids": ",".join(ids), "fields": "Name"}).json()[2]["Name"]


def test_composite_refers_to_earlier_answers(org: httpx.Client) -> None:
    base = "/services/data/v59.0"
    requests = [
        {"method": "POST", "url": f"{base}/sobjects/Account", "referenceId": "made", "body": {"Name": "Composite"}},
        {"method": "POST", "url": f"{base}/sobjects/Contact", "referenceId": "child",
         "body": {"LastName": "x", "AccountId": "@{made.id}"}},
        {"method": "GET", "url": f"{base}/sobjects/Account/nope", "referenceId": "bad"},
    ]  # fmt: skip
    answers = org.post("/composite", json={"compositeRequest": requests}).json()["compositeResponse"]
    assert [answer["httpStatusCode"] for answer in answers] == [201, 201, 404]
    undone = org.post("/composite", json={"allOrNone": True, "compositeRequest": requests}).json()["compositeResponse"]
    assert [answer["httpStatusCode"] for answer in undone] == [400, 400, 404]
    assert (
        org.get("/query", params={"q": "select count() from Account where Name = 'Composite'"}).json()["totalSize"] == 1
    )
    contact = org.get(f"/sobjects/Contact/{answers[1]['body']['id']}").json()
    assert contact["AccountId"] == answers[0]["body"]["id"]


def test_a_stage_change_leaves_history(org: httpx.Client) -> None:
    org.patch("/sobjects/Opportunity/006TW0000000003YAA", json={"StageName": "Closed Won"}).raise_for_status()
    found = org.get("/query", params={"q": "select IsWon, IsClosed from Opportunity where Id = '006TW0000000003YAA'"})
    assert (found.json()["records"][0]["IsWon"], found.json()["records"][0]["IsClosed"]) == (True, True)
    query = "select StageName from OpportunityHistory where OpportunityId = '006TW0000000003YAA'"
    assert org.get("/query", params={"q": query}).json()["records"][0]["StageName"] == "Closed Won"


@pytest.mark.parametrize("is_barred", [False, True], ids=["together", "one_by_one"])
def test_updates_in_one_composite_call_are_judged_each_for_itself(
    org: httpx.Client, clean_sandbox: RunningSandbox, is_barred: bool
) -> None:
    if is_barred:
        rule = {"object": "Account", "condition": "Name = 'nobody'", "message": "no"}
        clean_sandbox.control.post("/validation-rules", json=rule).raise_for_status()
    past, future = "Mon, 01 Jan 2001 00:00:00 GMT", "Fri, 01 Jan 2100 00:00:00 GMT"
    wanted = [(ONE, future, {"Description": "a"}), (TWO, future, {"Description": "b", "Account_Tier__c": "T1"})]
    wanted += [("001TW0000000008YAA", future, {"Description": "c"})]
    wanted += [("001TW0000000009YAA", past, {"Description": "d"})] if is_barred else []
    requests = [
        {"method": "PATCH", "url": f"/services/data/v59.0/sobjects/Account/{key}", "referenceId": f"r{n}",
         "httpHeaders": {"If-Unmodified-Since": since}, "body": body}
        for n, (key, since, body) in enumerate(wanted)
    ]  # fmt: skip
    answers = org.post("/composite", json={"compositeRequest": requests}).json()["compositeResponse"]
    assert [answer["httpStatusCode"] for answer in answers] == [204, 400, 204, 412][: len(wanted)]
    assert [answer["referenceId"] for answer in answers] == [f"r{n}" for n in range(len(wanted))]
    held = org.get(
        "/composite/sobjects/Account", params={"ids": ",".join(w[0] for w in wanted), "fields": "Description"}
    )
    assert [record["Description"] for record in held.json()] == ["a", None, "c", None][: len(wanted)]
