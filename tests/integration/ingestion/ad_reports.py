"""Figures of campaigns and companies for the tests of ad reports, and what becomes of them."""

from tests.integration.ingestion.conftest import Lake

SHOWN = """impressions, clicks, conversions::double as conversions"""


def of_campaigns(service: str, key: str, further: str) -> str:
    """The truth of `campaign_days`: `key` is SQL of the campaign's id, `further` of the platform's own columns."""
    return f"""select day as report_date, {key} as campaign_id, {SHOWN}, {further}
        from ad_reports.campaign_days where service = '{service}'"""


def prepare(lake: Lake, service: str) -> None:
    """Two campaigns, with figures on days of this month, the last quarter and last year."""
    lake.sandbox.edit(
        f"""insert into ad_reports.campaigns by name select '{service}' as service, n as id, 'Kampagne Ü' || n as name,
            'ACTIVE' as status from range(1, 4) as numbers(n)""",
        f"""insert into ad_reports.campaign_days by name select '{service}' as service, n as campaign,
            current_date - ago::integer as day, n * 1000 as impressions, n * 10 as clicks, n as conversions, 0 as leads,
            n * 1.25 as cost from range(1, 3) as numbers(n), (values (1), (2), (10), (100), (400)) as days(ago)""",
    )


def edit(lake: Lake, service: str) -> None:
    """Restate a figure of ten days ago, add one of today, take one of yesterday away."""
    where = f"service = '{service}' and day"
    lake.sandbox.edit(
        f"update ad_reports.campaign_days set clicks = clicks + 1 where {where} = current_date - 10 and campaign = 1",
        f"delete from ad_reports.campaign_days where {where} = current_date - 1 and campaign = 2",
        f"""insert into ad_reports.campaign_days by name select * replace (current_date as day)
            from ad_reports.campaign_days where {where} = current_date - 2 and campaign = 1""",
    )


def drift(lake: Lake, service: str) -> None:
    """Write text where numbers were."""
    lake.sandbox.edit("alter table ad_reports.campaign_days alter clicks type varchar")
    lake.sandbox.edit(f"""update ad_reports.campaign_days set clicks = 'under 10'
        where service = '{service}' and day = current_date - 2 and campaign = 1""")
