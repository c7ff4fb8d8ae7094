"""Two syncs to one org at once: each keeps its own ledger, and together they keep to the day's calls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from threading import Barrier

import pyarrow as pa
import pytest

from connections.http import Connection
from connections.retry import RetryPolicy
from connections.salesforce import SalesforceCredentials, open_salesforce
from reverse_etl.destinations import Batch, Channel
from reverse_etl.destinations.salesforce import SalesforceDestination
from reverse_etl.engine import run
from reverse_etl.report import SyncReport
from reverse_etl.spec import SyncSpec
from tests.integration.reverse_etl.conftest import FIELDS, Desk, make_spec

SINGLE = (Channel("collections", from_records=0, batch_records=1, window_records=2_000, batch_bytes=4_000_000),)
QUICK = RetryPolicy(attempts=4, base_seconds=0.01, cap_seconds=0.05)
OTHER = {"notes": "Description", "annual_revenue": "AnnualRevenue"}


class Waiting(SalesforceDestination):
    """An org that nobody writes to before both know what they may spend."""

    def __init__(self, connection: Connection, barrier: Barrier | None) -> None:
        super().__init__(connection, channels=SINGLE)
        self.limits = replace(self.limits, retry_seconds=0.01)
        self._barrier = barrier

    def write(self, batch: Batch) -> pa.Table:
        """Wait for the other once, then write."""
        if self._barrier:
            self._barrier.wait(60)
            self._barrier = None
        return super().write(batch)


@pytest.fixture
def specs(desk: Desk) -> list[SyncSpec]:
    """Two syncs over the same eleven accounts, with other fields each."""
    for column, target in OTHER.items():
        desk.sql(
            "insert into seeds.field_map values ('other', ?, ?, 'always', 'push', 'marketmap', '', '')", column, target
        )
    desk.change("notes = 'note ' || icp_fit_score, annual_revenue = icp_fit_score * 10")
    guards = {"max_changed_ratio": 1.0, "sample_records": 3}
    return [make_spec(guards=guards), make_spec(name="other", reasons={}, guards=guards)]


@contextmanager
def both(desk: Desk, *, waiting: bool) -> Iterator[list[SalesforceDestination]]:
    """A connection for each sync, as the job opens them."""
    env = desk.sandbox.env
    credentials = SalesforceCredentials(
        env["SALESFORCE_BASE_URL"], env["SALESFORCE_CLIENT_ID"], env["SALESFORCE_CLIENT_SECRET"]
    )
    barrier = Barrier(2) if waiting else None
    with open_salesforce(credentials, retry=QUICK) as one, open_salesforce(credentials, retry=QUICK) as other:
        yield [Waiting(one, barrier), Waiting(other, barrier)]


def run_both(desk: Desk, specs: Sequence[SyncSpec], *, waiting: bool = False) -> list[SyncReport]:
    """Run the two syncs at once."""
    with both(desk, waiting=waiting) as destinations, ThreadPoolExecutor(2) as pool:
        started = [
            pool.submit(run, spec, warehouse=desk.warehouse, destination=destination)
            for spec, destination in zip(specs, destinations, strict=True)
        ]
        return [future.result() for future in started]


def test_syncs_at_once_corrupt_neither_ledger_nor_records(desk: Desk, specs: list[SyncSpec]) -> None:
    desk.sql("select 1")  # keeps the file open, as the job does
    for turn in range(2):
        desk.change(
            f"icp_fit_score = icp_fit_score + {turn}, notes = notes || '.', annual_revenue = annual_revenue + 1"
        )
        desk.sandbox.fault("salesforce", "drop_after_commit", path="/composite/sobjects$", method="PATCH", count=2)
        reports = run_both(desk, specs)
        assert [report.status for report in reports] == ["succeeded"] * 2, [report.messages for report in reports]
    held = [desk.held(number, *FIELDS.values(), *OTHER.values()) for number in range(1, 12)]
    columns = ", ".join([*FIELDS, *OTHER])
    wanted = desk.sql(f"select {columns} from activation.sync_salesforce__accounts order by salesforce_account_id")
    assert held == [[float(value) if isinstance(value, Decimal) else value for value in row] for row in wanted]
    assert desk.sql("select count(*) from ops.sync_in_flight") == [(0,)]
    ledgers = (
        "select sync, count(distinct record_key), count(distinct field) from ops.sync_ledger group by all order by 1"
    )
    assert desk.sql(ledgers) == [("other", 11, 2), ("salesforce__accounts", 11, 4)]
    assert [report.api_calls for report in run_both(desk, specs)] == [0, 0]


def test_syncs_at_once_share_what_is_left_of_the_days_calls(desk: Desk, specs: list[SyncSpec]) -> None:
    run_both(desk, specs)
    desk.change("icp_fit_score = icp_fit_score + 1, notes = notes || '.'")
    used = int(desk.sandbox.control.post("/quotas", json={"service": "salesforce"}).json()["used"])
    # Enough for all of one sync and a part of the other, after the fifth that stays for other tools.
    desk.sandbox.configure("salesforce", daily_calls=int((used + 25) / 0.8))
    reports = run_both(desk, specs, waiting=True)
    assert [report.status for report in reports] == ["succeeded"] * 2, [report.messages for report in reports]
    whole, part = sorted(reports, key=lambda report: report.later)
    assert (whole.accepted, whole.later) == (11, 0)
    assert 0 < part.accepted < 11
    assert part.later == 11 - part.accepted
    assert "for syncs at work beside this one" in " ".join(part.messages)

    desk.sandbox.configure("salesforce", daily_calls=100_000)
    assert sorted(report.accepted for report in run_both(desk, specs)) == [0, part.later]
    assert desk.held(11, "Description", "ICP_Fit_Score__c") == ["note 16.5.", 17.5]
