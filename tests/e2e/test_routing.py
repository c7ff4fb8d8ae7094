"""Routing from end to end, its syncs switched on, judged by what the CRM holds. The tests build on each other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from tests.e2e.conftest import MARKET, Installation, copied_project
from tests.e2e.routed import (
    EXECUTIVES,
    LEADS,
    LISTED,
    PARTNERS,
    asked,
    last_write,
    owners,
    revenues,
    seconds_of_processors,
    switch_on,
    written,
)
from tests.integration.conftest import RunningSandbox, running_sandbox

SYSTEMS = "salesforce,marketo,zoominfo,bombora,slack"
PARTNER_FIELDS = {"Prospect_Share_Status__c", "Partner_Prospect_Status__c"}
# A contact of Salesforce and Marketo who is nothing to any partner, and a campaign that a partner is funded for.
CONTACT = """
    select contacts."Id" as contact, leads.id as marketo_lead from salesforce."Contact" as contacts
    join marketo.leads as leads on leads."sfdcContactId" = contacts."Id" and leads.email = contacts."Email"
    join salesforce."User" as owners on contacts."OwnerId" = owners."Id" and owners."IsActive"
    where not contacts."IsDeleted" and contacts."Prospect_Share_Status__c" is null
    and contacts."Id" not in (
        select "ContactId" from salesforce."CampaignMember" where "ContactId" is not null
    )
    order by 1 limit 1
"""
FUNDED = "SELECT Id FROM Campaign WHERE Will_there_be_MDF_funding__c = 'Yes' ORDER BY Id LIMIT 1"
pytestmark = [pytest.mark.full, pytest.mark.timeout(2400)]  # another project: dbt reads and builds everything anew


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """A market with a chat, of which nobody else takes anything."""
    with running_sandbox(tmp_path_factory.mktemp("market"), *MARKET, "--systems", SYSTEMS) as running:
        yield running


@pytest.fixture(scope="module")
def routed(market: RunningSandbox, person: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation whose RevOps team has switched routing on and named who takes the accounts of a list."""
    folder = tmp_path_factory.mktemp("routed")
    project = copied_project(folder)
    switch_on(project, person)
    return Installation(folder / ".marketmap", market.env, folder, {"MARKETMAP_PROJECT_DIR": str(project)})


@pytest.fixture(scope="module")
def contact(market: RunningSandbox, person: httpx.Client) -> dict[str, Any]:
    """A contact whom a partner's campaign has just got."""
    (found,) = market.query(CONTACT).to_pylist()
    (campaign,) = asked(person, FUNDED)
    member = {"CampaignId": campaign["Id"], "ContactId": found["contact"], "Status": "Sent"}
    person.post("/sobjects/CampaignMember", json=member).raise_for_status()
    return dict(found)


def test_the_first_push_of_owners_takes_an_approval(
    routed: Installation, market: RunningSandbox, person: httpx.Client, contact: dict[str, Any], tmp_path: Path
) -> None:
    listed = asked(person, LISTED)
    file = tmp_path / "summit.csv"
    file.write_text("Company,Website\n" + "".join(f'"{row["Name"]}",{row["Website"]}\n' for row in listed), "utf-8")
    imported = routed.marketmap("import", str(file), "--as", "companies", "--list", "Summit 2026", "--no-resolve")
    assert imported.code == 0, imported.stderr
    for row in listed:
        change = {"TSP_Last_Update_Timestamp__c": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000+0000}"}
        person.patch(f"/sobjects/Account/{row['Id']}", json=change).raise_for_status()
    owned = owners(person, "Account") | owners(person, "Lead")
    before = revenues(person)
    done = routed.marketmap("run")
    assert done.code == 1
    assert any(LEADS in fault and "approval" in fault for fault in done.faults), done.stderr
    assert owners(person, "Account") | owners(person, "Lead") == owned
    approved = routed.marketmap("sync", LEADS, "--approve", "Ann: first push")
    assert approved.code == 0, approved.stderr
    now = owners(person, "Lead")
    desired = routed.warehouse("select salesforce_lead_id, owner_id from activation.sync_salesforce__lead_routings")
    assert sum(owned[str(lead)] != owner for lead, owner in desired if owner) > 100
    assert {lead for lead, owner in desired if owner and now[str(lead)] != owner} == set()
    # RTE-27: what the flow went by is filled in where the lead had nothing.
    known = routed.warehouse("select salesforce_lead_id, annual_revenue from activation.sync_salesforce__lead_routings")
    filled = {str(lead): float(revenue) for lead, revenue in known if revenue is not None and before[str(lead)] is None}  # type: ignore[arg-type]
    assert filled
    assert revenues(person) == before | filled


