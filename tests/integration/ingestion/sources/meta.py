"""Meta's ad reports: campaigns by day in pages with cursors; figures of the last four weeks change."""

from connections.meta import MetaCredentials
from tests.integration.ingestion import ad_reports
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase

TRUTH = """select day as report_date, campaign::varchar as campaign_id, name as campaign_name, 'EUR' as currency_code,
    impressions, clicks, cost::double as cost from ad_reports.campaign_days
    left join ad_reports.campaigns on campaign = id and campaigns.service = campaign_days.service
    where campaign_days.service = 'meta'"""


def moving(lake: Lake) -> None:
    """Fill a month beyond a page; a row that was read goes while the second page is read."""
    lake.sandbox.edit(
        """insert into ad_reports.campaign_days by name select 'meta' as service, 100 + n as campaign,
            current_date - 20 as day, 5 as impressions, 0 as clicks, 0 as conversions, 0 as leads, 0.1 as cost
            from range(1100) as numbers(n)"""
    )
    gone = "delete from ad_reports.campaign_days where service = 'meta' and campaign = 100"
    # The eighth call asks for that month; its second page is the ninth.
    lake.sandbox.fault("meta", "edit", path="/insights", skip=8, statements=[gone])


CASE = SourceCase(
    source="meta",
    credentials=lambda env: MetaCredentials(env["META_BASE_URL"], env["META_ACCESS_TOKEN"], env["META_AD_ACCOUNT"]),
    resources=(Resource("campaign_days", TRUTH, live="not is_deleted", brings=3),),
    prepare=lambda lake: ad_reports.prepare(lake, "meta"),
    edit=lambda lake: ad_reports.edit(lake, "meta"),
    drift=lambda lake: ad_reports.drift(lake, "meta"),
    drifted={"campaign_days.clicks": "VARCHAR"},
    data="/insights",
    moving=moving,
    moving_loads=2,
    skip={"expired token": "a system user's token does not expire"},
)
