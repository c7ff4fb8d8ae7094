"""ZoomInfo: answers about the accounts that Salesforce holds, bought when they are due."""

from ingestion.zoominfo import ZoomInfoOptions

from connections import ZoomInfoCredentials
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase

ANSWERS = """
    select companies.id::varchar as zoominfo_company_id, companies.name, companies.website, domain,
        "employeeCount" as employee_count, revenue * 1000.0 as revenue_usd, accounts."Id" as input_record_id
    from salesforce."Account" as accounts
    join zoominfo.companies on split_part(regexp_replace(accounts."Website", '^https?://(www\\.)?', ''), '/', 1)
        = companies.domain
    where not accounts."IsDeleted"
"""


def prepare(lake: Lake) -> None:
    """Land the accounts that ZoomInfo is asked about."""
    accounts = lake.sandbox.query("""select "Id" as id, "IsDeleted" as is_deleted, "Name" as name, "Website" as website
        from salesforce."Account" where "Website" is not null""")
    lake.write("raw_salesforce.accounts", accounts)


def edit(lake: Lake) -> None:
    """Change one company, add one for an account that had none, and let one be unknown."""
    lake.sandbox.edit(
        """update zoominfo.companies set "employeeCount" = 4711 where domain = 'company10.com'""",
        """delete from zoominfo.companies where domain = 'company11.com'""",
        """insert into zoominfo.companies by name select * replace
            (1 as id, 'company3.com' as domain, 'www.company3.com' as website, 'Company 3' as name)
            from zoominfo.companies where domain = 'company12.com'""",
    )


def drift(lake: Lake) -> None:
    """Let a number be a range, and offer a new output field."""
    lake.sandbox.edit("""alter table zoominfo.companies alter "employeeCount" type varchar""")
    lake.sandbox.edit("""update zoominfo.companies set "employeeCount" = '1-10' where domain = 'company12.com'""")
    lake.sandbox.edit("alter table zoominfo.companies add column segment varchar default 'SMB'")


CASE = SourceCase(
    source="zoominfo",
    credentials=lambda env: ZoomInfoCredentials(
        env["ZOOMINFO_BASE_URL"], env["ZOOMINFO_USERNAME"], env["ZOOMINFO_PASSWORD"]
    ),
    # Every answer is due again: the source has no way to tell what changed.
    options=lambda: ZoomInfoOptions(refresh_days=-1),
    prepare=prepare,
    resources=(Resource("companies", ANSWERS, live="match_status = 'FULL_MATCH'"),),
    edit=edit,
    drift=drift,
    drifted={"companies.employee_count": "VARCHAR"},
    data="enrich",
    stops_after=0,
    skip={
        "same load": "with refresh_days=-1 every answer is due; test_vendors shows that nothing is bought twice",
        "moving": "answers come by input, not by page",
        "column added": "only output fields that are asked for come",
    },
)
