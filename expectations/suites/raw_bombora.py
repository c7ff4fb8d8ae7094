"""Bombora as landed: whole weeks of surge scores from 0 to 100."""

from datetime import datetime

from expectations.checks import Measure, Suite, profile
from expectations.suites.raw_tables import DATA_ENGINEERING, history, none_of

_TABLE = "raw_bombora.company_surges"
LATEST_WEEK_DAYS = 16  # a report names the Monday its week begins with and comes after the week's end
SMALLEST_WEEK_PERCENT = 50


def raw_bombora(now: datetime) -> Suite:
    """The suite for raw_bombora; `now` (UTC) is what freshness is measured against."""
    ask = "ask Bombora for the week's report again and load it"
    key = "week_date, domain, topic_id"
    measures = (
        none_of(
            "key_filled",
            "domain",
            "week_date is null or domain is null or topic_id is null",
            f"{key} on every row",
            ask,
            _TABLE,
            "coalesce(domain, company_name, '(no domain)')",
        ),
        Measure(
            name="key_unique",
            sql=f"count(*) - count(distinct ({key}))",
            columns=("week_date", "domain", "topic_id"),
            low=0,
            high=0,
            expected="one score per week, domain and topic",
            description="A week that was issued again replaces the week",
            remedy="drop the table and load the reports again: a merge has lost its primary key",
            examples=f"select domain from {_TABLE} group by {key} having count(*) > 1 order by 1 limit 5",
        ),
        none_of(
            "score_range",
            "composite_score",
            "composite_score not between 0 and 100",
            "scores from 0 to 100",
            ask,
            _TABLE,
            "domain",
        ),
        none_of(
            "weeks_begin_on_monday",
            "week_date",
            "isodow(week_date) <> 1",
            "weeks that begin on Monday",
            "check the date format of the report",
            _TABLE,
            "cast(week_date as text)",
            warns=True,
        ),
        Measure(
            name="days_since_latest_week",
            sql=f"date_diff('day', max(week_date), date '{now:%Y-%m-%d}')",
            columns=("week_date",),
            high=LATEST_WEEK_DAYS,
            expected=f"a week that began at most {LATEST_WEEK_DAYS} days ago",
            description="The latest report is there",
            remedy=ask,
            severity="warning",
            blocking=False,
        ),
        Measure(
            name="latest_week_percent",
            sql=(
                f"(select 100.0 * arg_max(row_count, week_date) / median(row_count) "
                f"from (select week_date, count(*) as row_count from {_TABLE} group by week_date))"
            ),
            columns=("week_date",),
            low=SMALLEST_WEEK_PERCENT,
            expected=f"at least {SMALLEST_WEEK_PERCENT}% of the rows of a usual week",
            description="The latest report is whole",
            remedy=ask,
            severity="warning",
            blocking=False,
        ),
    )
    return Suite(
        "raw_bombora", (profile(_TABLE, DATA_ENGINEERING, measures), history(_TABLE, "bombora", "company_surges", now))
    )
