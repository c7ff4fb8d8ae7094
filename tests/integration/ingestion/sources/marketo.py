"""Marketo: what it lists whole, what its activities tell, and the leads they tell of."""

from connections import MarketoCredentials
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase

NOW = "date_trunc('second', now()::timestamp)"


def activity(guid: str, lead: int, kind: int, subject: str = "null") -> str:
    """SQL that adds an activity of now."""
    return f"""insert into marketo.activities by name select '{guid}' as "marketoGUID", {lead} as "leadId",
        {NOW} as "activityDate", {kind} as "activityTypeId", {subject} as "primaryAttributeValueId",
        'Ny Æra' as "primaryAttributeValue", '[]' as attributes"""


def edit(lake: Lake) -> None:
    """Change, add and delete a lead, a program, a list, a kind of activity, and move people on and off a list."""
    lake.sandbox.edit(
        f"""update marketo.leads set title = 'CFO', "updatedAt" = {NOW} where id = 1""",
        activity("changed", 1, 13),
        f"""insert into marketo.leads by name select 9001 as id, 'ný@example.com' as email, {NOW} as "createdAt",
            {NOW} as "updatedAt" """,
        activity("new", 9001, 12),
        "delete from marketo.leads where id = 5",
        """delete from marketo.list_members where "leadId" = 5""",
        activity("gone", 5, 37),
        "insert into marketo.list_members values (1001, 20)",
        activity("came", 20, 24, "1001"),
        """delete from marketo.list_members where "listId" = 1001 and "leadId" = 4""",
        activity("left", 4, 25, "1001"),
        f"""update marketo.programs set status = 'off', "updatedAt" = {NOW} where id = 2001""",
        f"insert into marketo.programs values (2002, 'Sumar', 'Event', 'Webinar', 'on', {NOW}, {NOW})",
        f"""update marketo.lists set name = 'News', "updatedAt" = {NOW} where id = 1001""",
        f"insert into marketo.lists values (1003, 'Nýtt', {NOW}, {NOW})",
        "delete from marketo.lists where id = 1002",
        "update marketo.activity_types set name = 'Visit Web Page' where id = 1",
        "insert into marketo.activity_types values (46, 'Interesting Moment', null)",
        "delete from marketo.activity_types where id = 2",
    )


def drift(lake: Lake) -> None:
    """Add a field with a value, and write text where numbers were."""
    lake.sandbox.edit("alter table marketo.leads add column segment varchar")
    lake.sandbox.edit("""alter table marketo.leads alter "leadScore" type varchar""")
    lake.sandbox.edit(
        f"""update marketo.leads set segment = 'SMB', "leadScore" = 'A+', "updatedAt" = {NOW} where id = 2""",
        activity("scored", 2, 13),
    )


def moving(lake: Lake) -> None:
    """Fill programs beyond one page, and delete one of the first between two pages."""
    lake.sandbox.edit(
        f"""insert into marketo.programs
            select 3000 + n, 'P' || n, 'Event', 'x', 'on', {NOW}, {NOW} from range(450) as t(n)"""
    )
    statements = ["delete from marketo.programs where id = 3007"]
    lake.sandbox.fault("marketo", "edit", path="programs.json", skip=1, count=1, statements=statements)


def copy(table: str, brings: int, where: str = "true", live: str = "true") -> Resource:
    """A table that lands as it is."""
    sql = f"select {{columns}} from marketo.{table} where {where}"
    return Resource(table, sql, of=f"marketo.{table}", brings=brings, live=live)


CASE = SourceCase(
    source="marketo",
    credentials=lambda env: MarketoCredentials(
        env["MARKETO_BASE_URL"], env["MARKETO_CLIENT_ID"], env["MARKETO_CLIENT_SECRET"]
    ),
    resources=(
        copy("activity_types", 3, live="not is_deleted"),
        copy("programs", 2, live="not is_deleted"),
        copy("lists", 3, live="not is_deleted"),
        copy("activities", 4, where='"activityTypeId" <> 37'),
        Resource(
            "deleted_leads",
            """select distinct "leadId" as lead_id from marketo.activities where "activityTypeId" = 37
                and "activityDate" > now()::timestamp - interval 14 day""",
            brings=1,
        ),
        copy("leads", 3, live="not is_deleted"),
        copy("list_members", 3, live="not is_deleted"),
    ),
    edit=edit,
    drift=drift,
    drifted={"leads.segment": "VARCHAR", "leads.lead_score": "VARCHAR"},
    moving=moving,
    data=r"\.json",
)
