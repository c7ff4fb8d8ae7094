"""PredictLeads: news and job openings, listed by the day they were found."""

from connections import KeyCredentials
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase


def edit(lake: Lake) -> None:
    """Change the latest row of each list and add one; nothing is ever taken back."""
    latest = '"found_at" = (select max("found_at") from predictleads.news_events)'
    lake.sandbox.edit(
        f"update predictleads.news_events set summary = 'Ändert sich 🚀' where {latest}",
        f"""insert into predictleads.news_events select * replace (
            'neu-Ä' as "id", "found_at" + interval 1 second as "found_at")
            from predictleads.news_events where {latest} limit 1""",
    )
    latest = '"first_seen_at" = (select max("first_seen_at") from predictleads.job_openings)'
    lake.sandbox.edit(
        f"update predictleads.job_openings set title = 'Other' where {latest}",
        f"""insert into predictleads.job_openings select * replace (
            'neu-Ä' as "id", "first_seen_at" + interval 1 second as "first_seen_at")
            from predictleads.job_openings where {latest} limit 1""",
    )


def drift(lake: Lake) -> None:
    """Add a column; it reaches what is listed from then on."""
    lake.sandbox.edit("alter table predictleads.news_events add column mood varchar")
    lake.sandbox.edit(
        """update predictleads.news_events set mood = 'good'
            where "found_at" = (select max("found_at") from predictleads.news_events)"""
    )


CASE = SourceCase(
    source="predictleads",
    credentials=lambda env: KeyCredentials(env["PREDICTLEADS_BASE_URL"], env["PREDICTLEADS_API_KEY"]),
    resources=(
        Resource(
            "news_events",
            """select id, company_name, domain, category, summary, article_url, amount_usd, found_at
                from predictleads.news_events""",
            brings=2,
        ),
        Resource(
            "job_openings",
            """select id, company_name, domain, title, category, url, first_seen_at from predictleads.job_openings""",
            brings=2,
        ),
    ),
    edit=edit,
    drift=drift,
    drifted={"news_events.mood": "VARCHAR"},
    data=r"news_events|job_openings",
    stops_after=0,
    skip={
        "expired token": "an API key does not expire",
        "moving": "a list is asked for by date, with a day of overlap",
    },
)
