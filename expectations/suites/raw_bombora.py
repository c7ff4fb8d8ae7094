"""Bombora as landed: whole weeks of surge scores from 0 to 100."""

from datetime import datetime

from expectations.checks import Measure, Suite, profile
from expectations.suites.raw_tables import DATA_ENGINEERING, history, none_of

_TABLE = "raw_bombora.company_surges"
LATEST_WEEK_DAYS = 16  # a report names the Monday its week begins with and comes after the week's end
SMALLEST_WEEK_PERCENT = 50
_ASK = "ask Bombora for the week's report again and load it"


def raw_bombora(now: datetime) -> Suite:
    """The suite for raw_bombora; `now` (UTC) is what freshness is measured against."""
    frame = profile(_TABLE, DATA_ENGINEERING, (*_rows(), *_weeks(now)))
    return Suite("raw_bombora", (frame, history(_TABLE, "bombora", "company_surges", now)))


def _rows() -> tuple[Measure, ...]:
    """Scores with their key."""
    key = "week_date, domain, topic_id"
    lacking = "week_date is null or domain is null or topic_id is null"
    offender = "coalesce(domain, company_name, '(no domain)')"
    range_ = "composite_score not between 0 and 100"
    return (
        none_of("key_filled", "domain", lacking, f"{key} on every row", _ASK, _TABLE, offender),
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
        none_of("score_range", "composite_score", range_, "scores from 0 to 100", _ASK, _TABLE, "domain"),
    )


def _weeks(now: datetime) -> tuple[Measure, ...]:
    """Whole weeks, up to the latest."""
    odd, monday, check = "isodow(week_date) <> 1", "weeks that begin on Monday", "check the date format of the report"
    shown = "cast(week_date as text)"
    counts = f"select week_date, count(*) as row_count from {_TABLE} group by week_date"
    return (
        none_of("weeks_begin_on_monday", "week_date", odd, monday, check, _TABLE, shown, warns=True),
        Measure(
            name="days_since_latest_week",
            sql=f"date_diff('day', max(week_date), date '{now:%Y-%m-%d}')",
            columns=("week_date",),
            high=LATEST_WEEK_DAYS,
            expected=f"a week that began at most {LATEST_WEEK_DAYS} days ago",
            description="The latest report is there",
            remedy=_ASK,
            severity="warning",
            blocking=False,
        ),
        Measure(
            name="latest_week_percent",
            sql=f"max((select 100.0 * arg_max(row_count, week_date) / median(row_count) from ({counts})))",
            columns=("week_date",),
            low=SMALLEST_WEEK_PERCENT,
            expected=f"at least {SMALLEST_WEEK_PERCENT}% of the rows of a usual week",
            description="The latest report is whole",
            remedy=_ASK,
            severity="warning",
            blocking=False,
        ),
    )
