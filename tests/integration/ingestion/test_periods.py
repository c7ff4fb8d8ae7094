"""Periods of time series read again: gaps are filled, nothing comes twice, cursors stay."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from ingestion import LoadFailure, Period
from ingestion.marketo.source import MarketoOptions

from .conftest import Lake

# The table, the column that dates its rows, its key, and a period: Marketo's is longer than one extract may be.
SERIES = {
    "bombora": ("company_surges", "week_date", "week_date, domain, topic_id", timedelta(days=7)),
    "marketo": ("activities", "activity_date", "marketo_guid", timedelta(days=40)),
}


@pytest.mark.parametrize("source", SERIES)
def test_what_is_missing_of_a_period_comes_again_and_nothing_else(lake: Lake, source: str) -> None:
    table, moment, key, length = SERIES[source]
    place = f"raw_{source}.{table}"
    options = _recent(lake) if source == "marketo" else None
    lake.load(source, options=options)
    lake.rows(f"create table before as select * exclude (_dlt_load_id) from {place}")
    ((newest,),) = lake.rows(f"select max({moment})::timestamp from before")
    start = datetime.combine(newest - 2 * length, datetime.min.time())
    end = start + length
    # Half of the period is lost, and a week that nobody asks for.
    inside = f"{moment} >= timestamp '{start}' and {moment} < timestamp '{end}'"
    after = f"{moment} >= timestamp '{end}' and {moment} < timestamp '{end + timedelta(days=7)}'"
    lake.rows(f"create table lost as from before where {inside} using sample 50 percent (bernoulli, 7)")
    lake.rows(f"delete from {place} where ({key}) in (select ({key}) from lost) or {after}")
    report = lake.load(source, period=Period(start, end))
    assert set(report.rows) == {table}
    assert report.rows[table] >= lake.rows("select count(*) from lost")[0][0] > 0
    found = f"(select * exclude (_dlt_load_id) from {place})"
    assert lake.rows(f"from ({found} except all from before where not ({after}))") == []
    assert lake.rows(f"from (from before where not ({after}) except all {found})") == []
    # The cursor is where it was: an ordinary load does not see the gap.
    assert lake.load(source, options=options).rows.get(table, 0) == 0
    recorded = f"select resource from ops.ingestion_runs where run_id = '{report.run_id}'"
    assert lake.rows(recorded) == [(table,)]


def _recent(lake: Lake) -> Any:
    """Marketo lets 100 calls through in 20 s: not all of the history."""
    ((newest,),) = lake.rows('select max("activityDate")::timestamp from world.marketo.activities')
    return MarketoOptions(activities_since=newest - timedelta(days=90), leads_since=newest - timedelta(days=5))


def test_a_source_without_time_series_says_so(lake: Lake) -> None:
    with pytest.raises(LoadFailure, match="no time series"):
        lake.load("salesforce", period=Period(datetime(2026, 1, 1), datetime(2026, 2, 1)))  # noqa: DTZ001
