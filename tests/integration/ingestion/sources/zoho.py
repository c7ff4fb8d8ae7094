"""Zoho CRM by its configuration file: page tokens, If-Modified-Since, lists of what was deleted."""

from connections.oauth import ZohoCredentials
from ingestion.rest import RestOptions
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase

NOW = "date_trunc('second', now()::timestamp)"
MODULES = {
    "accounts": (
        "Accounts",
        """"Account_Name" as name, "Website" as website, "Industry" as industry, "Employees" as number_of_employees,
        "Billing_Country" as billing_country, "Parent_Account".id as parent_id, "Owner".id as owner_id,
        "Segment" as segment""",
    ),
    "contacts": (
        "Contacts",
        """"Last_Name" as last_name, "Email" as email, "Title" as title, "Account_Name".id as account_id,
        "Email_Opt_Out" as has_opted_out_of_email""",
    ),
    "leads": ("Leads", '"Company" as company, "Email" as email, "Lead_Status" as status, "Designation" as title'),
    "opportunities": (
        "Deals",
        """"Deal_Name" as name, "Stage" as stage_name, "Stage" as outcome, "Amount" as amount,
        "Closing_Date" as close_date""",
    ),
}


def prepare(lake: Lake) -> None:
    """Give a field that the file does not name its values."""
    lake.sandbox.edit("""update zoho."Accounts" set "Segment" = 'Segment ' || right(id, 1)""")


def edit(lake: Lake) -> None:
    """Change, add and delete a row of each module; add and remove a user."""
    for module, _ in MODULES.values():
        first, second = (f'(select id from zoho."{module}" order by 1 limit 1 offset {n})' for n in (0, 1))
        lake.sandbox.edit(
            f'update zoho."{module}" set "Modified_Time" = {NOW} where id = {first}',
            f"insert into zoho.deleted select '{module}', {second}, 'recycle', {NOW}",
            f'delete from zoho."{module}" where id = {second}',
            f"""insert into zoho."{module}" by name
                select 'ff-{module}' as id, {NOW} as "Created_Time", {NOW} as "Modified_Time\"""",
        )
    lake.sandbox.edit(
        """update zoho."Accounts" set "Account_Name" = 'Ünited "Names"' where id = 'ff-Accounts'""",
        "insert into zoho.users by name select '77' as id, 'New' as full_name",
        "delete from zoho.users where full_name = 'User No 5'",
    )


def drift(lake: Lake) -> None:
    """Add a field that has a value in a row that does not change, and write text where numbers were."""
    lake.sandbox.edit('alter table zoho."Accounts" add column "ESG" double')
    lake.sandbox.edit('alter table zoho."Accounts" alter "Employees" type varchar')
    lake.sandbox.edit(
        """update zoho."Accounts" set "ESG" = 7.5 where id = (select min(id) from zoho."Accounts")""",
        f"""update zoho."Accounts" set "Employees" = 'many', "Modified_Time" = {NOW}
        where id = (select max(id) from zoho."Accounts")""",
    )


def moving(lake: Lake) -> None:
    """Fill a module beyond a page; a row of the first page changes and one comes while the second page is read."""
    lake.sandbox.edit(
        """insert into zoho."Accounts" by name
        select '6' || lpad(n::varchar, 5, '0') as id, 'Many ' || n as "Account_Name",
        timestamp '2024-01-01' as "Modified_Time" from range(450) as numbers(n)"""
    )
    statements = [
        f"""update zoho."Accounts" set "Modified_Time" = {NOW} where id = (select min(id) from zoho."Accounts")""",
        f"""insert into zoho."Accounts" by name
            select '1' as id, 'Late' as "Account_Name", {NOW} as "Modified_Time\"""",
    ]
    lake.sandbox.fault("zoho", "edit", path="/crm/v8/Accounts$", skip=1, statements=statements)


CASE = SourceCase(
    source="zoho",
    credentials=lambda env: ZohoCredentials(
        env["ZOHO_BASE_URL"], env["ZOHO_CLIENT_ID"], env["ZOHO_CLIENT_SECRET"], env["ZOHO_REFRESH_TOKEN"],
        env["ZOHO_LOGIN_URL"],
    ),
    resources=(
        *(
            Resource(
                table, f'select id, "Modified_Time" as last_modified_date, {columns} from zoho."{module}"',
                live="not is_deleted", brings=3,
            )
            for table, (module, columns) in MODULES.items()
        ),
        Resource("users", "select id, full_name as name, email from zoho.users", live="not is_deleted", brings=2),
    ),
    prepare=prepare,
    edit=edit,
    drift=drift,
    drifted={"accounts.esg": "DOUBLE", "accounts.number_of_employees": "VARCHAR"},
    data=r"/crm/v8/[A-Z]\w+$",
    moving=moving,
    moving_loads=2,
    options=lambda: RestOptions(all_due=True),
)  # fmt: skip
