"""A process killed at any point leads to no duplicate and no lost record after the next run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from reverse_etl.destinations import Channel
from tests.integration.reverse_etl.conftest import Desk, make_spec

ROOT = Path(__file__).parents[3]
# Eleven records in batches of four; Bulk takes over where it is allowed.
SMALL = Channel("collections", 0, batch_records=4, window_records=8, batch_bytes=1_000_000)
BULK = Channel("bulk", 3, batch_records=4, window_records=20, batch_bytes=1_000_000)


def die(desk: Desk, point: str, number: int) -> None:
    """Run the sync in a process that kills itself."""
    desk.leave()
    env = desk.sandbox.env
    context = {
        "channels": [asdict(channel) for channel in desk.channels],
        "spec": desk.spec.model_dump(),
        "warehouse": str(desk.warehouse),
        "credentials": {name: env[f"SALESFORCE_{name.upper()}"] for name in ("base_url", "client_id", "client_secret")},
    }
    command = [sys.executable, str(Path(__file__).with_name("doomed.py")), point, str(number), json.dumps(context)]
    ended = subprocess.run(command, cwd=ROOT, env=subprocess_environment(), capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()


def subprocess_environment() -> dict[str, str]:
    """This process's environment, with the repository on the path."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


@pytest.mark.parametrize(
    ("is_bulk", "point", "number"),
    [
        (False, "intended", 1),
        (False, "committed", 3),
        (False, "recorded", 2),
        (True, "announced", 1),
        (True, "committed", 2),
        (True, "started", 1),
    ],
)
def test_after_a_kill_the_next_run_completes_without_a_second_write(
    desk: Desk, is_bulk: bool, point: str, number: int
) -> None:
    desk.channels = (SMALL, BULK) if is_bulk else (SMALL,)
    desk.spec = make_spec(guards={"sample_records": 1})
    die(desk, point, number)

    report = desk.run()
    assert report.status == "succeeded", report.messages
    assert desk.writes() == 11
    per_value = (
        "select record_key, field from ops.sync_records where status = 'accepted' group by all having count(*) <> 1"
    )
    assert desk.sql(per_value) == []
    held = desk.sql("select count(*), count(distinct record_key) from ops.sync_ledger")
    assert held == [(44, 11)]
    assert desk.sql("select count(*) from ops.sync_in_flight union all select count(*) from ops.sync_tickets") == [
        (0,),
        (0,),
    ]
    assert desk.sql("select sum(accepted) from ops.sync_runs") == [(11,)]
    assert desk.sql("select count(*) from ops.sync_runs where status = 'interrupted'") == [(1,)]
    assert desk.held(11, "Account_Tier__c", "Last_Intent_Topic__c") == ["Tier 3", "Topic 11"]
    assert desk.run().api_calls == 0
