"""ZoomInfo as landed: one answer per record asked about, enough of them matched, figures that can be true."""

from datetime import datetime

from expectations.checks import Measure, Suite, profile
from expectations.suites.raw_tables import DATA_ENGINEERING, history, none_of

_TABLE = "raw_zoominfo.companies"
LOWEST_MATCH_PERCENT = 30


def raw_zoominfo(now: datetime) -> Suite:
    """The suite for raw_zoominfo; `now` (UTC) is what freshness is measured against."""
    again = "enrich the record again; ask ZoomInfo if the figure stays"
    measures = (
        none_of(
            "input_filled",
            "input_record_id",
            "input_record_id is null or input_object is null",
            "the record asked about on every row",
            "load the resource again in full",
            _TABLE,
            "coalesce(name, '(no name)')",
        ),
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
        Measure(
            name="match_percent",
            sql="100.0 * count(name) / nullif(count(*), 0)",
            columns=("name",),
            low=LOWEST_MATCH_PERCENT,
            expected=f"at least {LOWEST_MATCH_PERCENT}% of the records matched",
            description="The vendor knows enough of our accounts",
            remedy="check that websites and names are sent; a sudden fall is an outage at the vendor",
            severity="warning",
            blocking=False,
        ),
        none_of(
            "employees_not_negative",
            "employee_count",
            "employee_count < 0",
            "0 employees or more",
            again,
            _TABLE,
            "input_record_id",
            warns=True,
        ),
        none_of(
            "revenue_not_negative",
            "revenue_usd",
            "revenue_usd < 0",
            "revenue of 0 or more",
            again,
            _TABLE,
            "input_record_id",
            warns=True,
        ),
    )
    return Suite(
        "raw_zoominfo", (profile(_TABLE, DATA_ENGINEERING, measures), history(_TABLE, "zoominfo", "companies", now))
    )
