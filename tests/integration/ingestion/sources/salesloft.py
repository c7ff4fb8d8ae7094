"""Salesloft by its configuration file: numbered pages in an order that changes leave alone, a daily sweep."""

from connections import KeyCredentials
from ingestion.rest import RestOptions
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase

NOW = "date_trunc('second', now()::timestamp)"
TABLES = {
    "people": ("people", "first_name, email_address as email, person_company_name as company, crm_id"),
    "sequences": ("cadences", "name"),
    "sequence_members": (
        "cadence_memberships",
        "person.id::varchar as person_id, cadence.id::varchar as sequence_id, current_state as state",
    ),
    "emails": (
        "emails", "recipient.id::varchar as person_id, subject, sent_at as occurred_at, counts.replies as reply_count"
    ),
    "calls": ("calls", "called_person.id::varchar as person_id, disposition as subject"),
}  # fmt: skip
SWEPT = ("people", "cadences", "cadence_memberships")


def prepare(lake: Lake) -> None:
    """Put three rows into what the tiny world has no record of."""
    for table in ("emails", "calls", "cadence_memberships"):
        lake.sandbox.edit(
            f"""insert into salesloft.{table} by name select -n as id, struct_pack(id := 1) as cadence,
                false as is_deleted, timestamp '2024-01-01' as created_at, timestamp '2024-01-01' as updated_at
                from range(1, 4) as numbers(n)"""
        )


def edit(lake: Lake) -> None:
    """Change and add a row of each list; take some away."""
    for table, _ in TABLES.values():
        first, second = (
            f"(select id from salesloft.{table} where not is_deleted order by 1 limit 1 offset {n})" for n in (0, 1)
        )
        statements = [
            f"update salesloft.{table} set updated_at = {NOW} where id = {first}",
            f"""insert into salesloft.{table} by name
                select 77 as id, false as is_deleted, {NOW} as created_at, {NOW} as updated_at""",
        ]
        if table in SWEPT:
            statements.insert(0, f"update salesloft.{table} set is_deleted = true where id = {second}")
        lake.sandbox.edit(*statements)
    lake.sandbox.edit("update salesloft.cadence_memberships set current_state = 'active' where id = 77")


def moving(lake: Lake) -> None:
    """Fill a list beyond a page; a row that was read changes and goes, and another comes, before the second page."""
    lake.sandbox.edit(
        """insert into salesloft.people by name select -1000 - n as id, 'P' || n as first_name, false as is_deleted,
            timestamp '2020-01-01' as created_at, timestamp '2024-01-01' as updated_at from range(150) as numbers(n)"""
    )
    statements = [
        f"update salesloft.people set updated_at = {NOW} where id = -1149",
        "update salesloft.people set is_deleted = true where id = -1148",
        f"""insert into salesloft.people by name select 88 as id, 'Late' as first_name, false as is_deleted,
            {NOW} as created_at, {NOW} as updated_at""",
    ]
    lake.sandbox.fault("salesloft", "edit", path="/v2/people", skip=1, statements=statements)


CASE = SourceCase(
    source="salesloft",
    credentials=lambda env: KeyCredentials(env["SALESLOFT_BASE_URL"], env["SALESLOFT_API_KEY"]),
    resources=tuple(
        Resource(
            table,
            f"""select id::varchar as id, updated_at, {columns} from salesloft.{listed} where not is_deleted""",
            live="not is_deleted",
            brings=3 if listed in SWEPT else 2,
        )
        for table, (listed, columns) in TABLES.items()
    ),
    prepare=prepare,
    edit=edit,
    data="/v2/",
    moving=moving,
    moving_loads=2,
    options=lambda: RestOptions(all_due=True),
    skip={"expired token": "a key lives until somebody deletes it"},
)
