"""Pipedrive by its configuration file: cursors, updated_since, a daily sweep for what is gone."""

from connections import KeyCredentials
from ingestion.rest import RestOptions
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase

NOW = "date_trunc('second', now()::timestamp)"
ENTITIES = {"accounts": "organizations", "contacts": "persons", "opportunities": "deals"}
SEGMENT = "5e1f0a90c7d84b2f93a6d1c2b3e4f5a6b7c8d9e0"
COLUMNS = {
    "accounts": f"""name, website, industry, address.country as billing_country, owner_id::varchar as owner_id,
        employee_count as number_of_employees, "{SEGMENT}" as segment""",
    "contacts": "first_name, last_name, emails[1].value as email, job_title as title, org_id::varchar as account_id",
    "opportunities": """title as name, stage_id::varchar as stage_id, status as outcome, value as amount,
        expected_close_date as close_date, org_id::varchar as account_id""",
}


def prepare(lake: Lake) -> None:
    """Give a custom field its values."""
    lake.sandbox.edit(f"""update pipedrive.organizations set "{SEGMENT}" = 'Segment ' || id % 3""")


def edit(lake: Lake) -> None:
    """Change, add and delete a row of each entity; add a user and a stage."""
    for entity in ENTITIES.values():
        first, second = (
            f"(select id from pipedrive.{entity} where not is_deleted order by 1 limit 1 offset {n})" for n in (0, 1)
        )
        status = ", status = 'deleted'" if entity == "deals" else ""
        lake.sandbox.edit(
            f"update pipedrive.{entity} set update_time = {NOW} where id = {first}",
            f"update pipedrive.{entity} set is_deleted = true, update_time = {NOW}{status} where id = {second}",
            f"""insert into pipedrive.{entity} by name
                select 77 as id, false as is_deleted, {NOW} as add_time, {NOW} as update_time""",
        )
    lake.sandbox.edit(
        "update pipedrive.organizations set name = 'Ünited \"Names\"' where id = 77",
        "update pipedrive.deals set status = 'open' where id = 77",
        "insert into pipedrive.users by name select 77 as id, 'New' as name",
        "delete from pipedrive.users where name = 'User No 5'",
        "insert into pipedrive.stages by name select 77 as id, 'New' as name",
    )


def drift(lake: Lake) -> None:
    """Add a custom field with a value for a row that did not change since, and write text where numbers were."""
    lake.sandbox.edit('alter table pipedrive.organizations add column "c0ffee" double')
    lake.sandbox.edit("alter table pipedrive.organizations alter employee_count type varchar")
    lake.sandbox.edit(
        "insert into pipedrive.fields values ('organizations', 'c0ffee', 'ESG score')",
        f"""update pipedrive.organizations set "c0ffee" = 7.5, employee_count = 'many', update_time = {NOW}
        where id = (select min(id) from pipedrive.organizations where not is_deleted)""",
    )


def moving(lake: Lake) -> None:
    """Fill a listing beyond a page; a row that was read changes and another comes while the second page is read."""
    lake.sandbox.edit(
        """insert into pipedrive.organizations by name
        select 1000 + n as id, 'Many ' || n as name, false as is_deleted, timestamp '2024-01-01' as update_time
        from range(700) as numbers(n)"""
    )
    statements = [
        f"update pipedrive.organizations set update_time = {NOW} where id = 1001",
        f"""insert into pipedrive.organizations by name
            select 88 as id, 'Late' as name, false as is_deleted, {NOW} as update_time""",
    ]
    lake.sandbox.fault("pipedrive", "edit", path="/api/v2/organizations", skip=1, statements=statements)


CASE = SourceCase(
    source="pipedrive",
    credentials=lambda env: KeyCredentials(env["PIPEDRIVE_BASE_URL"], env["PIPEDRIVE_API_KEY"]),
    resources=(
        *(
            Resource(
                table,
                f"""select id::varchar as id, update_time as last_modified_date, {COLUMNS[table]}
                from pipedrive.{entity} where not is_deleted""",
                live="not is_deleted",
                brings=3,
            )
            for table, entity in ENTITIES.items()
        ),
        Resource(
            "users", "select id::varchar as id, name, email from pipedrive.users", live="not is_deleted", brings=2
        ),
        Resource("stages", "select id::varchar as id, name from pipedrive.stages", live="not is_deleted", brings=1),
    ),
    prepare=prepare,
    edit=edit,
    drift=drift,
    drifted={"accounts.esg_score": "DOUBLE", "accounts.number_of_employees": "VARCHAR"},
    data="/api/v2/",
    moving=moving,
    options=lambda: RestOptions(all_due=True),
    skip={"expired token": "a key lives until somebody deletes it"},
)
