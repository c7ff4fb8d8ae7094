"""Stages by hand, by the CRM and back into it, as sales and marketing see them. The tests build on each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx
import pytest

from tests.e2e.conftest import Installation, copied_project, edit_seed
from tests.integration.conftest import RunningSandbox, running_sandbox

FIELD = "salesforce__leads,lead_status,Status,"
# A person whose lead is at Inquiry and who is no MQL, at an account without a deal.
CHOSEN = """
    select leads.salesforce_lead_id, leads.contact_id, leads.account_id, min(records.record_id) as salesforce_account_id
    from activation.sync_salesforce__leads as leads
    join marts.contact_stages as stages on leads.contact_id = stages.contact_id and stages.position < 2
    join intermediate.int_contacts as contacts on leads.salesforce_lead_id = contacts.salesforce_lead_id
    join marts.account_stages as accounts on leads.account_id = accounts.account_id and accounts.position < 3
    join marts.account_records as records on records.account_id = accounts.account_id
        and records.source = 'salesforce' and records.object = 'Account'
    where leads.current_lead_status = 'Inquiry' and leads.lead_status is null
    group by all order by 1 limit 1
"""
pytestmark = [pytest.mark.full, pytest.mark.timeout(1800)]  # six whole jobs, the first on a project of its own


@dataclass(frozen=True)
class Chosen:
    """A person: the lead and the account in the CRM, and our ids of both."""

    lead: str
    contact: str
    account: str
    crm_account: str


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """A market of which nobody else takes anything."""
    with running_sandbox(
        tmp_path_factory.mktemp("market"),
        "--accounts",
        "200",
        "--seed",
        "7",
        "--systems",
        "salesforce,marketo,zoominfo,bombora",
    ) as running:
        yield running


@pytest.fixture(scope="module")
def staged(market: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation that writes the status of leads, and in which only Ann may set the stages of sales."""
    folder = tmp_path_factory.mktemp("staged")
    project = copied_project(folder)
    edit_seed(project, "field_map", f"{FIELD}never", f"{FIELD}always")
    edit_seed(project, "stage_authors", "*,all,", "Ann,all,Leads sales\n*,marketing,")
    return Installation(folder / ".marketmap", market.env, folder, {"MARKETMAP_PROJECT_DIR": str(project)})


@pytest.fixture(scope="module")
def chosen(staged: Installation) -> Chosen:
    ((lead, contact, account, crm_account),) = staged.warehouse(CHOSEN)
    return Chosen(str(lead), str(contact), str(account), str(crm_account))


def statuses(market: RunningSandbox) -> dict[str, str | None]:
    """The status of every live lead in the CRM."""
    rows = market.query('select "Id", "Status" from salesforce."Lead" where not "IsDeleted"').to_pylist()
    return {row["Id"]: row["Status"] for row in rows}


def stage(staged: Installation, chosen: Chosen) -> tuple[object, ...]:
    """The person's stage, what moved it there, and who."""
    said = f"select stage, cause, changed_by from marts.contact_stages where contact_id = '{chosen.contact}'"
    (row,) = staged.warehouse(said)
    return row


def written(market: RunningSandbox, since: int, lead: str) -> list[object]:
    """The statuses that we wrote to a lead after a sequence number."""
    person = market.env["SANDBOX_PERSON_USERNAME"]
    found = [write for write in market.writes("salesforce", since=since) if write["actor"] != person]
    return [write["after"]["Status"] for write in found if write["record_id"] == lead and "Status" in write["after"]]


def last_write(market: RunningSandbox) -> int:
    return int(market.control.get("/writes").json()["last"])


def test_stages_that_we_reach_are_statuses_in_the_crm_and_no_lead_goes_back(
    staged: Installation, market: RunningSandbox
) -> None:
    before = statuses(market)
    done = staged.marketmap("run", "--approve", "Ann: first push")  # it replaces what people hold
    assert done.code == 0, done.stderr
    asked = "select salesforce_lead_id, lead_status from activation.sync_salesforce__leads"
    desired = {str(lead): status for lead, status in staged.warehouse(asked) if status is not None}
    assert {lead: status for lead, status in statuses(market).items() if before[lead] != status} == desired
    assert {before[lead] for lead in desired} <= {"Inquiry", "Recycle", None}


def test_a_stage_by_hand_shows_at_once_with_its_author(
    staged: Installation, market: RunningSandbox, chosen: Chosen
) -> None:
    refused = staged.marketmap("stage", chosen.lead, "SQL", "--by", "Bob", "--reason", "Called us")
    assert (refused.code, "Bob may set" in refused.stderr) == (1, True)
    done = staged.marketmap("stage", chosen.lead, "MQL", "--by", "Ann", "--reason", "Called us")
    assert done.code == 0, done.stderr
    began = datetime.now(UTC).replace(tzinfo=None)
    scored = staged.marketmap("score", chosen.account)
    assert scored.code == 0, scored.stderr
    assert chosen.account in scored.stdout
    ((finished_at,),) = staged.warehouse("select max(finished_at) from ops.score_increments")
    assert str(finished_at) > str(began)
    assert stage(staged, chosen) == ("mql", "person", "Ann")
    unknown = staged.marketmap("score", "acc_nobody")
    assert unknown.code == 1
    assert "There is no account acc_nobody" in unknown.stderr
    assert statuses(market)[chosen.lead] == "Inquiry"


def test_what_sales_does_in_the_crm_moves_stages_and_what_we_set_moves_the_crm(
    staged: Installation, market: RunningSandbox, person: httpx.Client, chosen: Chosen
) -> None:
    since = last_write(market)
    deal = {"Name": "O'Brien", "AccountId": chosen.crm_account, "StageName": "Discovery", "CloseDate": "2027-06-30"}
    person.post("/sobjects/Opportunity", json=deal).raise_for_status()
    assert staged.marketmap("run").code == 0
    assert written(market, since, chosen.lead) == ["MQL"]
    said = f"select stage, cause from marts.account_stages where account_id = '{chosen.account}'"
    assert staged.warehouse(said) == [("opportunity", "crm")]
    person.patch(f"/sobjects/Lead/{chosen.lead}", json={"Status": "Recycle"}).raise_for_status()
    since = last_write(market)
    assert staged.marketmap("run").code == 0
    assert stage(staged, chosen)[:2] == ("engaged", "crm")
    assert (statuses(market)[chosen.lead], written(market, since, chosen.lead)) == ("Recycle", [])


def test_a_lead_that_was_recycled_stays_an_mql_run_after_run_and_is_recycled_again(
    staged: Installation, market: RunningSandbox, person: httpx.Client, chosen: Chosen
) -> None:
    assert staged.marketmap("stage", chosen.lead, "MQL", "--by", "Ann", "--reason", "Back again").code == 0
    assert staged.marketmap("score").code == 0
    assert stage(staged, chosen) == ("mql", "person", "Ann")
    since = last_write(market)
    assert staged.marketmap("run", "--full-refresh").code == 0
    assert (stage(staged, chosen)[0], written(market, since, chosen.lead)) == ("mql", ["MQL"])
    # Before any run has seen our own status, sales gives the lead back once more.
    person.patch(f"/sobjects/Lead/{chosen.lead}", json={"Status": "Recycle"}).raise_for_status()
    since = last_write(market)
    assert staged.marketmap("run").code == 0
    assert (stage(staged, chosen)[0], written(market, since, chosen.lead)) == ("engaged", [])
