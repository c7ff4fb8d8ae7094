"""LinkedIn's ad reports: days that are restated, answers without pages, companies asked for by id."""

from connections.linkedin import LinkedInCredentials
from tests.integration.ingestion import ad_reports
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase

FIGURES = "leads::double as leads, cost::double as cost, cost::double as cost_usd"


def prepare(lake: Lake) -> None:
    """Campaigns, and three companies whose members saw them; LinkedIn knows two of these."""
    ad_reports.prepare(lake, "linkedin")
    lake.sandbox.edit(
        "delete from ad_reports.organizations",
        """insert into ad_reports.organizations by name select n as id, 'Firma ' || n as name,
            case when n = 1 then 'https://www.company1.com' end as website, 'firma-' || n as vanity_name
            from range(1, 3) as numbers(n)""",
        """insert into ad_reports.company_days by name select n as organization, current_date - ago::integer as day,
            n * 10 as impressions, n as clicks, 0 as conversions, 0 as leads, 0.5 as cost
            from range(1, 4) as numbers(n), (values (3), (120)) as days(ago)""",
    )


def edit(lake: Lake) -> None:
    """Change, add and delete rows; a company comes that was not there."""
    ad_reports.edit(lake, "linkedin")
    lake.sandbox.edit(
        "insert into ad_reports.organizations by name select 9 as id, 'Neu' as name, 'neu' as vanity_name",
        "update ad_reports.company_days set clicks = 7 where organization = 1 and day = current_date - 3",
        "delete from ad_reports.company_days where organization = 2 and day = current_date - 3",
        """insert into ad_reports.company_days by name select * replace (9 as organization)
            from ad_reports.company_days where organization = 3 and day = current_date - 3""",
        "update ad_reports.campaigns set name = 'Renamed' where id = 1 and service = 'linkedin'",
        "delete from ad_reports.campaigns where id = 3 and service = 'linkedin'",
        """insert into ad_reports.campaigns by name
            select 'linkedin' as service, 4 as id, 'Four' as name, 'DRAFT' as status""",
    )


CASE = SourceCase(
    source="linkedin",
    credentials=lambda env: LinkedInCredentials(
        env["LINKEDIN_BASE_URL"],
        env["LINKEDIN_CLIENT_ID"],
        env["LINKEDIN_CLIENT_SECRET"],
        env["LINKEDIN_REFRESH_TOKEN"],
        env["LINKEDIN_AD_ACCOUNT"],
    ),
    resources=(
        Resource(
            "campaigns",
            "select id::varchar as id, name, status from ad_reports.campaigns where service = 'linkedin'",
            live="not is_deleted",
            brings=3,
        ),
        Resource(
            "campaign_days",
            ad_reports.of_campaigns("linkedin", "'urn:li:sponsoredCampaign:' || campaign", FIGURES),
            live="not is_deleted",
            brings=3,
        ),
        Resource(
            "company_days",
            f"""select day as report_date, 'urn:li:organization:' || organization as company_id,
                {ad_reports.SHOWN}, {FIGURES} from ad_reports.company_days""",
            live="not is_deleted",
            brings=3,
        ),
        Resource(
            "companies",
            "select id::varchar as id, name, website, vanity_name from ad_reports.organizations",
            brings=1,
        ),
    ),
    prepare=prepare,
    edit=edit,
    drift=lambda lake: ad_reports.drift(lake, "linkedin"),
    drifted={"campaign_days.clicks": "VARCHAR"},
    data="/rest/(adAnalytics|adAccounts|organizationsLookup)",
    skip={"moving": "adAnalytics has no pages"},
)
