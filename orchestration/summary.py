"""What a run did, told from the published warehouse alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from orchestration import contents


@dataclass(frozen=True)
class Landing:
    """One source: rows that the run landed."""

    source: str
    rows: int


@dataclass(frozen=True)
class Tier:
    """One tier: its accounts and the sum of their valuations in USD."""

    name: str
    accounts: int
    valuation_usd: Decimal


@dataclass(frozen=True)
class Push:
    """One sync: fields and records written, records refused and left alone."""

    sync: str
    fields: int
    records: int
    rejected: int
    unchanged: int


@dataclass(frozen=True)
class Calls:
    """API calls to one system, and its daily limit where it tells one."""

    system: str
    calls: int
    daily_limit: int | None


@dataclass(frozen=True)
class Facts:
    """Everything that a summary says."""

    landings: tuple[Landing, ...]
    records: int
    accounts: int
    contacts: int
    tiers: tuple[Tier, ...]
    checks_passed: int
    checks_failed: int
    pushes: tuple[Push, ...]
    calls: tuple[Calls, ...]

    @property
    def fields_pushed(self) -> int:
        """Fields that the destinations accepted."""
        return sum(push.fields for push in self.pushes)


_LANDINGS = """
select source, sum(rows_loaded)::bigint as row_count
from ops.ingestion_runs
where started_at >= $since
group by source
order by row_count desc
"""
_UNIFIED = "select count(*), count(distinct account_id) from marts.account_records"
_CONTACTS = "select count(*) from marts.dim_contacts"
_TIERS = """
select tier, count(*), coalesce(sum(valuation_usd), 0)
from marts.account_tiers
left join marts.account_valuations using (account_id)
group by tier
order by tier = 'Excluded', tier
"""
_CHECKS = """
select count(*) filter (is_passed), count(*) filter (not is_passed) from ops.check_results where checked_at >= $since
"""
_PUSHES = """
with fields as (
    select run_id, count(*) filter (status = 'accepted') as accepted_fields from ops.sync_records group by run_id
)
select sync, coalesce(accepted_fields, 0), accepted, rejected, unchanged
from ops.sync_runs
left join fields using (run_id)
where started_at >= $since and mode = 'live'
order by started_at
"""
_CALLS = """
select system, sum(calls)::bigint as call_count, max(daily_limit)
from ops.api_usage
where "at" >= $since
group by system
order by call_count desc
"""


def gather(published: Path, *, since: datetime) -> Facts:
    """The facts of what ran since `since` (UTC); a table that is not published yet counts as empty."""
    with duckdb.connect(str(published), read_only=True) as connection:
        reader = _Reader(connection, since)
        ((records, accounts),) = reader.rows(_UNIFIED, "marts.account_records") or [(0, 0)]
        ((contacts,),) = reader.rows(_CONTACTS, "marts.dim_contacts") or [(0,)]
        ((passed, failed),) = reader.rows(_CHECKS, "ops.check_results") or [(0, 0)]
        return Facts(
            landings=tuple(Landing(*row) for row in reader.rows(_LANDINGS, "ops.ingestion_runs")),
            records=records,
            accounts=accounts,
            contacts=contacts,
            tiers=tuple(Tier(*row) for row in reader.rows(_TIERS, "marts.account_tiers", "marts.account_valuations")),
            checks_passed=passed,
            checks_failed=failed,
            pushes=tuple(Push(*row) for row in reader.rows(_PUSHES, "ops.sync_runs", "ops.sync_records")),
            calls=tuple(Calls(*row) for row in reader.rows(_CALLS, "ops.api_usage")),
        )


class _Reader:
    """Queries over tables that may not be there yet: a source that never ran leaves none."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, since: datetime) -> None:
        self._connection = connection
        self._since = since
        self._present = contents.tables(connection)

    def rows(self, query: str, *tables: str) -> Sequence[tuple[Any, ...]]:
        """The rows of `query`, none if one of the `tables` it reads is missing."""
        if not self._present.issuperset(tables):
            return []
        return self._connection.execute(query, {"since": self._since} if "$since" in query else None).fetchall()
