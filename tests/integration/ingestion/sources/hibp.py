"""Have I Been Pwned: all breaches in one list."""

from connections import KeyCredentials
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase


def edit(lake: Lake) -> None:
    """Change the latest row of each list and add one; nothing is ever taken back."""
    latest = '"AddedDate" = (select max("AddedDate") from hibp.breaches)'
    lake.sandbox.edit(
        f'update hibp.breaches set "PwnCount" = 7 where {latest}',
        f"""insert into hibp.breaches select * replace (
            'neu-Ä' as "Name", "AddedDate" + interval 1 second as "AddedDate")
            from hibp.breaches where {latest} limit 1""",
    )


def drift(lake: Lake) -> None:
    """Add a column; it reaches what is listed from then on."""
    lake.sandbox.edit("alter table hibp.breaches add column mood varchar")
    lake.sandbox.edit(
        """update hibp.breaches set mood = 'good'
            where "AddedDate" = (select max("AddedDate") from hibp.breaches)"""
    )


CASE = SourceCase(
    source="hibp",
    credentials=lambda env: KeyCredentials(env["HIBP_BASE_URL"], env["HIBP_API_KEY"]),
    resources=(
        Resource(
            "breaches",
            """select "Name" as id, "Domain" as domain, "Title" as title,
                "PwnCount" as pwn_count, "AddedDate" as added_date
                from hibp.breaches""",
            brings=2,
        ),
    ),
    edit=edit,
    drift=drift,
    drifted={"breaches.mood": "VARCHAR"},
    data=r"breaches",
    stops_after=0,
    skip={
        "expired token": "an API key does not expire",
        "moving": "a list is asked for by date, with a day of overlap",
    },
)
