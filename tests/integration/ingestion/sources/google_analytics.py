"""Google Analytics' sessions of pages by day: a report whose days are written without dashes."""

from connections.google import GoogleAnalyticsCredentials
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase


def prepare(lake: Lake) -> None:
    """Two pages on days of this week and of last month."""
    lake.sandbox.edit(
        "delete from google_analytics.page_days",
        """insert into google_analytics.page_days by name
            select current_date - ago::integer as day, path, 9 as sessions,
            12 as page_views, 7 as users from (values ('/'), ('/preise/ü')) as pages(path),
            (values (0), (1), (40)) as days(ago)""",
    )


def edit(lake: Lake) -> None:
    """Go on counting yesterday, take a page of today away, add one."""
    lake.sandbox.edit(
        "update google_analytics.page_days set sessions = 10 where day = current_date - 1 and path = '/'",
        "delete from google_analytics.page_days where day = current_date and path = '/'",
        "insert into google_analytics.page_days by name select current_date as day, '/new' as path, 1 as sessions",
    )


def drift(lake: Lake) -> None:
    """Write text where numbers were."""
    lake.sandbox.edit("alter table google_analytics.page_days alter users type varchar")
    lake.sandbox.edit("update google_analytics.page_days set users = 'few' where day = current_date and path = '/'")


CASE = SourceCase(
    source="google_analytics",
    credentials=lambda env: GoogleAnalyticsCredentials(
        env["GOOGLE_ANALYTICS_BASE_URL"],
        env["GOOGLE_ANALYTICS_CLIENT_ID"],
        env["GOOGLE_ANALYTICS_CLIENT_SECRET"],
        env["GOOGLE_ANALYTICS_REFRESH_TOKEN"],
        env["GOOGLE_ANALYTICS_PROPERTY_ID"],
    ),
    resources=(
        Resource(
            "page_days",
            "select day as report_date, path as page_path, sessions from google_analytics.page_days",
            live="not is_deleted",
            brings=3,
        ),
    ),
    prepare=prepare,
    edit=edit,
    drift=drift,
    drifted={"page_days.users": "VARCHAR"},
    data=":runReport",
    skip={"moving": "a report is one page; a longer one is asked for in halves"},
)
