"""Salesforce into raw_salesforce, against an org that changes, fails and has limits."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from connections import AuthenticationFailed, QuotaExhausted, SalesforceCredentials, Unreachable
from ingestion import probe
from ingestion.naming import column_names
from ingestion.salesforce import OBJECTS
from ingestion.salesforce.objects import SalesforceOptions

from .conftest import CREDENTIALS, Lake


def differing(lake: Lake) -> dict[str, int]:
    """Objects whose landed rows are not exactly the world's."""
    found = {}
    for sobject in OBJECTS:
        described = lake.rows(f'describe world.salesforce."{sobject.name}"')
        fields = [row[0] for row in described]
        names = {f'"{field}"': column for field, column in column_names(fields).items()}
        where = "\"Type\" = 'Queue'" if sobject.name == "Group" else "true"
        # The org adds the users that the sandbox's own credentials belong to.
        ours = 'id in (select "Id" from world.salesforce."User")' if sobject.name == "User" else "true"
        rows = lake.difference(f'salesforce."{sobject.name}"', f"raw_salesforce.{sobject.table}", names, where, ours)
        if rows:
            found[sobject.name] = rows
    return found


def test_everything_lands_once_and_then_only_what_changed(lake: Lake) -> None:
    said: list[str] = []
    lake.sandbox.add_field(object="Account", field="Foo__c", type="string", length=40)
    first = lake.load("salesforce", progress=said.append)
    assert differing(lake) == {}
    assert first.rows["accounts"] == 30
    assert first.deleted == 2
    assert "salesforce accounts: 30 rows" in said

    lake.sandbox.add_field(object="Account", field="ESG_Score__c", type="double", precision=5, scale=2)
    again = lake.load("salesforce")
    assert again.rows == {}
    assert again.usage.calls <= 2 + len(OBJECTS) / 5 + 1  # a login, one survey, one probe for five objects
    assert lake.rows("select count(esg_score_c), count(*) from raw_salesforce.accounts") == [(0, 30)]

    ids = [row[0] for row in lake.rows("select id from raw_salesforce.accounts where not is_deleted order by id")]
    contacts = lake.rows(f"select count(*) from raw_salesforce.contacts where account_id = '{ids[5]}'")[0][0]
    created = work_in_the_crm(lake, ids)
    report = lake.load("salesforce")
    accounts = "raw_salesforce.accounts"
    landed = f"select id from {accounts} where _dlt_load_id = (select max(_dlt_load_id) from {accounts})"
    assert {row[0] for row in lake.rows(landed)} == {ids[0], ids[5], ids[7], created}
    assert report.rows["accounts"] == 4
    assert report.deleted >= 2 + contacts
    found = lake.rows(f"select id, is_deleted, master_record_id, esg_score_c, name, foo_c from {accounts}")
    facts = {row[0]: row[1:] for row in found}
    assert facts[ids[0]][2] == 71.5
    assert facts[ids[5]][0] is True
    assert facts[ids[7]][:2] == (True, ids[6])
    assert facts[created][3:] == ("Ny Æra A/S", None)
    gone = lake.rows("select object, record_id from raw_salesforce.deleted_records")
    assert {("Account", ids[5]), ("Account", ids[7])} <= set(gone)


def work_in_the_crm(lake: Lake, ids: list[str]) -> str:
    """Fill a new field, delete, merge and create accounts, and remove a field; returns the new account's id."""
    with lake.sandbox.salesforce(person=True) as person:
        person.patch(f"/sobjects/Account/{ids[0]}", json={"ESG_Score__c": 71.5}).raise_for_status()
        person.delete(f"/sobjects/Account/{ids[5]}").raise_for_status()
        created = person.post("/sobjects/Account", json={"Name": "Ny Æra A/S"}).raise_for_status().json()["id"]
    lake.sandbox.merge("Account", ids[6], [ids[7]])
    lake.sandbox.remove_field("Account", "Foo__c")
    lake.sandbox.advance(5)  # getDeleted leaves the running second out
    return str(created)


def test_large_objects_come_by_bulk_in_rounds_whatever_fails_in_between(lake: Lake) -> None:
    for kind in ("429", "500", "drop_before", "expire_token"):
        lake.sandbox.fault("salesforce", kind, count=1)
    lake.sandbox.fault("salesforce", "drop_before", path="results", count=1)
    lake.sandbox.fault("salesforce", "500", path="queryAll", count=2)
    report = lake.load("salesforce", options=SalesforceOptions(bulk_above=25, bulk_page_rows=40), rows_per_round=120)
    assert differing(lake) == {}
    assert report.usage.retries >= 5
    assert lake.sandbox.calls("salesforce")["POST /services/data/v{version}/jobs/query"] >= 3
    assert lake.rows("select count(distinct _dlt_load_id) > 1 from raw_salesforce.contacts") == [(True,)]


