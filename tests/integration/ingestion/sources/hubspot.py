"""HubSpot: objects by listing, search and bin, what hangs on them, and Marketing Hub's facts."""

from __future__ import annotations

from datetime import timedelta

from connections import HubSpotCredentials
from ingestion.hubspot.source import KINDS, HubSpotOptions
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase

TWELVE = "select id from hubspot.companies where name = 'Company 12 Inc'"
NOW = "date_trunc('second', now()::timestamp)"
NUMBERS = {
    "numberofemployees", "annualrevenue", "icp_fit_score", "account_valuation", "intelligence_score", "amount",
    "current_contract_value", "persona_fit_score", "hs_call_duration",
}  # fmt: skip
TIMES = {"closedate", "hs_timestamp", "hs_meeting_start_time", "hs_meeting_end_time"}
FLAGS = {"prevent_override", "is_branch", "hs_email_optout"}
# Shown by associations, not stored.
DERIVED = {"associatedcompanyid", "hs_parent_company_id", "hs_primary_associated_company"}
PROPERTIES = {
    "companies": (
        "name", "domain", "website", "phone", "address", "city", "state", "zip", "country", "industry",
        "numberofemployees", "annualrevenue", "type", "lifecyclestage", "hubspot_owner_id", "description",
        "hs_merged_object_ids", "prevent_override", "segment", "is_branch",
    ),
    "contacts": (
        "firstname", "lastname", "email", "phone", "jobtitle", "company", "city", "country", "lifecyclestage",
        "hs_lead_status", "hubspot_owner_id", "hs_email_optout", "hs_merged_object_ids", "department",
    ),
    "deals": ("dealname", "amount", "closedate", "pipeline", "dealstage", "dealtype", "hubspot_owner_id"),
    "calls": ("hs_timestamp", "hubspot_owner_id", "hs_call_title", "hs_call_duration", "hs_call_status"),
    "emails": ("hs_timestamp", "hs_email_subject", "hs_email_status"),
    "meetings": ("hs_timestamp", "hs_meeting_title", "hs_meeting_start_time", "hs_meeting_end_time"),
    "tasks": ("hs_timestamp", "hs_task_subject", "hs_task_status"),
}  # fmt: skip
STAGES = (
    "appointmentscheduled", "qualifiedtobuy", "presentationscheduled", "decisionmakerboughtin", "contractsent",
    "closedwon", "closedlost",
)  # fmt: skip


def typed(name: str) -> str:
    """A value of the portal, which is text, as what its property says it is."""
    if name in NUMBERS:
        return f'"{name}"::double'
    if name in TIMES:
        return f"replace(\"{name}\", 'Z', '')::timestamp"
    return f'"{name}"::boolean' if name in FLAGS else f'"{name}"'


def objects(kind: str, brings: int) -> Resource:
    """The living objects of a kind."""
    own = 'id::varchar as id, "createdAt" as created_at, "updatedAt" as updated_at'
    columns = ", ".join(f'{typed(name)} as "{name}"' for name in PROPERTIES[kind])
    truth = f"select {own}, {columns} from hubspot.{kind} where not archived and merged_into is null"
    return Resource(kind, truth, live="not is_deleted", brings=brings)


def edit(lake: Lake) -> None:
    """Change, add and archive objects, move people on and off lists, let e-mails be opened and forms be filled."""
    lake.sandbox.edit(
        f"""update hubspot.companies set name = 'Ünited "Names"', phone = null, "updatedAt" = {NOW}
            where id = (select min(id) from hubspot.companies)""",
        f"""insert into hubspot.companies by name select 1 as id, 'Ný' as name, {NOW} as "createdAt",
            {NOW} as "updatedAt", false as archived""",
        f"""update hubspot.companies set archived = true, "archivedAt" = {NOW}, "updatedAt" = {NOW}
            where name = 'Company 12 Inc'""",
        f"delete from hubspot.associations where from_type = 'companies' and from_id = ({TWELVE})",
        f"delete from hubspot.associations where to_type = 'companies' and to_id = ({TWELVE})",
        f"""update hubspot.contacts set jobtitle = 'CFO', "updatedAt" = {NOW}
            where id = (select min(id) from hubspot.contacts)""",
        f"""insert into hubspot.calls by name select 5 as id, 'Hallo?' as hs_call_title, {NOW} as "createdAt",
            {NOW} as "updatedAt", false as archived""",
        """insert into hubspot.associations select 'calls', 5, 'contacts', min(id), 194 from hubspot.contacts""",
        f"""update hubspot.deals set dealstage = 'contractsent', "updatedAt" = {NOW}
            where id = (select min(id) from hubspot.deals)""",
        f"""insert into hubspot.property_history
            select 'deals', min(id), 'dealstage', 'contractsent', {NOW} from hubspot.deals""",
        f"insert into hubspot.lists values (1003, 'Nýtt', 'MANUAL', '0-1', {NOW}, {NOW}, null)",
        f"""insert into hubspot.list_members select 1003, min(id), {NOW} from hubspot.contacts""",
        f"""update hubspot.lists set "deletedAt" = {NOW} where "listId" = 1002""",
        """delete from hubspot.list_members where "listId" = 1002""",
        "insert into hubspot.email_campaigns values (77, 'Spring', 'Hällo', 'BATCH')",
        f"""insert into hubspot.email_events
            select 'e1', min(id), 'a@b.example', 77, 'OPEN', {NOW} from hubspot.contacts""",
        f"""insert into hubspot.form_submissions
            select 'c1', min(id), 'a@b.example', {NOW}, 'https://x.example' from hubspot.forms""",
        f"""insert into hubspot.events
            select 'v1', 'e_visited_page', {NOW}, 'CONTACT', min(id), 'https://x.example' from hubspot.contacts""",
        f"""insert into hubspot.owners by name select 7 as id, 'new@x.example' as email, {NOW} as "createdAt",
            {NOW} as "updatedAt", false as archived""",
    )


