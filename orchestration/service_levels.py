"""What people may rely on, against what they were promised: loads and writes that succeed, how soon a change is seen.

Figures of the last day (how soon: of the last week) from the record of operations in the published file.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from orchestration.answer_times import uptime_ratio
from orchestration.settings import title
from orchestration.warehouse import rows_if_any

LEAST_SUCCEEDED_PERCENT = 99.0
MOST_ERRORS_PERCENT = 0.1
LONGEST_HOURS = 24.0
LEAST_UPTIME = 0.999
_SUCCEEDED = """
select 100.0 * count(*) filter (where status = 'succeeded') / count(*), count(*) from (
    select status, finished_at from ops.ingestion_runs where status <> 'skipped'
    union all
    select status, finished_at from ops.sync_runs where mode = 'live'
) where finished_at > ?::timestamp - interval 1 day having count(*) > 0
"""
_ERRORS = """
select 100.0 * sum(errors) / sum(total), sum(total)::bigint from (
    select errors, calls as total, "at" from ops.api_usage
    union all
    select rejected + invalid + unknown, accepted + rejected + invalid + unknown, finished_at
    from ops.sync_runs where mode = 'live'
) where "at" > ?::timestamp - interval 1 day having sum(total) > 0
"""
# Changes come at any time: of 100 that were made between two loads, 95 waited no longer than this. What was changed
# since the last load still waits.
_HOURS = """
with loads as (
    select source, min(started_at) as started_at, max(finished_at) as finished_at
    from ops.ingestion_runs where status = 'succeeded' and finished_at > ?::timestamp - interval 7 day
    group by source, run_id
),
waited as (
    select source, started_at, finished_at from loads
    union all
    select distinct source, ?::timestamp, ?::timestamp from loads
),
gaps as (
    select
        source, date_diff('second', started_at, finished_at) as load_seconds,
        date_diff('second', lag(started_at) over (partition by source order by started_at), started_at) as gap_seconds
    from waited
)
select source, max(0.95 * gap_seconds + load_seconds) / 3600.0 as hours from gaps
where gap_seconds is not null group by source order by hours desc, source
"""


@dataclass(frozen=True)
class ServiceLevel:
    """One promise: what was seen, in words, and whether it is kept."""

    name: str
    words: str
    is_met: bool


def service_levels(connection: duckdb.DuckDBPyConnection, home: Path, now: datetime) -> list[ServiceLevel]:
    """Each promise that something is known about; `now` is UTC without a zone, `connection` the published file's."""
    found = []
    for rate, total in rows_if_any(connection, _SUCCEEDED, [now]):
        words = f"{rate:.2f} % of {total:,} loads and syncs succeeded (more than {LEAST_SUCCEEDED_PERCENT:g} %)"
        found.append(ServiceLevel("integrations", words, rate > LEAST_SUCCEEDED_PERCENT))
    for rate, total in rows_if_any(connection, _ERRORS, [now]):
        words = f"{rate:.3f} % of {total:,} calls and records in error (less than {MOST_ERRORS_PERCENT:g} %)"
        found.append(ServiceLevel("errors", words, rate < MOST_ERRORS_PERCENT))
    by_source = rows_if_any(connection, _HOURS, [now, now, now])
    if by_source:
        each = ", ".join(f"{title(source)} {hours:.1f}" for source, hours in by_source)
        words = f"hours within which 95 of 100 changes are landed: {each} (at most {LONGEST_HOURS:g})"
        found.append(ServiceLevel("changes", words, by_source[0][1] <= LONGEST_HOURS))
    share = uptime_ratio(home, now)
    if share is not None:
        words = f"somebody could read {share:.2%} of the time from marketmap serve (more than {LEAST_UPTIME:.1%})"
        found.append(ServiceLevel("serving", words, share > LEAST_UPTIME))
    return found
