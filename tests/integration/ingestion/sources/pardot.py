"""Account Engagement (Pardot) by its configuration file: named fields, page tokens, a recycle bin."""

from connections.oauth import PardotCredentials
from ingestion.rest import RestOptions
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase

NOW = "date_trunc('second', now()::timestamp)"


def prepare(lake: Lake) -> None:
    """Give a custom field its values."""
    lake.sandbox.edit("update pardot.prospects set lead_status__c = 'Status ' || id % 3")


def edit(lake: Lake) -> None:
    """Change, add and delete a prospect; let somebody do something."""
    first, second = (
        f'(select id from pardot.prospects where not "isDeleted" order by 1 limit 1 offset {n})' for n in (0, 1)
    )
    lake.sandbox.edit(
        f"""update pardot.prospects set "updatedAt" = {NOW}, company = 'Ünited "Names"' where id = {first}""",
        f'update pardot.prospects set "isDeleted" = true, "updatedAt" = {NOW} where id = {second}',
        f"""insert into pardot.prospects by name select 99001 as id, 'new@new.example' as email, false as "isDeleted",
            {NOW} as "createdAt", {NOW} as "updatedAt\"""",
        f"""insert into pardot.visitor_activities by name select 9999001 as id, 3 as "prospectId", 11 as type,
            'Open' as "typeName", {NOW} as "createdAt", {NOW} as "updatedAt\"""",
    )


def drift(lake: Lake) -> None:
    """Add a custom field with a value for a prospect that did not change since, and write text where numbers were."""
    lake.sandbox.edit("alter table pardot.prospects add column esg__c double")
    lake.sandbox.edit("alter table pardot.prospects alter score type varchar")
    lake.sandbox.edit(
        f"""insert into pardot.custom_fields select 2, 'ESG', 'esg__c', 'Number', false, {NOW}, {NOW}""",
        f"""update pardot.prospects set esg__c = 7.5, score = 'high', "updatedAt" = {NOW}
        where id = (select min(id) from pardot.prospects)""",
    )


def moving(lake: Lake) -> None:
    """Fill the prospects beyond a page; one of the first page changes and one comes while the second page is read."""
    lake.sandbox.edit(
        """insert into pardot.prospects by name select 10000 + n as id, false as "isDeleted",
        timestamp '2024-01-01' as "createdAt", timestamp '2024-01-01' as "updatedAt" from range(1200) as numbers(n)"""
    )
    statements = [
        f'update pardot.prospects set "updatedAt" = {NOW} where id = 10001',
        f"""insert into pardot.prospects by name
            select 88888 as id, false as "isDeleted", {NOW} as "createdAt", {NOW} as "updatedAt\"""",
    ]
    lake.sandbox.fault("pardot", "edit", path="/api/v5/objects/prospects", skip=1, statements=statements)


CASE = SourceCase(
    source="pardot",
    credentials=lambda env: PardotCredentials(
        env["PARDOT_BASE_URL"], env["PARDOT_LOGIN_URL"], env["PARDOT_CLIENT_ID"], env["PARDOT_BUSINESS_UNIT_ID"],
        env["PARDOT_CLIENT_SECRET"],
    ),
    resources=(
        Resource(
            "leads",
            """select id::varchar as id, email, "firstName" as first_name, "jobTitle" as title, company,
            "salesforceContactId" as sfdc_contact_id, "optedOut" as unsubscribed, score as lead_score,
            "updatedAt" as updated_at, lead_status__c as lead_status_c from pardot.prospects where not "isDeleted\"""",
            live="not is_deleted", brings=3,
        ),
        Resource(
            "activities",
            """select id::varchar as id, "prospectId"::varchar as lead_id, type::varchar as activity_type,
            details as subject, "createdAt" as activity_date from pardot.visitor_activities""",
            brings=1,
        ),
    ),
    prepare=prepare,
    edit=edit,
    drift=drift,
    drifted={"leads.esg_c": "DOUBLE", "leads.lead_score": "VARCHAR"},
    data="/api/v5/objects/(prospects|visitor)",
    moving=moving,
    options=lambda: RestOptions(all_due=True),
)  # fmt: skip
