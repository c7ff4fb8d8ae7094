"""Google Ads' reports: campaigns by day by its query language."""

from connections.google import GoogleAdsCredentials
from tests.integration.ingestion import ad_reports

from .case import Resource, SourceCase

CASE = SourceCase(
    source="google_ads",
    credentials=lambda env: GoogleAdsCredentials(
        env["GOOGLE_ADS_BASE_URL"],
        env["GOOGLE_ADS_CLIENT_ID"],
        env["GOOGLE_ADS_CLIENT_SECRET"],
        env["GOOGLE_ADS_REFRESH_TOKEN"],
        env["GOOGLE_ADS_DEVELOPER_TOKEN"],
        env["GOOGLE_ADS_AD_ACCOUNT"],
    ),
    resources=(
        Resource(
            "campaign_days",
            ad_reports.of_campaigns(
                "google_ads", "campaign::varchar", "'GBP' as currency_code, (cost * 1e6)::bigint as cost_micros"
            ),
            live="not is_deleted",
            brings=3,
        ),
    ),
    prepare=lambda lake: ad_reports.prepare(lake, "google_ads"),
    edit=lambda lake: ad_reports.edit(lake, "google_ads"),
    drift=lambda lake: ad_reports.drift(lake, "google_ads"),
    drifted={"campaign_days.clicks": "VARCHAR"},
    data="/googleAds:search",
    skip={"moving": "a page holds 10,000 rows, more than a month of campaigns"},
)