def drift(lake: Lake) -> None:
    """Add a property with a value, and make text of one that was a number."""
    own = '"type": "{}", "field_type": "{}", "group": "x", "label": "x", "custom": true'
    lake.sandbox.edit("alter table hubspot.companies add column esg varchar")
    for name, kind, field_type in (("esg", "number", "number"), ("intelligence_score", "string", "text")):
        definition = "{" + f'"name": "{name}", ' + own.format(kind, field_type) + "}"
        lake.sandbox.edit(f"insert into hubspot.custom_properties values ('companies', '{name}', '{definition}')")
    lake.sandbox.edit(f"""update hubspot.companies set esg = '7.5', intelligence_score = 'A+', "updatedAt" = {NOW}
        where id = (select min(id) from hubspot.companies)""")


def moving(lake: Lake) -> None:
    """Archive a contact of the first page and add one behind the reader between two pages."""
    statements = [
        f"""update hubspot.contacts set archived = true, "updatedAt" = {NOW}, "archivedAt" = {NOW}
            where id = 100003""",
        "delete from hubspot.associations where from_type = 'contacts' and from_id = 100003",
        f"""insert into hubspot.contacts by name select 3 as id, 'Ný' as firstname, {NOW} as "createdAt",
            {NOW} as "updatedAt", false as archived""",
    ]
    lake.sandbox.fault("hubspot", "edit", path="/objects/contacts$", skip=1, count=1, statements=statements)


def prepare(lake: Lake) -> None:
    """Let the portal take calls as fast as they come."""
    lake.sandbox.configure("hubspot", searches=1000, rate_calls=100_000)


LINKED = " or ".join(f"(from_type = '{kind.name}' and to_type = '{other}')" for kind in KINDS for other in kind.links)
HISTORY = """select id::varchar as deal_id, value as stage, moment as changed_at from (
    select *, lag(value) over (partition by id order by moment) as before from hubspot.property_history
    where id in (select id from hubspot.deals where not archived)) where value is distinct from before"""

CASE = SourceCase(
    source="hubspot",
    credentials=lambda env: HubSpotCredentials(
        env["HUBSPOT_BASE_URL"],
        client_id=env["SANDBOX_HUBSPOT_CLIENT_ID"],
        client_secret=env["SANDBOX_HUBSPOT_CLIENT_SECRET"],
        refresh_token=env["SANDBOX_HUBSPOT_REFRESH_TOKEN"],
        calls_per_10_seconds=100_000,
    ),
    resources=(
        Resource(
            "owners", "select id::varchar as id, email, archived from hubspot.owners",
            live="not is_deleted", brings=1,
        ),
        Resource("deal_stages", f"select unnest({list(STAGES)}) as stage_id", live="not is_deleted"),
        objects("companies", 3),
        objects("contacts", 1),
        objects("deals", 1),
        objects("calls", 1),
        objects("emails", 0),
        objects("meetings", 0),
        objects("tasks", 0),
        Resource(
            "lists", """select "listId"::varchar as list_id, name from hubspot.lists where "deletedAt" is null""",
            live="not is_deleted", brings=2,
        ),
        Resource(
            "list_members",
            """select "listId"::varchar as list_id, "recordId"::varchar as record_id from hubspot.list_members""",
            live="not is_deleted", brings=1,
        ),
        Resource("email_events", "select id, type, recipient, created from hubspot.email_events", brings=1),
        Resource("email_campaigns", "select id::varchar as id, name, subject from hubspot.email_campaigns", brings=1),
        Resource("forms", "select id, name from hubspot.forms"),
        Resource(
            "form_submissions",
            """select "conversionId" as conversion_id, form_id, email, "submittedAt" as submitted_at
                from hubspot.form_submissions""",
            brings=1,
        ),
        Resource(
            "page_visits",
            """select id, "objectId"::varchar as object_id, url, "occurredAt" as occurred_at from hubspot.events""",
            brings=1,
        ),
        Resource(
            "associations",
            f"""select distinct from_type as from_object, from_id::varchar as from_id, to_type as to_object,
                to_id::varchar as to_id from hubspot.associations where {LINKED}""",
            live="not is_deleted", brings=8,
        ),
        Resource("deal_stage_changes", HISTORY, brings=1),
    ),
    edit=edit,
    drift=drift,
    drifted={"companies.esg": "DOUBLE", "companies.intelligence_score": "VARCHAR"},
    prepare=prepare,
    moving=moving,
    data=r"/crm/v3/objects/",
    options=lambda: HubSpotOptions(searches_per_second=1000, sweep_every=timedelta()),
)  # fmt: skip
