"""Outreach by its configuration file: JSON:API with links, a range of times as filter, a daily sweep."""

from connections.oauth import OutreachCredentials
from ingestion.rest import RestOptions
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase

NOW = "date_trunc('second', now()::timestamp)"
TABLES = {
    "people": (
        "prospects",
        """"firstName" as first_name, emails[1] as email, company, "externalId" as crm_id""",
    ),
    "sequences": ("sequences", "name"),
    "sequence_members": ("sequenceStates", "prospect::varchar as person_id, sequence::varchar as sequence_id, state"),
    "emails": (
        "mailings",
        'prospect::varchar as person_id, subject, "deliveredAt" as occurred_at, "repliedAt" as replied_at',
    ),
    "calls": ("calls", "prospect::varchar as person_id, outcome as subject"),
}
SWEPT = ("prospects", "sequenceStates")


def prepare(lake: Lake) -> None:
    """Put three rows into what the tiny world has no record of."""
    for table in ("mailings", "calls", "sequenceStates"):
        lake.sandbox.edit(
            f"""insert into outreach."{table}" by name select -n as id, 7 as prospect, 1 as sequence,
                false as is_deleted, timestamp '2024-01-01' as "createdAt",
                timestamp '2024-01-01' as "updatedAt" from range(1, 4) as numbers(n)"""
        )


def edit(lake: Lake) -> None:
    """Change and add a row of each list; take a person and a membership away."""
    for table, _ in TABLES.values():
        living = "true" if table == "sequences" else "not is_deleted"
        first, second = (
            f'(select id from outreach."{table}" where {living} order by 1 limit 1 offset {n})' for n in (0, 1)
        )
        added = "'Ünited'" if table == "sequences" else "null"
        own = "name" if table == "sequences" else "is_deleted"
        value = added if table == "sequences" else "false"
        statements = [
            f"""update outreach."{table}" set "updatedAt" = {NOW} where id = {first}""",
            f"""insert into outreach."{table}" by name select 77 as id, {value} as {own}, {NOW} as "createdAt",
                {NOW} as "updatedAt\"""",
        ]
        if table in SWEPT:
            statements.insert(0, f"""update outreach."{table}" set is_deleted = true where id = {second}""")
        lake.sandbox.edit(*statements)
    lake.sandbox.edit("""update outreach."sequenceStates" set state = 'active' where id = 77""")


def drift(lake: Lake) -> None:
    """Add a field with a value."""
    lake.sandbox.edit("alter table outreach.prospects add column mood double")
    lake.sandbox.edit(f"""update outreach.prospects set mood = 7.5, "updatedAt" = {NOW}
        where id = (select min(id) from outreach.prospects where not is_deleted)""")


def moving(lake: Lake) -> None:
    """Fill a list beyond a page; a row that was read changes and another comes while the second page is read."""
    lake.sandbox.edit(
        """insert into outreach.prospects by name select -1000 - n as id, 'P' || n as "firstName", false as is_deleted,
            timestamp '2024-01-01' as "updatedAt" from range(1200) as numbers(n)"""
    )
    statements = [
        f"""update outreach.prospects set "updatedAt" = {NOW} where id = -2199""",
        f"""insert into outreach.prospects by name
            select 88 as id, 'Late' as "firstName", false as is_deleted, {NOW} as "updatedAt\"""",
    ]
    lake.sandbox.fault("outreach", "edit", path="/api/v2/prospects", skip=1, statements=statements)


CASE = SourceCase(
    source="outreach",
    credentials=lambda env: OutreachCredentials(
        env["OUTREACH_BASE_URL"],
        env["OUTREACH_CLIENT_ID"],
        env["OUTREACH_CLIENT_SECRET"],
        env["OUTREACH_REFRESH_TOKEN"],
    ),
    resources=tuple(
        Resource(
            table,
            f"""select id::varchar as id, "updatedAt" as updated_at, {columns} from outreach."{listed}"
                where {"true" if listed == "sequences" else "not is_deleted"}""",
            live="not is_deleted",
            brings=3 if listed in SWEPT else 2,
        )
        for table, (listed, columns) in TABLES.items()
    ),
    prepare=prepare,
    edit=edit,
    drift=drift,
    drifted={"people.mood": "DOUBLE"},
    data="/api/v2/",
    moving=moving,
    options=lambda: RestOptions(all_due=True),
)
