"""A load that is killed at any moment: the next one completes it, with no loss and no twin."""

from __future__ import annotations

import multiprocessing
import random
import signal
import time
from multiprocessing.context import ForkServerContext
from typing import Any

import pytest

from ingestion import load
from ingestion.salesforce.objects import SalesforceOptions

from .conftest import Lake
from .sources import CASES
from .test_every_resource import twins

# Small rounds and bulk pages, so that the moments between extract, commit and memory come often.
SETTINGS: dict[str, dict[str, Any]] = {
    "salesforce": {"options": SalesforceOptions(bulk_above=25, bulk_page_rows=40), "rows_per_round": 60},
    "marketo": {"rows_per_round": 60},
}


# Forty loads, each in a process of its own that first reads its code.
_LONG = (pytest.mark.full, pytest.mark.timeout(1500))


def kill_at_random(lake: Lake, source: str, times: int, seed: int) -> int:
    """Start loads and kill each at a moment drawn from the time a whole load takes; returns how many were under way."""
    chance = random.Random(seed)
    context: ForkServerContext = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["ingestion"])
    settings = {
        "source_name": source,
        "credentials": CASES[source].credentials(lake.sandbox.env),
        "warehouse": lake.warehouse,
        "state_dir": lake.state_dir,
        **SETTINGS[source],
    }
    interrupted, longest = 0, 3.0
    for _ in range(times):
        process = context.Process(target=load, kwargs=settings)
        process.start()
        began = time.monotonic()
        process.join(timeout=chance.uniform(0.3, longest))
        if process.exitcode is None and process.pid is not None:
            process.kill()
            process.join()
        if process.exitcode == -signal.SIGKILL:
            interrupted += 1
        else:  # at its end before the kill, be it by a moment
            assert process.exitcode == 0
            longest = time.monotonic() - began
        process.close()
    return interrupted


@pytest.mark.parametrize(
    ("source", "times"),
    [
        ("salesforce", 3),
        pytest.param("salesforce", 20, marks=_LONG),
        pytest.param("marketo", 20, marks=_LONG),
    ],
)
def test_a_killed_load_is_completed_by_the_next(lake: Lake, source: str, times: int) -> None:
    case = CASES[source]
    case.prepare(lake)
    assert kill_at_random(lake, source, times, seed=times) > 0
    case.load(lake)
    assert case.differences(lake) == {}
    assert twins(lake, case) == {}
    case.edit(lake)
    kill_at_random(lake, source, times // 3, seed=times + 1)
    case.load(lake)
    assert case.differences(lake) == {}
    assert twins(lake, case) == {}
