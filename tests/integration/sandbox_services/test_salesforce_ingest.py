"""Bulk 2.0 ingest: CSV rules, states, results."""

import csv
import io

import httpx
import pytest

from tests.integration.conftest import RunningSandbox
from tests.integration.sandbox_services.conftest import run_job

UPDATE = {"object": "Account", "operation": "update"}
IDS = [f"001TW00000000{n}YAA" for n in range(10, 28)]


def results(org: httpx.Client, job: dict[str, object], kind: str, delimiter: str = ",") -> list[dict[str, str]]:
    text = org.get(f"/jobs/ingest/{job['id']}/{kind}").text
    return list(csv.DictReader(io.StringIO(text), delimiter=delimiter))


def test_empty_is_ignored_and_na_is_null(org: httpx.Client) -> None:
    content = f'Id,Website,Industry\n{IDS[0]},,"Re,""tail"\n{IDS[1]},#N/A,\n'
    job = run_job(org, UPDATE, content)
    assert (job["state"], job["numberRecordsProcessed"], job["numberRecordsFailed"]) == ("JobComplete", 2, 0)
    first = org.get(f"/sobjects/Account/{IDS[0]}").json()
    assert (first["Website"], first["Industry"]) == ("http://www.company10.com/", 'Re,"tail')
    second = org.get(f"/sobjects/Account/{IDS[1]}").json()
    assert (second["Website"], second["Industry"]) == (None, "Government")


def test_results_are_complete_but_not_in_input_order(org: httpx.Client) -> None:
    lines = [f"{record_id},Tier {1 + n % 4}" for n, record_id in enumerate(IDS)]
    job = run_job(org, UPDATE, "Id,Account_Tier__c\n" + "\n".join(lines))
    good, bad = results(org, job, "successfulResults"), results(org, job, "failedResults")
    assert list(good[0]) == ["sf__Id", "sf__Created", "Id", "Account_Tier__c"]
    assert [row["Id"] for row in good] != sorted(row["Id"] for row in good)
    assert {row["Id"] for row in good} | {row["Id"] for row in bad} == set(IDS)
    assert {row["Account_Tier__c"] for row in bad} == {"Tier 4"}
    assert bad[0]["sf__Error"] == (
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST:Account Tier: bad value for restricted picklist field: Tier 4:"
        "Account_Tier__c --"
    )
    assert results(org, job, "unprocessedrecords") == []


def test_delimiters_line_endings_and_quoted_newlines(org: httpx.Client) -> None:
    settings = UPDATE | {"columnDelimiter": "SEMICOLON", "lineEnding": "CRLF"}
    job = run_job(org, settings, f'Id;Description\r\n{IDS[0]};"a\nb;c"\r\n')
    assert job["state"] == "JobComplete"
    assert org.get(f"/sobjects/Account/{IDS[0]}").json()["Description"] == "a\nb;c"
    assert results(org, job, "successfulResults", ";")[0]["Id"] == IDS[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (f"Id,Nope__c\n{IDS[0]},x\n", "InvalidBatch : Field name not found : Nope__c"),
        (f"Id,Industry,Industry\n{IDS[0]},x,y\n", "InvalidBatch : Duplicate field"),
        (f"Id,Industry\n{IDS[0]}\n", "InvalidBatch : The number of columns"),
        (f"Id,Industry\r\n{IDS[0]},x\r\n", "ClientInputError : LineEnding is invalid"),
        ("", "InvalidBatch : Failed to parse CSV header"),
    ],
)
def test_a_bad_file_fails_the_job(org: httpx.Client, content: str, message: str) -> None:
    job = run_job(org, UPDATE, content)
    assert job["state"] == "Failed"
    assert str(job["errorMessage"]).startswith(message)
    assert org.get(f"/jobs/ingest/{job['id']}/unprocessedrecords").text == content


