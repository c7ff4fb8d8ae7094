"""ZoomInfo's answers, bought once, and Bombora's weekly reports."""

from __future__ import annotations

import datetime as dt

import pytest

from connections import AuthenticationFailed, QuotaExhausted
from ingestion.zoominfo import ZoomInfoOptions

from .conftest import Lake


@pytest.fixture
def crm(lake: Lake) -> Lake:
    """A warehouse in which the CRM's accounts have landed."""
    lake.rows("""create schema raw_salesforce; create table raw_salesforce.accounts as
        select "Id" as id, "IsDeleted" as is_deleted, "Name" as name, "Website" as website,
            "BillingCountry" as billing_country from world.salesforce."Account" """)
    return lake


def test_each_account_is_asked_for_once(crm: Lake) -> None:
    report = crm.load("zoominfo")
    live = crm.rows("select count(*) from raw_salesforce.accounts where not is_deleted")[0][0]
    assert report.rows == {"companies": live}
    found = crm.rows("""select match_status, count(*), sum(credits), count(zoominfo_company_id)
        from raw_zoominfo.companies group by 1 order by 1""")
    assert [row[0] for row in found] == ["FULL_MATCH", "NO_MATCH"]
    assert found[0][1] == found[0][2] == found[0][3]
    assert found[1][2:] == (0, 0)
    matched = "select revenue_usd, primary_industry, technologies from raw_zoominfo.companies where name = 'Company 10'"
    assert crm.rows(matched) == [(10_000_000.0, "Software", '["Snowflake"]')]
    assert crm.load("zoominfo").usage.calls == 0


def test_a_renamed_account_is_asked_for_again_and_an_old_answer_renewed(crm: Lake) -> None:
    crm.load("zoominfo")
    account = crm.rows("select min(id) from raw_salesforce.accounts where name = 'Company 10 Inc'")[0][0]
    crm.rows(f"update raw_salesforce.accounts set website = 'company12.com' where id = '{account}'")
    assert crm.load("zoominfo").rows == {"companies": 1}
    answer = f"select name, observed_at from raw_zoominfo.companies where input_record_id = '{account}'"
    assert crm.rows(answer)[0][0] == "Company 12"
    renewed = crm.load("zoominfo", options=ZoomInfoOptions(refresh_days=-1))
    assert renewed.rows["companies"] > 20


def test_credits_are_never_exceeded(crm: Lake) -> None:
    report = crm.load("zoominfo", options=ZoomInfoOptions(credits_per_load=10))
    spent = crm.rows("select sum(credits) from raw_zoominfo.companies")[0][0]
    assert 0 < spent <= 10
    assert "do not reach" in report.notes["companies"]
    crm.load("zoominfo", options=ZoomInfoOptions(monthly_credits=12))
    assert crm.rows("select sum(credits) from raw_zoominfo.companies")[0][0] <= 12
    crm.sandbox.configure("zoominfo", credits=0)
    with pytest.raises(QuotaExhausted, match="no credits left"):
        crm.load("zoominfo")


def test_an_extra_field_of_the_vendor_lands(crm: Lake) -> None:
    crm.load("zoominfo", options=ZoomInfoOptions(extra_fields=("countryCode", "lastUpdatedDate")))
    columns = [row[0] for row in crm.rows("describe raw_zoominfo.companies")]
    assert "last_updated_date" in columns


def test_weeks_are_read_once_and_again_when_issued_anew(lake: Lake) -> None:
    lake.load("bombora")
    names = {
        "week": "week_date", '"Company Name"': "company_name", '"Domain"': "domain", '"Industry"': "industry",
        '"Size"': "company_size", '"Country"': "country", '"Metro Area"': "metro_area",
        '"Topic ID"::varchar': "topic_id", '"Topic Name"': "topic_name", '"Composite Score"': "composite_score",
        '"Composite Score Delta"': "composite_score_delta",
    }  # fmt: skip
    assert lake.difference("bombora.company_surges", "raw_bombora.company_surges", names) == 0
    again = lake.load("bombora")
    assert (again.rows, again.usage.calls) == ({}, 1)
    weeks = [row[0] for row in lake.rows("select distinct week_date from raw_bombora.company_surges order by 1")]
    assert isinstance(weeks[0], dt.date)
    change = {"week": weeks[1].isoformat(), "score_change": 5}
    lake.sandbox.control.post("/reissue", json=change).raise_for_status()
    assert lake.load("bombora").rows == {"company_surges": 30}
    moved = """select week_date, count(*) from raw_bombora.company_surges as ours
        join world.bombora.company_surges as theirs
            on ours.week_date = theirs.week and ours.domain = theirs."Domain" and ours.topic_id = theirs."Topic ID"
        where ours.composite_score = theirs."Composite Score" + 5 group by 1"""
    assert lake.rows(moved) == [(weeks[1], 30)]


def test_a_cut_report_is_read_whole_and_a_refused_one_ends_in_one_line(lake: Lake) -> None:
    lake.sandbox.fault("bombora", "drop_before", path="csv", count=2)
    lake.load("bombora")
    assert lake.rows("select count(*) from raw_bombora.company_surges") == [(120,)]
    lake.sandbox.fault("bombora", "quota")
    with pytest.raises(AuthenticationFailed, match="403") as caught:
        lake.load("bombora")
    assert "\n" not in str(caught.value)
