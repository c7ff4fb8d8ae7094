"""Time series read again by period: what the web interface starts for a partition, or for many as a backfill."""

import logging

import dagster as dg

import ingestion
from orchestration import landing
from orchestration.resources import ActiveRun
from orchestration.settings import SYSTEMS, Settings

LOG = logging.getLogger("marketmap.ingestion")
_BEGINNING = "2020-01-06"  # a Monday; partitions must not move when time passes
_PARTITIONS: dict[str, dg.TimeWindowPartitionsDefinition] = {
    "bombora": dg.WeeklyPartitionsDefinition(_BEGINNING, day_offset=1, end_offset=1),
}
_MONTHS = dg.MonthlyPartitionsDefinition("2020-01-01", end_offset=1)


def jobs(settings: Settings) -> list[dg.JobDefinition]:
    """One for each source that is on and has time series."""
    return [_job(settings, source) for source in landing.active(settings) if ingestion.SOURCES[source].again]


def _job(settings: Settings, source: str) -> dg.JobDefinition:
    title = SYSTEMS[source].title

    @dg.op(name=f"read_{source}_again")
    def read_again(context: dg.OpExecutionContext, run: ActiveRun) -> None:
        del run  # it holds the run lock
        window = context.partition_time_window
        period = ingestion.Period(window.start.replace(tzinfo=None), window.end.replace(tzinfo=None))
        report = landing.land_again(settings, source, period)
        landed = sum(report.rows.values())
        LOG.info("%s: %s rows of %s landed", title, f"{landed:,}", context.partition_key)
        context.add_output_metadata({"rows_landed": landed, "api_calls": report.usage.calls})

    @dg.job(
        name=f"{source}_backfill",
        description=(
            f"{title}: what has been landed of a period is compared with the source anew, and gaps are filled; the next"
            " run builds upon it. Cursors stay where they are."
        ),
        partitions_def=_PARTITIONS.get(source, _MONTHS),
        tags={"marketmap/scope": "backfill"},
    )
    def backfill() -> None:
        read_again()

    return backfill