def test_bad_rows_fail_alone(org: httpx.Client) -> None:
    lines = (
        "Id,Description,SystemModstamp,NumberOfEmployees",
        f'{IDS[0]}, "x",,',
        f'{IDS[1]},"a",,1',
        f'{IDS[2]},"b",2026-01-01T00:00:00Z,',
        f"{IDS[3]},c,,many",
        ",d,,",
    )
    content = "".join(line + "\n" for line in lines)
    job = run_job(org, UPDATE, content)
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (5, 4)
    errors = sorted(row["sf__Error"].split(":")[0] for row in results(org, job, "failedResults"))
    assert errors == [
        "CSV_ERROR",
        "INVALID_FIELD_FOR_INSERT_UPDATE",
        "INVALID_TYPE_ON_FIELD_IN_RECORD",
        "MISSING_ARGUMENT",
    ]


def test_a_quoted_blank_before_a_quote_is_data(org: httpx.Client) -> None:
    job = run_job(org, UPDATE, f'Id,Description\n{IDS[0]}," ""x"""\n')
    assert job["numberRecordsFailed"] == 0
    assert org.get(f"/sobjects/Account/{IDS[0]}").json()["Description"] == '"x"'  # the org trims it


def test_states(org: httpx.Client) -> None:
    job = org.post("/jobs/ingest", json=UPDATE | {"contentType": "CSV"}).json()
    path = f"/jobs/ingest/{job['id']}"
    assert job["state"] == "Open"
    assert org.put(f"{path}/batches", content=b"{}", headers={"Content-Type": "application/json"}).status_code == 415
    csv_type = {"Content-Type": "text/csv"}
    assert org.put(f"{path}/batches", content=b"Id\n", headers=csv_type).status_code == 201
    assert org.put(f"{path}/batches", content=b"Id\n", headers=csv_type).status_code == 409
    assert org.delete(path).status_code == 400
    assert org.patch(path, json={"state": "Aborted"}).json()["state"] == "Aborted"
    assert org.patch(path, json={"state": "UploadComplete"}).json()[0]["errorCode"] == "INVALIDJOBSTATE"
    assert org.delete(path).status_code == 204
    assert org.get(path).status_code == 404


def test_inserts_and_deletes(org: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    job = run_job(org, {"object": "Lead", "operation": "insert"}, "LastName,Company\nA,B\nC,\n")
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (2, 1)
    made = results(org, job, "successfulResults")[0]
    assert made["sf__Created"] == "true"
    assert results(org, job, "failedResults")[0]["sf__Error"] == (
        "REQUIRED_FIELD_MISSING:Required fields are missing: [Company]:Company --"
    )
    lead = org.get(f"/sobjects/Lead/{made['sf__Id']}").json()
    assert (lead["Status"], lead["Name"], len(lead["Id"])) == ("Open - Not Contacted", "A", 18)
    job = run_job(org, {"object": "Lead", "operation": "delete"}, f"Id\n{lead['Id']}\n")
    assert job["numberRecordsFailed"] == 0
    assert [row["operation"] for row in clean_sandbox.writes("salesforce")] == ["insert", "delete"]


def test_the_batch_budget(org: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    clean_sandbox.configure("salesforce", bulk_batches=0)
    job = run_job(org, UPDATE, f"Id,Industry\n{IDS[0]},x\n")
    assert (job["state"], job["errorMessage"]) == ("Failed", "ExceededQuota : ApiBatchItems Limit exceeded.")
    clean_sandbox.configure("salesforce", bulk_batches=15000)


def test_partial_failure(org: httpx.Client, clean_sandbox: RunningSandbox) -> None:
    clean_sandbox.fault("salesforce", "partial_failure", path="/jobs/ingest", share=0.5)
    job = run_job(org, UPDATE, "Id,Industry\n" + "\n".join(f"{record_id},x" for record_id in IDS))
    assert job["numberRecordsFailed"] == 9
    assert results(org, job, "failedResults")[0]["sf__Error"].startswith("UNABLE_TO_LOCK_ROW:")
