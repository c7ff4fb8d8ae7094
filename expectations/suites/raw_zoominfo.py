"""ZoomInfo as landed: one answer per record asked about, enough of them matched, figures that can be true."""

from datetime import datetime

from expectations.checks import Measure, Suite, profile
from expectations.suites.raw_tables import DATA_ENGINEERING, history, none_of

_TABLE = "raw_zoominfo.companies"
LOWEST_MATCH_PERCENT = 30


def raw_zoominfo(now: datetime) -> Suite:
    """The suite for raw_zoominfo; `now` (UTC) is what freshness is measured against."""
    measures = (*_inputs(), *_figures())
    return Suite(
        "raw_zoominfo", (profile(_TABLE, DATA_ENGINEERING, measures), history(_TABLE, "zoominfo", "companies", now))
    )


def _inputs() -> tuple[Measure, ...]:
    """The records that were asked about."""
    lacking = "input_record_id is null or input_object is null"
    again = "load the resource again in full"
    filled = "the record asked about on every row"
    return (
        none_of("input_filled", "input_record_id", lacking, filled, again, _TABLE, "coalesce(name, '(no name)')"),
        Measure(
            name="input_unique",
            sql="count(*) - count(distinct (input_object, input_record_id))",
            columns=("input_object", "input_record_id"),
            low=0,
            high=0,
            expected="one answer per record",
            description="Each record was enriched once",
            remedy="drop the table and load the resource again: a merge has lost its primary key",
            examples=f"select input_record_id from {_TABLE} group by all having count(*) > 1 order by 1 limit 5",
        ),
    )


def _figures() -> tuple[Measure, ...]:
    """What came back; figures that cannot be true warn only, for survivorship may prefer another source."""
    match = Measure(
        name="match_percent",
        sql="100.0 * count(name) / nullif(count(*), 0)",
        columns=("name",),
        low=LOWEST_MATCH_PERCENT,
        expected=f"at least {LOWEST_MATCH_PERCENT}% of the records matched",
        description="The vendor knows enough of our accounts",
        remedy="check that websites and names are sent; a sudden fall is an outage at the vendor",
        severity="warning",
        blocking=False,
    )
    again = "enrich the record again; ask ZoomInfo if the figure stays"
    negatives = (
        none_of(name, column, f"{column} < 0", "0 or more", again, _TABLE, "input_record_id", warns=True)
        for name, column in (("employees_not_negative", "employee_count"), ("revenue_not_negative", "revenue_usd"))
    )
    return (match, *negatives)