def test_accounts_of_a_list_above_a_score_are_their_executives_and_keep_their_owners(
    routed: Installation, market: RunningSandbox, person: httpx.Client
) -> None:
    by_rule, by_hand = asked(person, EXECUTIVES)
    listed = [row["Id"] for row in asked(person, LISTED)]
    fields = "TSP_Territory__c, TSP_Approved_Next_Owner__c, TSP_Last_Update_Timestamp__c, Prevent_Override__c"
    crm = {record["Id"]: record for record in asked(person, f"SELECT Id, {fields} FROM Account")}
    # A company twice in the CRM is one account: what is listed of it holds for both records.
    above = {
        str(record)
        for (record,) in routed.warehouse("""
            select records.record_id from marts.account_records as records
            join marts.account_scores as scores using (account_id)
            where records.source = 'salesforce' and records.object = 'Account' and scores.overall_score > 30
                and account_id in (select account_id from marts.import_rows where list_name = 'Summit 2026')
        """)
    }
    due = {
        account
        for account in above & crm.keys()  # not those that were merged away
        if crm[account]["TSP_Last_Update_Timestamp__c"] and not crm[account]["Prevent_Override__c"]
    }
    summit = {account for account, record in crm.items() if record["TSP_Territory__c"] == "Summit"}
    assert summit == due
    assert 0 < len(summit & {*listed}) < len(listed)
    next_owners = {account: crm[account]["TSP_Approved_Next_Owner__c"] for account in summit | {listed[0]}}
    assert next_owners == dict.fromkeys(summit, by_rule["Id"]) | {listed[0]: by_hand["Id"]}
    changed = {field for write in written(market, 0) if write["object"] == "Account" for field in write["after"]}
    assert "TSP_Area__c" in changed
    assert "OwnerId" not in changed


def test_contacts_of_partners_get_two_fields_and_all_others_none(
    routed: Installation, person: httpx.Client, contact: dict[str, Any]
) -> None:
    (now,) = asked(person, f"SELECT {', '.join(sorted(PARTNER_FIELDS))} FROM Contact WHERE Id = '{contact['contact']}'")
    assert (now["Prospect_Share_Status__c"], now["Partner_Prospect_Status__c"]) == ("Sending to Partner", "Qualifying")
    told = routed.warehouse(f"select distinct record_key, field from ops.sync_records where sync = '{PARTNERS}'")
    assert {field for _, field in told} == PARTNER_FIELDS
    partners = routed.warehouse("select salesforce_contact_id from marts.partner_contacts")
    assert {(record,) for record, _ in told} <= {*partners}


def test_a_second_run_writes_nothing(routed: Installation, market: RunningSandbox) -> None:
    before = last_write(market)
    done = routed.marketmap("run")
    assert done.code == 0, done.stderr
    assert written(market, before) == []


@pytest.fixture(scope="module")
def lead(routed: Installation, market: RunningSandbox) -> str:
    """A lead that waits in a queue and whom nothing but its status keeps from a person."""
    ((lead,),) = routed.warehouse("""
        select lead_id from intermediate.int_routing_leads
        where lead_status = 'Inquiry' and owner_kind = 'queue' and country_code in ('US', 'GB', 'DE')
            and not is_us_public_sector and not is_sequenced and not is_do_not_route and last_interesting_moment is null
            and partner_account_id is null and not has_mdf_campaign and len(joint_event_statuses) = 0
            and not list_contains(campaign_names, 'Partner - Trial - Self-managed') and coalesce(tier, '') <> 'T3'
        order by lead_id limit 1
    """)
    return str(lead)