def forget(lake: Lake, table: str, field: str) -> None:
    """Let a field be unknown to the loader and its values be absent from the warehouse."""
    from ingestion.pipeline import SourcePipeline
    from ingestion.salesforce import SALESFORCE

    lake.rows(f"update raw_salesforce.{table} set {column_names([field])[field]} = null, last_modified_date = null")
    pipeline = SourcePipeline("salesforce", SALESFORCE.tables, lake.warehouse, lake.state_dir)
    memory = pipeline.memories()[table]
    del memory["columns"][field]

    def pages(state: dict[str, Any], _current: Any) -> Any:
        state.clear()
        state.update(memory)
        return iter(())

    for _ in pipeline.run({table: pages}):
        pass


def test_the_daily_budget_stops_the_load_and_the_next_one_goes_on(lake: Lake) -> None:
    lake.sandbox.add_field(object="Lead", field="Hidden__c", type="string", length=40)
    with lake.sandbox.salesforce(person=True) as person:
        lead = person.get("/query", params={"q": "SELECT Id FROM Lead LIMIT 1"}).json()["records"][0]["Id"]
        person.patch(f"/sobjects/Lead/{lead}", json={"Hidden__c": "shown"}).raise_for_status()
        used = int(person.get("/limits").headers["Sforce-Limit-Info"].partition("=")[2].partition("/")[0])
    lake.sandbox.configure("salesforce", daily_calls=(used + 8) * 5 // 4)  # eight calls fit into 80%
    with pytest.raises(QuotaExhausted, match="we stop at 80%"):
        lake.load("salesforce")
    recorded = lake.rows("select resource, status, rows_loaded from ops.ingestion_runs")
    assert ("users", "succeeded", 7) in recorded
    assert "failed" in {status for _, status, _ in recorded}
    lake.sandbox.configure("salesforce", daily_calls=100_000)
    report = lake.load("salesforce")
    assert set(differing(lake)) == {"Lead"}  # the one that was changed above
    assert "users" not in report.rows

    # A field that becomes readable brings the values that it had all along.
    forget(lake, "leads", "Hidden__c")
    assert lake.load("salesforce").rows == {"leads": 1}
    assert lake.rows(f"select hidden_c from raw_salesforce.leads where id = '{lead}'") == [("shown",)]


def test_a_deals_field_history_lands_and_a_formula_is_read_anew_once_a_day(lake: Lake) -> None:
    lake.sandbox.add_field(object="Account", field="Days_Left__c", type="double", formula=True)
    lake.load("salesforce")
    with lake.sandbox.salesforce(person=True) as person:
        query = "SELECT Id, StageName FROM Opportunity WHERE IsClosed = false ORDER BY Id LIMIT 1"
        deal = person.get("/query", params={"q": query}).json()["records"][0]
        person.patch(f"/sobjects/Opportunity/{deal['Id']}", json={"StageName": "Closed Lost"}).raise_for_status()
    assert lake.load("salesforce").rows["opportunity_field_histories"] == 1
    found = "select opportunity_id, field, old_value, new_value from raw_salesforce.opportunity_field_histories"
    assert lake.rows(found) == [(deal["Id"], "StageName", deal["StageName"], "Closed Lost")]

    accounts, first = 'salesforce."Account"', '(select min("Id") from salesforce."Account")'
    lake.sandbox.edit(f'update {accounts} set "Days_Left__c" = 12.5 where "Id" = {first}')  # moves no stamp
    assert lake.load("salesforce").rows == {}
    daily = SalesforceOptions(formulas_every=timedelta())
    assert lake.load("salesforce", options=daily).rows == {"accounts": 1}
    lake.sandbox.edit(f'update {accounts} set "Days_Left__c" = 11 where "Days_Left__c" is not null')
    by_bulk = replace(daily, bulk_above=25, bulk_page_rows=20)
    assert lake.load("salesforce", options=by_bulk).rows == {"accounts": 1}
    assert lake.rows("select days_left_c, count(*) from raw_salesforce.accounts group by all order by 1") == [
        (11.0, 1),
        (None, 29),
    ]


@pytest.mark.parametrize(
    ("credentials", "error", "line"),
    [
        (("CLIENT_SECRET", "wrong"), AuthenticationFailed, "SALESFORCE_CLIENT_SECRET"),
        (("BASE_URL", "https://127.0.0.1:9"), Unreachable, "nothing listens at https://127.0.0.1:9"),
        (("BASE_URL", "crm.example.com"), Unreachable, "Set SALESFORCE_BASE_URL"),
    ],
)
def test_a_wrong_setting_is_one_line_on_record(
    lake: Lake, credentials: tuple[str, str], error: type[Exception], line: str
) -> None:
    env = lake.sandbox.env | {f"SALESFORCE_{credentials[0]}": credentials[1]}
    wrong: SalesforceCredentials = CREDENTIALS["salesforce"](env)
    with pytest.raises(error, match=line) as caught:
        lake.load("salesforce", credentials=wrong)
    assert "\n" not in str(caught.value)
    assert "wrong" not in str(caught.value)
    recorded = lake.rows("select distinct status, message from ops.ingestion_runs")
    assert recorded == [("failed", str(caught.value))]
    assert lake.rows("select system, errors >= 0 from ops.api_usage") == [("salesforce", True)]
    with pytest.raises(error):
        probe("salesforce", wrong)


def test_probe(lake: Lake) -> None:
    assert probe("salesforce", CREDENTIALS["salesforce"](lake.sandbox.env)) == "1 account read"
