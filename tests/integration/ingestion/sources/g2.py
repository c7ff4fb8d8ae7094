"""G2: what buyers did, by day."""

from connections import KeyCredentials
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase


def edit(lake: Lake) -> None:
    """Change the latest row of each list and add one; nothing is ever taken back."""
    latest = '"interacted_at" = (select max("interacted_at") from g2.buyer_interactions)'
    lake.sandbox.edit(
        f"update g2.buyer_interactions set activity = 'compared' where {latest}",
        f"""insert into g2.buyer_interactions select * replace (
            'neu-Ä' as "id", "interacted_at" + interval 1 second as "interacted_at")
            from g2.buyer_interactions where {latest} limit 1""",
    )


def drift(lake: Lake) -> None:
    """Add a column; it reaches what is listed from then on."""
    lake.sandbox.edit("alter table g2.buyer_interactions add column mood varchar")
    lake.sandbox.edit(
        """update g2.buyer_interactions set mood = 'good'
            where "interacted_at" = (select max("interacted_at") from g2.buyer_interactions)"""
    )


CASE = SourceCase(
    source="g2",
    credentials=lambda env: KeyCredentials(env["G2_BASE_URL"], env["G2_API_KEY"]),
    resources=(
        Resource(
            "buyer_interactions",
            """select id, company_name, domain, category_name, activity, interacted_at from g2.buyer_interactions""",
            brings=2,
        ),
    ),
    edit=edit,
    drift=drift,
    drifted={"buyer_interactions.mood": "VARCHAR"},
    data=r"buyer_interactions",
    stops_after=0,
    skip={
        "expired token": "an API key does not expire",
        "moving": "a list is asked for by date, with a day of overlap",
    },
)
