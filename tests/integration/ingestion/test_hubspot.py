"""HubSpot into raw_hubspot, from a portal that changes, fails and has limits."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from connections import AuthenticationFailed, HubSpotCredentials
from ingestion import probe
from ingestion.hubspot import client
from ingestion.hubspot.source import KINDS, HubSpotOptions
from tests.integration.conftest import RunningSandbox

from .conftest import CREDENTIALS, Lake
from .sources.hubspot import CASE

OBJECTS = "/crm/v3/objects"
FAST = HubSpotOptions(searches_per_second=1000)
AT_ONCE = HubSpotOptions(searches_per_second=1000, sweep_every=timedelta())


@pytest.fixture
def portal(clean_sandbox: RunningSandbox) -> Iterator[httpx.Client]:
    """Somebody who works in the portal, which takes calls as fast as they come."""
    clean_sandbox.configure("hubspot", searches=1000, rate_calls=10_000)
    with clean_sandbox.client(clean_sandbox.env["HUBSPOT_BASE_URL"]) as browser:
        browser.headers["Authorization"] = f"Bearer {clean_sandbox.env['HUBSPOT_ACCESS_TOKEN']}"
        yield browser


@pytest.fixture(scope="module")
def first_load(tmp_path_factory: pytest.TempPathFactory, sandbox: RunningSandbox) -> Path:
    """The home of a lake after a first load of the world."""
    sandbox.reset()
    sandbox.configure("hubspot", searches=1000, rate_calls=10_000)
    home = tmp_path_factory.mktemp("first_load")
    Lake(home, sandbox).load("hubspot", options=FAST)
    return home


@pytest.fixture
def loaded(first_load: Path, lake: Lake) -> Lake:
    """A lake of one's own after the first load."""
    shutil.copytree(first_load, lake.warehouse.parent, dirs_exist_ok=True)
    return lake


def send_newsletter(lake: Lake, number: int) -> None:
    """Let three people get an e-mail, one of them open it."""
    lake.sandbox.control.post("/edit", json={"statements": [
        f"insert into hubspot.email_campaigns values ({number}, 'Newsletter {number}', 'Hällo', 'BATCH')",
        f"""insert into hubspot.email_events
            select '{number}-' || kind || id, id, email, {number}, kind, date_trunc('second', now()::timestamp) from (
                select id, email, unnest(['SENT', 'OPEN']) as kind from hubspot.contacts where email is not null
                order by 1 limit 5)""",
    ]}).raise_for_status()  # fmt: skip


def test_everything_lands_once_and_then_only_what_changed(lake: Lake, portal: httpx.Client) -> None:
    send_newsletter(lake, 1)
    first = lake.load("hubspot", options=FAST)
    assert CASE.differences(lake) == {}
    assert first.rows["companies"] == 29
    assert first.rows["email_events"] == 5
    assert first.rows["page_visits"] == lake.rows("select count(*) from world.hubspot.events")[0][0]
    assert first.rows["list_members"] == lake.rows("select count(*) from world.hubspot.list_members")[0][0]
    again = lake.load("hubspot", options=FAST)
    assert again.rows == {}
    forms = lake.rows("select count(*) from raw_hubspot.forms")[0][0]
    # one probe per object, owners twice, pipelines, lists, events, forms and each form's submissions, visits
    assert again.usage.calls <= len(KINDS) + 7 + forms

    ids = [row[0] for row in lake.rows("select id from raw_hubspot.companies order by id")]
    people = [row[0] for row in lake.rows("select id from raw_hubspot.contacts order by id")]
    portal.patch(f"{OBJECTS}/companies/{ids[0]}", json={"properties": {"name": "Ünew 'Name'", "phone": ""}})
    portal.delete(f"{OBJECTS}/companies/{ids[1]}")
    created = portal.post(f"{OBJECTS}/companies", json={"properties": {"name": "Added"}}).json()["id"]
    portal.post(f"{OBJECTS}/contacts/merge", json={"primaryObjectId": people[0], "objectIdToMerge": people[1]})
    send_newsletter(lake, 2)
    report = lake.load("hubspot", options=FAST)
    assert (report.rows["companies"], report.rows["email_events"]) == (3, 5)
    assert lake.rows("select name, subject from raw_hubspot.email_campaigns order by 1") == [
        ("Newsletter 1", "Hällo"), ("Newsletter 2", "Hällo"),
    ]  # fmt: skip
    facts = {row[0]: row[1:] for row in lake.rows("select id, name, phone, is_deleted from raw_hubspot.companies")}
    assert facts[ids[0]] == ("Ünew 'Name'", None, False)
    assert facts[ids[1]][2] is True
    assert facts[created] == ("Added", None, False)
    merged = lake.rows(f"select is_deleted, merged_into_id from raw_hubspot.contacts where id = '{people[1]}'")
    assert merged == [(True, people[0])]
    assert lake.load("hubspot", options=FAST).rows == {}


