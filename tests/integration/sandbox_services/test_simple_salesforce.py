"""simple-salesforce 1.12.10, unmodified, against the simulated org."""

import csv
import io
from collections.abc import Iterator

import pytest
import requests
from simple_salesforce import Salesforce, format_soql
from simple_salesforce.exceptions import SalesforceMalformedRequest, SalesforceResourceNotFound

from tests.integration.conftest import RunningSandbox

WAIT = 0.1  # seconds between polls; its default is 5


@pytest.fixture
def client(clean_sandbox: RunningSandbox) -> Iterator[Salesforce]:
    env = clean_sandbox.env
    with requests.Session() as session:
        session.verify = env["SSL_CERT_FILE"]
        session.trust_env = False  # REQUESTS_CA_BUNDLE would outrank verify
        answer = session.post(
            f"{env['SALESFORCE_BASE_URL']}/services/oauth2/token",
            data={"grant_type": "client_credentials"},
            auth=(env["SALESFORCE_CLIENT_ID"], env["SALESFORCE_CLIENT_SECRET"]),
            timeout=10,
        )
        token = answer.json()
        yield Salesforce(instance_url=token["instance_url"], session_id=token["access_token"], session=session)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_describe_names_the_custom_fields(client: Salesforce) -> None:
    fields = {field["name"]: field for field in client.Account.describe()["fields"]}
    tier = fields["Account_Tier__c"]
    assert tier["type"] == "picklist"
    assert tier["restrictedPicklist"]
    assert [value["value"] for value in tier["picklistValues"]] == ["Tier 1", "Tier 2", "Tier 3", "Excluded"]
    assert fields["AnnualRevenue"]["type"] == "currency"
    assert not fields["SystemModstamp"]["updateable"]


def test_create_update_upsert_delete(client: Salesforce, clean_sandbox: RunningSandbox) -> None:
    created = client.Account.create({"Name": 'L\'Étoile "Nord" 🚀', "NumberOfEmployees": 12})
    account_id = created["id"]
    assert created["success"]
    assert client.Account.update(account_id, {"Industry": "Retail"}) == 204
    found = client.query(format_soql("select Name, Industry from Account where Id = {}", account_id))
    assert found["records"][0]["Name"] == 'L\'Étoile "Nord" 🚀'
    clean_sandbox.add_field(object="Account", field="Key__c", type="string", external_id=True, unique=True)
    assert client.Account.upsert("Key__c/k1", {"Name": "By key"}) == 201
    assert client.Account.upsert("Key__c/k1", {"Name": "By key again"}) == 200
    assert client.Account.get_by_custom_id("Key__c", "k1")["Name"] == "By key again"
    assert client.Account.delete(account_id) == 204
    with pytest.raises(SalesforceResourceNotFound):
        client.Account.get(account_id)
    assert account_id in [row["Id"] for row in client.query_all_iter("select Id from Account", include_deleted=True)]


def test_bulk_and_a_large_query(client: Salesforce) -> None:
    """5,000 records in by Bulk 2.0, out by query_all in pages; then updated, upserted and deleted."""
    records = [{"LastName": f'Bulk {n}, "x"\n', "Email": f"bulk{n}@example.com"} for n in range(5000)]
    result = client.bulk2.Contact.insert(records=records, wait=WAIT)
    assert sum(job["numberRecordsProcessed"] - job["numberRecordsFailed"] for job in result) == 5000
    found = client.query_all("select Id, LastName, Email from Contact where Email like 'bulk%'")
    assert found["totalSize"] == len(found["records"]) == 5000
    ids = {record["Email"]: record["Id"] for record in found["records"]}

    update = [{"Id": ids[f"bulk{n}@example.com"], "Title": "CEO"} for n in range(10)]
    update.append({"Id": "003000000000000AAA", "Title": "CEO"})
    job = client.bulk2.Contact.update(records=update, wait=WAIT)[0]
    assert (job["numberRecordsProcessed"], job["numberRecordsFailed"]) == (11, 1)
    failed = rows(client.bulk2.Contact.get_failed_records(job["job_id"]))
    assert failed[0]["sf__Error"].startswith("INVALID_CROSS_REFERENCE_KEY:")
    assert len(rows(client.bulk2.Contact.get_successful_records(job["job_id"]))) == 10

    upsert = [{"Id": ids["bulk1@example.com"], "Title": "#N/A", "LastName": ""}]
    client.bulk2.Contact.upsert(records=upsert, external_id_field="Id", wait=WAIT)
    pages = list(
        client.bulk2.Contact.query(
            "select Id, Title, LastName from Contact where Title = null", max_records=2000, wait=WAIT
        )
    )
    assert len(pages) == 3
    cleared = [row for page in pages for row in rows(page) if row["Id"] == ids["bulk1@example.com"]]
    assert cleared == [{"Id": ids["bulk1@example.com"], "Title": "", "LastName": str(records[1]["LastName"]).strip()}]
    client.bulk2.Contact.delete(records=[{"Id": record_id} for record_id in ids.values()], wait=WAIT)
    assert client.query("select count() from Contact where Email like 'bulk%'")["totalSize"] == 0


def test_limits_and_refusals(client: Salesforce) -> None:
    assert client.limits()["DailyApiRequests"]["Max"] > 0
    assert client.api_usage["api-usage"].used > 0
    with pytest.raises(SalesforceMalformedRequest, match="No such column 'Nope__c'"):
        client.query("select Nope__c from Account")
