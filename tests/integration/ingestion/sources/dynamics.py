"""Dynamics 365 by its configuration file: OData pages, change tracking, deleted entities."""

from connections.oauth import DynamicsCredentials
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase

NOW = "date_trunc('second', now()::timestamp)"
LABEL = "@OData.Community.Display.V1.FormattedValue"
TABLES = {
    "users": ("systemusers", "systemuserid", "fullname as name, isdisabled as is_disabled"),
    "accounts": (
        "accounts", "accountid",
        f"""name, websiteurl as website, "industrycode{LABEL}" as industry, numberofemployees as number_of_employees,
        revenue as annual_revenue,
        address1_country as billing_country, _parentaccountid_value as parent_id, _ownerid_value as owner_id""",
    ),
    "contacts": (
        "contacts", "contactid",
        """lastname as last_name, emailaddress1 as email, jobtitle as title, _parentcustomerid_value as account_id,
        donotbulkemail as has_opted_out_of_email""",
    ),
    "leads": ("leads", "leadid", """companyname as company, emailaddress1 as email,
        "statuscode@OData.Community.Display.V1.FormattedValue" as status"""),
    "opportunities": (
        "opportunities", "opportunityid",
        """name, statecode::varchar as outcome, stepname as stage_name, estimatedvalue as amount,
        estimatedclosedate as close_date""",
    ),
}  # fmt: skip


def edit(lake: Lake) -> None:
    """Change, add and delete a row of each entity set."""
    for entity, key, _ in TABLES.values():
        first, second = (f"(select {key} from dynamics.{entity} order by 1 limit 1 offset {n})" for n in (0, 1))
        lake.sandbox.edit(
            f"update dynamics.{entity} set modifiedon = {NOW} where {key} = {first}",
            f"insert into dynamics.deleted select '{entity}', {second}, {NOW}",
            f"delete from dynamics.{entity} where {key} = {second}",
            f"""insert into dynamics.{entity} by name
                select 'ff-{entity}' as {key}, {NOW} as createdon, {NOW} as modifiedon""",
        )
    lake.sandbox.edit("update dynamics.accounts set name = 'Ünited \"Names\"' where accountid = 'ff-accounts'")


def drift(lake: Lake) -> None:
    """Add a column with a value, and write text where numbers were."""
    lake.sandbox.edit("alter table dynamics.accounts add column new_esg double")
    lake.sandbox.edit("alter table dynamics.accounts alter numberofemployees type varchar")
    lake.sandbox.edit(
        f"""update dynamics.accounts set new_esg = 7.5, numberofemployees = 'many', modifiedon = {NOW}
        where accountid = (select min(accountid) from dynamics.accounts)"""
    )


CASE = SourceCase(
    source="dynamics",
    credentials=lambda env: DynamicsCredentials(
        env["DYNAMICS_BASE_URL"], env["DYNAMICS_TENANT_ID"], env["DYNAMICS_CLIENT_ID"], env["DYNAMICS_CLIENT_SECRET"],
        env["DYNAMICS_LOGIN_URL"],
    ),
    resources=tuple(
        Resource(
            table, f"select {key} as id, modifiedon as last_modified_date, {columns} from dynamics.{entity}",
            live="not is_deleted", brings=3,
        )
        for table, (entity, key, columns) in TABLES.items()
    ),
    edit=edit,
    drift=drift,
    drifted={"accounts.new_esg": "DOUBLE", "accounts.number_of_employees": "VARCHAR"},
    data=r"/api/data/v9.2/",
    skip={"moving": "pages are sealed by the server at one moment of its change tracking"},
)  # fmt: skip
