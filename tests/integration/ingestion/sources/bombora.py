"""Bombora's weekly reports: a week is a slice that comes whole."""

from connections import BomboraCredentials
from tests.integration.ingestion.conftest import Lake

from .case import Resource, SourceCase

NAMES = {"week": "week_date", "Size": "company_size"}
KEYS = "domain, topic_id"


def edit(lake: Lake) -> None:
    """Issue the latest week again: one row changed, one new, one gone."""
    week = "week = (select max(week) from bombora.company_surges)"
    lake.sandbox.edit(
        f"""update bombora.company_surges set "Composite Score" = 99 where {week} and "Domain" = 'company1.com'
            and "Topic ID" = 1""",
        f"""delete from bombora.company_surges where {week} and "Domain" = 'company2.com' and "Topic ID" = 1""",
        f"""insert into bombora.company_surges select * replace ('nýtt.example' as "Domain")
            from bombora.company_surges where {week} and "Domain" = 'company3.com' and "Topic ID" = 1""",
    )


def drift(lake: Lake) -> None:
    """Add a column, and write text where numbers were."""
    lake.sandbox.edit("""alter table bombora.company_surges add column "Segment" varchar default 'SMB'""")
    lake.sandbox.edit("""alter table bombora.company_surges alter "Composite Score" type varchar""")
    lake.sandbox.edit("""update bombora.company_surges set "Composite Score" = '60+' where "Domain" = 'company4.com'""")


CASE = SourceCase(
    source="bombora",
    credentials=lambda env: BomboraCredentials(env["BOMBORA_BASE_URL"], env["BOMBORA_API_KEY"]),
    resources=(
        Resource(
            "company_surges",
            "select {columns} from bombora.company_surges",
            of="bombora.company_surges",
            brings=30,
            names=NAMES,
        ),
    ),
    edit=edit,
    drift=drift,
    drifted={"company_surges.segment": "VARCHAR", "company_surges.composite_score": "VARCHAR"},
    data=r"\.csv",
    skip={
        "expired token": "an API key does not expire",
        "moving": "a report is one file",
    },
)
