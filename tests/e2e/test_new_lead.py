"""C-06: what a form sends is, after one run, an enriched and scored lead of the CRM with an owner."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
import yaml

from tests.e2e.conftest import Installation, copied_project, edit_seed
from tests.e2e.routed import LEADS, asked, last_write, written
from tests.integration.conftest import RunningSandbox, running_sandbox

KEY, FORM_KEY = "Marketmap_Key__c", "the-key-of-the-form"
PEOPLE = "GET /v2/people/find"
MADE = "salesforce__new_leads"
FIELDS = (
    "email,Email", "first_name,FirstName", "last_name,LastName", "company,Company", "title,Title",
    "lead_status,Status", "person_score,Person_Score__c", "linkedin_url,LinkedIn_URL__c",
)  # fmt: skip
FORM = {
    "marketo": {
        "key": "lead.email",
        "event_id": "id",
        "fields": {
            "email": "lead.email",
            "first_name": "lead.firstName",
            "last_name": "lead.lastName",
            "company_name": "lead.company",
            "lead_source": "form",
        },
    }
}
# A company of the CRM with one record and an owner who is at work; Clearbit knows somebody there whom the CRM does not.
COMPANY = """
    select accounts."Name" as company, people.id, split_part(people.email, '@', 2) as domain
    from salesforce."Account" as accounts
    join clearbit.people as people
        on accounts."Website" in (split_part(people.email, '@', 2), 'www.' || split_part(people.email, '@', 2))
    join salesforce."User" as owners on accounts."OwnerId" = owners."Id" and owners."IsActive"
    where not accounts."IsDeleted" order by 2 limit 1
"""
pytestmark = [pytest.mark.full, pytest.mark.timeout(1800)]


@dataclass(frozen=True)
class Stranger:
    """Somebody who fills out a form, and the company's name in the CRM."""

    email: str
    company: str

    def sent(self, number: int) -> dict[str, object]:
        lead = {"email": self.email, "firstName": "Zoë", "lastName": "O'Ångström", "company": self.company}
        return {"id": number, "form": "Request a demo", "lead": lead}


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
        "salesforce,clearbit,zoominfo,slack",
    ) as running:
        yield running


@pytest.fixture(scope="module")
def stranger(market: RunningSandbox) -> Stranger:
    (company,) = market.query(COMPANY).to_pylist()
    email = f"zoe.angstrom@{company['domain']}"
    market.edit(f"""
        insert into clearbit.people select * replace (
            'a-stranger' as id, 'Zoë' as first_name, 'O''Ångström' as last_name, '{email}' as email,
            'Chief Information Officer' as title, 'executive' as seniority,
            'https://www.linkedin.com/in/zoe-angstrom' as linkedin_url
        ) from clearbit.people where id = '{company["id"]}'
    """)
    return Stranger(email, company["company"])


@pytest.fixture(scope="module")
def team(market: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """A team that lets leads be made and routed, and Clearbit be asked about people who ask for something."""
    folder = tmp_path_factory.mktemp("team")
    project = copied_project(folder)
    for seed, before, after in (
        ("integration_switches", f",{LEADS},false,", f",{LEADS},true,"),
        *(("field_map", f"{MADE},{field},never,", f"{MADE},{field},on_create,") for field in FIELDS),
        ("enrichment_waterfall", "clearbit,0.10,tier_1|inbound_lead|tier_2_in_cadence", "clearbit,0.10,inbound_lead"),
        ("stage_rules", "overall_score,gt,80,mql,email", "overall_score,gt,5,mql,email"),
        ("vendors", "clearbit,Clearbit,api,true,true,excluded,", "clearbit,Clearbit,api,true,true,allowed,"),
    ):
        edit_seed(project, seed, before, after)
    market.add_field(object="Lead", field=KEY, type="string", length=64, external_id=True, unique=True)
    installation = Installation(folder / ".marketmap", market.env, folder, {"MARKETMAP_PROJECT_DIR": str(project)})
    installation.home.mkdir()
    (installation.home / "webhooks.yml").write_text(yaml.safe_dump(FORM), "utf-8")
    return installation


def test_a_lead_that_a_form_sends_is_enriched_scored_made_and_routed_in_one_run(
    team: Installation, market: RunningSandbox, person: httpx.Client, stranger: Stranger
) -> None:
    first = team.marketmap("run", "--approve", "Ann: first push")
    assert first.code == 0, first.stderr
    before = market.calls("clearbit")
    since = last_write(market)
    with team.collecting(FORM_KEY) as address:
        headers = {"Authorization": f"Bearer {FORM_KEY}"}
        for _ in range(2):  # a sender that heard no answer repeats itself
            httpx.post(f"{address}/v1/leads/marketo", json=stranger.sent(1), headers=headers).raise_for_status()
    done = team.job("new_leads")
    assert done.code == 0, done.stderr
    assert market.calls("clearbit").get(PEOPLE, 0) - before.get(PEOPLE, 0) == 1
    (lead,) = asked(
        person,
        "SELECT Id, FirstName, LastName, Company, Title, Status, Person_Score__c, LinkedIn_URL__c, OwnerId"
        f" FROM Lead WHERE Email = '{stranger.email}'",
    )
    assert (lead["FirstName"], lead["LastName"], lead["Company"]) == ("Zoë", "O'Ångström", stranger.company)
    assert (lead["Title"], lead["Status"]) == ("Chief Information Officer", "MQL")
    assert lead["LinkedIn_URL__c"].endswith("linkedin.com/in/zoe-angstrom")
    ((score,),) = team.warehouse(f"""
        select cast(scores.overall_score as double) from marts.contact_scores as scores
        join marts.dim_contacts using (contact_id) where email = '{stranger.email}'""")
    assert lead["Person_Score__c"] == score
    assert lead["Person_Score__c"] > 0
    ((outcome, owner),) = team.warehouse(f"""
        select outcome, coalesce(owner_id, queue_id) from marts.lead_routings where lead_id = '{lead["Id"]}'""")
    assert (outcome, owner) == ("owner", lead["OwnerId"])
    messages = [write for write in written(market, since) if "Ångström" in str(write) and write["service"] == "slack"]
    assert messages


def test_the_same_form_again_changes_nothing(
    team: Installation, market: RunningSandbox, person: httpx.Client, stranger: Stranger
) -> None:
    asked_about, since = market.calls("clearbit")[PEOPLE], last_write(market)
    with team.collecting(FORM_KEY) as address:
        headers = {"Authorization": f"Bearer {FORM_KEY}"}
        httpx.post(f"{address}/v1/leads/marketo", json=stranger.sent(1), headers=headers).raise_for_status()
    done = team.job("new_leads")
    assert done.code == 0, done.stderr
    assert market.calls("clearbit")[PEOPLE] == asked_about
    assert [write for write in written(market, since) if "Ångström" in str(write) or stranger.email in str(write)] == []
    assert len(asked(person, f"SELECT Id FROM Lead WHERE Email = '{stranger.email}'")) == 1