def test_a_new_property_lands_with_the_values_of_older_records(loaded: Lake, portal: httpx.Client) -> None:
    own = {
        "name": "esg_score",
        "label": "ESG",
        "type": "number",
        "fieldType": "number",
        "groupName": "companyinformation",
    }
    portal.post("/crm/v3/properties/companies", json=own).raise_for_status()
    assert loaded.load("hubspot", options=FAST).rows == {}
    number = portal.get(f"{OBJECTS}/companies").json()["results"][3]["id"]
    portal.patch(f"{OBJECTS}/companies/{number}", json={"properties": {"esg_score": "71.5"}})
    loaded.load("hubspot", options=FAST)
    found = loaded.rows("select id, esg_score from raw_hubspot.companies where esg_score is not null")
    assert found == [(number, 71.5)]


def test_associations_and_stages_follow_their_records(loaded: Lake, portal: httpx.Client) -> None:
    pairs = "select count(*) from world.hubspot.associations where from_type = 'contacts' and type_id = 1"
    landed = "select count(*) from raw_hubspot.associations where from_object = 'contacts' and labels = 'Primary'"
    assert loaded.rows(pairs) == loaded.rows(landed)
    contact, company = loaded.rows(
        "select from_id, to_id from raw_hubspot.associations where from_object = 'contacts' order by 1"
    )[0]
    portal.delete(f"/crm/v4/objects/contacts/{contact}/associations/companies/{company}").raise_for_status()
    deal = loaded.rows("select id, dealstage from raw_hubspot.deals order by id")[0][0]
    portal.patch(f"{OBJECTS}/deals/{deal}", json={"properties": {"dealstage": "contractsent"}})
    loaded.sandbox.advance(60)
    portal.patch(f"{OBJECTS}/deals/{deal}", json={"properties": {"dealstage": "closedwon"}})
    loaded.load("hubspot", options=FAST)
    gone = f"select is_deleted from raw_hubspot.associations where from_id = '{contact}' and to_id = '{company}'"
    assert loaded.rows(gone) == [(True,)]
    stages = f"select stage from raw_hubspot.deal_stage_changes where deal_id = '{deal}' order by changed_at"
    assert [row[0] for row in loaded.rows(stages)][-2:] == ["contractsent", "closedwon"]


def test_an_erased_contact_and_a_left_list_are_found(loaded: Lake, portal: httpx.Client) -> None:
    member = loaded.rows("select record_id from raw_hubspot.list_members order by 1")[0][0]
    portal.post(f"{OBJECTS}/contacts/gdpr-delete", json={"objectId": member}).raise_for_status()
    loaded.load("hubspot", options=AT_ONCE)
    assert loaded.rows(f"select is_deleted from raw_hubspot.contacts where id = '{member}'") == [(True,)]
    assert loaded.rows(f"select is_deleted from raw_hubspot.list_members where record_id = '{member}'") == [(True,)]


def test_more_changes_than_one_search_shows(
    loaded: Lake, portal: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Pages of 2 and a reach of 4 instead of 200 and 10,000: the same windows, over 60 records of one time stamp.
    monkeypatch.setattr(client, "SEARCH_PAGE", 2)
    monkeypatch.setattr(client, "REACH", 4)
    people = [row[0] for row in loaded.rows("select id from raw_hubspot.contacts order by id limit 30")]
    inputs = [{"id": one, "properties": {"jobtitle": "Chief"}} for one in people]
    portal.post(f"{OBJECTS}/contacts/batch/update", json={"inputs": inputs}).raise_for_status()
    assert loaded.load("hubspot", options=FAST).rows["contacts"] == 30
    assert loaded.rows("select count(*) from raw_hubspot.contacts where jobtitle = 'Chief'") == [(30,)]
    assert loaded.load("hubspot", options=FAST).rows == {}


@pytest.mark.full
def test_a_first_load_in_small_rounds_and_with_long_property_lists_is_whole(
    lake: Lake, portal: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "_LONGEST_QUERY", 50)
    monkeypatch.setattr(client, "PAGE", 10)
    report = lake.load("hubspot", options=FAST, rows_per_round=15)
    assert CASE.differences(lake) == {}
    assert report.rows["companies"] == 29


def test_a_wrong_token_is_one_clear_line(lake: Lake, portal: httpx.Client) -> None:
    with pytest.raises(AuthenticationFailed, match=r"hubspot: .*HUBSPOT_ credentials"):
        probe("hubspot", HubSpotCredentials(lake.sandbox.env["HUBSPOT_BASE_URL"], "wrong"))
    assert probe("hubspot", CREDENTIALS["hubspot"](lake.sandbox.env)) == "1 company read"
