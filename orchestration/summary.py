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
class Traffic:
    """One system: rows that the run landed from it, calls made to it, and its daily limit where it tells one."""

    system: str
    rows: int
    calls: int
    daily_limit: int | None


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
class Facts:
    """Everything that a summary says."""

    traffic: tuple[Traffic, ...]
    records: int
    accounts: int
    contacts: int
    tiers: tuple[Tier, ...]
    checks_passed: int
    checks_failed: int
    pushes: tuple[Push, ...]

    @property
    def fields_pushed(self) -> int:
        """Fields that the destinations accepted."""
        return sum(push.fields for push in self.pushes)


_TRAFFIC = """
with landed as (
    select source as system, sum(rows_loaded)::bigint as row_count
    from ops.ingestion_runs
    where started_at >= $since
    group by source
),

called as (
    select system, sum(calls)::bigint as call_count, max(daily_limit) as daily_limit
    from ops.api_usage
    where "at" >= $since
    group by system
)

select system, coalesce(row_count, 0), coalesce(call_count, 0), daily_limit
from landed
full join called using (system)
order by row_count desc nulls last
"""
_UNIFIED = "select count(*), count(distinct account_id) from marts.account_records"
_CONTACTS = "select count(*) from marts.dim_contacts"
_TIERS = """
select coalesce(tier, 'no tier'), count(*), coalesce(sum(valuation_usd), 0)
from marts.account_tiers
left join marts.account_valuations using (account_id)
group by tier
order by tier is null, tier = 'Excluded', tier
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


def gather(published: Path, *, since: datetime) -> Facts:
    """The facts of what ran since `since` (UTC); a table that is not published yet counts as empty."""
    with duckdb.connect(str(published), read_only=True) as connection:
        reader = _Reader(connection, since)
        ((records, accounts),) = reader.rows(_UNIFIED, "marts.account_records") or [(0, 0)]
        ((contacts,),) = reader.rows(_CONTACTS, "marts.dim_contacts") or [(0,)]
        ((passed, failed),) = reader.rows(_CHECKS, "ops.check_results") or [(0, 0)]
        return Facts(
            traffic=tuple(Traffic(*row) for row in reader.rows(_TRAFFIC, "ops.ingestion_runs", "ops.api_usage")),
            records=records,
            accounts=accounts,
            contacts=contacts,
            tiers=tuple(Tier(*row) for row in reader.rows(_TIERS, "marts.account_tiers", "marts.account_valuations")),
            checks_passed=passed,
            checks_failed=failed,
            pushes=tuple(Push(*row) for row in reader.rows(_PUSHES, "ops.sync_runs", "ops.sync_records")),
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
