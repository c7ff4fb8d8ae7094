"""What each step of a run took is kept, and read by people."""

import time
from pathlib import Path

import dagster as dg
import duckdb

from orchestration.publication import REPORTS
from orchestration.resources import ActiveRun

MEGABYTES = 200


@dg.asset
def modest(run: ActiveRun) -> None:
    """Uses next to nothing."""


@dg.asset(deps=[modest])
def greedy(run: ActiveRun) -> None:
    """Holds much for a while, and works for it."""
    held = bytearray(MEGABYTES * 1_000_000)
    until = time.monotonic() + 1
    while time.monotonic() < until:
        held[:] = bytes(len(held))


def test_each_step_s_seconds_and_memory_are_kept(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        connection.execute("create schema ops")
    resources = {"run": ActiveRun(home=str(tmp_path))}
    with dg.DagsterInstance.ephemeral() as instance:
        assert dg.materialize([modest, greedy], instance=instance, resources=resources).success
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as connection:
        kept = connection.execute(
            "select step, seconds >= 0, cpu_seconds > 0, peak_bytes from ops.step_resources order by started_at"
        ).fetchall()
    assert [(step, *true) for step, *true, _ in kept] == [("modest", True, True), ("greedy", True, True)]
    assert kept[1][3] - kept[0][3] > 0.8 * MEGABYTES * 1_000_000
    assert "ops.step_resources" in REPORTS


@dg.asset
def refused(run: ActiveRun) -> None:
    """Ends before it did anything."""
    raise dg.Failure("refused")


def test_a_run_that_did_nothing_leaves_the_warehouse_as_it_was(tmp_path: Path) -> None:
    warehouse = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("create schema ops")
    resources = {"run": ActiveRun(home=str(tmp_path))}
    with dg.DagsterInstance.ephemeral() as instance:
        assert dg.materialize([modest], instance=instance, resources=resources).success  # brings its tables up to date
        before = warehouse.read_bytes()
        assert not dg.materialize([refused], instance=instance, resources=resources, raise_on_error=False).success
    assert warehouse.read_bytes() == before
