"""What enrichment vendors answered, as landed: one answer per record asked about, enough of them matched."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from expectations.checks import Measure, Suite, profile
from expectations.suites.raw_tables import DATA_ENGINEERING, history, none_of

LOWEST_MATCH_PERCENT = 30
# Each vendor's column for the name of what it matched, and its figures that cannot be negative.
VENDORS: dict[str, tuple[str, Sequence[tuple[str, str]]]] = {
    "apollo": ("name", (("employees_not_negative", "estimated_num_employees"),)),
    "clearbit": ("name", (("employees_not_negative", "metrics_employees"),)),
    "lusha": ("name", ()),
    "zoominfo": ("name", (("employees_not_negative", "employee_count"), ("revenue_not_negative", "revenue_usd"))),
    "dnb": ("primary_name", (("employees_not_negative", "number_of_employees_value"),)),
}


def raw_vendor(vendor: str, now: datetime) -> Suite:
    """The suite for raw_<vendor>; `now` (UTC) is what freshness is measured against."""
    table = f"raw_{vendor}.companies"
    name, figures = VENDORS[vendor]
    measures = (*_inputs(table, name), *_figures(table, name, figures))
    # A vendor that nobody had to be asked of so far has no table.
    answers = profile(table, DATA_ENGINEERING, measures, absent_passes=True)
    return Suite(f"raw_{vendor}", (answers, history(table, vendor, "companies", now)))


def suites() -> dict[str, Callable[[datetime], Suite]]:
    """Every vendor's suite by name."""
    return {f"raw_{vendor}": partial(raw_vendor, vendor) for vendor in VENDORS}


def _inputs(table: str, name: str) -> tuple[Measure, ...]:
    """The records that were asked about."""
    lacking = "input_record_id is null or input_object is null"
    again = "load the resource again in full"
    filled = "the record asked about on every row"
    return (
        none_of("input_filled", "input_record_id", lacking, filled, again, table, f"coalesce({name}, '(no name)')"),
        Measure(
            name="input_unique",
            sql="count(*) - count(distinct (input_object, input_record_id))",
            columns=("input_object", "input_record_id"),
            low=0,
            high=0,
            expected="one answer per record",
            description="Each record was enriched once",
            remedy="drop the table and load the resource again: a merge has lost its primary key",
            examples=f"select input_record_id from {table} group by all having count(*) > 1 order by 1 limit 5",
        ),
    )


def _figures(table: str, name: str, figures: Sequence[tuple[str, str]]) -> tuple[Measure, ...]:
    """What came back; figures that cannot be true warn only, for survivorship may prefer another source."""
    match = Measure(
        name="match_percent",
        sql=f"100.0 * count({name}) / nullif(count(*), 0)",
        columns=(name,),
        low=LOWEST_MATCH_PERCENT,
        expected=f"at least {LOWEST_MATCH_PERCENT}% of the records matched",
        description="The vendor knows enough of our accounts",
        remedy="check that websites and names are sent; a sudden fall is an outage at the vendor",
        severity="warning",
        blocking=False,
    )
    again = "enrich the record again; ask the vendor if the figure stays"
    negatives = (
        none_of(check, column, f"{column} < 0", "0 or more", again, table, "input_record_id", warns=True)
        for check, column in figures
    )
    return (match, *negatives)