def test_a_changed_lead_reaches_the_crm_in_under_a_minute(
    routed: Installation, market: RunningSandbox, person: httpx.Client, lead: str
) -> None:
    """By the release that went live a moment ago, and though a table is missing as after an upgrade."""
    urgent = routed.marketmap("routing", "draft"), routed.marketmap("routing", "urgent", "--by", "Ann", "--reason", "x")
    assert [step.code for step in urgent] == [0, 0], urgent
    with duckdb.connect(str(routed.home / "warehouse.duckdb")) as connection:
        connection.execute("drop table marts.partner_follow_ups")
    before, (held,) = last_write(market), asked(person, f"SELECT OwnerId FROM Lead WHERE Id = '{lead}'")
    person.patch(f"/sobjects/Lead/{lead}", json={"Status": "MQL"}).raise_for_status()
    began = seconds_of_processors()
    done = routed.marketmap("routing", "run")
    seconds = seconds_of_processors() - began
    assert done.code == 0, done.stderr
    asked_for = f"select owner_id, flow_version from marts.lead_routings where lead_id = '{lead}'"
    ((decision, version),) = routed.warehouse(asked_for)
    (now,) = asked(person, f"SELECT OwnerId FROM Lead WHERE Id = '{lead}'")
    assert (now["OwnerId"], version) == (decision, "v2")
    assert decision not in (None, held["OwnerId"])
    assert {str(write["record_id"]) for write in written(market, before) if write["service"] == "salesforce"} == {lead}
    assert seconds < 60
    made = "select count(*) from duckdb_tables() where schema_name = 'marts' and table_name = 'partner_follow_ups'"
    assert routed.warehouse(made) == [(1,)]


def test_whom_a_person_gives_the_lead_afterwards_keeps_it(
    routed: Installation, market: RunningSandbox, person: httpx.Client, lead: str
) -> None:
    (decided,) = routed.warehouse(f"select owner_id from marts.lead_routings where lead_id = '{lead}'")
    (other,) = (user["Id"] for user in asked(person, EXECUTIVES)[:1])
    assert other not in decided
    person.patch(f"/sobjects/Lead/{lead}", json={"OwnerId": other}).raise_for_status()
    before = last_write(market)
    assert routed.marketmap("routing", "run").code == 0
    assert written(market, before) == []
    asked_for = f"select is_person_kept, assigned_to_id from marts.lead_routings where lead_id = '{lead}'"
    assert routed.warehouse(asked_for) == [(True, None)]
    told = routed.marketmap("explain", "lead", lead)
    assert told.code == 0
    assert "a person gave it" in told.stdout


def test_the_owner_of_a_partners_contact_that_asks_us_is_told_once(
    routed: Installation, market: RunningSandbox, contact: dict[str, Any]
) -> None:
    request = (
        f"'999000001', {contact['marketo_lead']}, '{datetime.now(UTC):%Y-%m-%d %H:%M:%S}', 2, null, 1, 'Demo', '[]'"
    )
    market.edit(f"insert into marketo.activities values ({request})")
    before = last_write(market)
    for command in (("score",), ("routing", "run"), ("routing", "run")):
        done = routed.marketmap(*command)
        assert done.code == 0, done.stderr
    messages = [write["after"]["text"] for write in written(market, before)]
    assert len(messages) == 1, messages
    assert "asked us for something while a partner works the contact" in messages[0]
    ((recipient, owner),) = routed.warehouse(f"""
        select alerts.recipient_email, users.email from marts.lead_alerts as alerts
        join intermediate.int_partner_contacts as contacts on alerts.record_id = contacts.salesforce_contact_id
        join marts.dim_users as users on contacts.owner_user_id = users.user_id
        where alerts.record_id = '{contact["contact"]}'
    """)
    assert recipient == owner
