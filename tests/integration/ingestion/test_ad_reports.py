"""Ad reports as LinkedIn gives them: only to those who may read them, and never more than 15,000 rows at once."""

import pytest

from ingestion import probe

from .conftest import Lake
from .sources import CASES

LINKEDIN = CASES["linkedin"]


def test_an_app_for_audiences_alone_reads_no_reports_and_says_so(lake: Lake) -> None:
    LINKEDIN.prepare(lake)
    lake.sandbox.configure("linkedin", ad_reports=False)
    report = LINKEDIN.load(lake)
    assert report.rows == {}
    assert set(report.notes) == {"campaigns", "campaign_days", "company_days"}
    assert all(note.startswith("no right to read it") for note in report.notes.values())
    assert "gives no right to" in probe("linkedin", LINKEDIN.credentials(lake.sandbox.env))


def test_lost_rights_take_no_figures_away(lake: Lake) -> None:
    """LinkedIn answers with an empty report to those who may no longer read it."""
    LINKEDIN.prepare(lake)
    LINKEDIN.load(lake)
    lake.sandbox.edit("delete from ad_reports.campaign_days", "delete from ad_reports.company_days")
    assert LINKEDIN.load(lake).rows == {}
    assert lake.rows("select count(*) from raw_linkedin.campaign_days where not is_deleted") == [(10,)]


@pytest.mark.full
def test_an_answer_that_was_cut_is_asked_for_in_halves(lake: Lake) -> None:
    LINKEDIN.prepare(lake)
    lake.sandbox.edit("""insert into ad_reports.company_days by name select 100000 + n // 40 as organization,
        current_date - 40 - (n % 40)::integer as day, 5 as impressions, 0 as clicks, 0 as conversions, 0 as leads,
        0.1 as cost from range(32000) as numbers(n)""")
    LINKEDIN.load(lake)
    assert LINKEDIN.differences(lake) == {}
