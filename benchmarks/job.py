"""The whole job against the sandbox: seconds and peak memory per step, then the same again with nothing changed.

As the README says it: `marketmap init`, which reads the dbt project once, then `marketmap run` twice.
Full size: 10,000 accounts with 100,000 contacts and 1,000,000 activities; quick: 1,000 accounts.
Steps are Dagster's own, read from its run history; memory is that of the job's process tree, sampled.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import httpx
from rich.console import Console

from benchmarks.metrics import Metric
from benchmarks.processes import Observation, observe, running_sandbox

SEED = 7


def _steps(dagster_home: Path) -> list[tuple[str, float, float]]:
    """Return (step, start, end) in epoch seconds of the newest run."""
    from dagster import DagsterInstance

    os.environ["DAGSTER_HOME"] = str(dagster_home)
    with DagsterInstance.get() as instance:
        newest = instance.get_runs(limit=1)[0]
        stats = instance.get_run_step_stats(newest.run_id)
    timed = [(step.step_key, step.start_time, step.end_time) for step in stats]
    return sorted(
        ((key, start, end) for key, start, end in timed if start is not None and end is not None),
        key=lambda step: step[1],
    )


def _write_count(environment: dict[str, str]) -> int:
    answer = httpx.get(
        f"{environment['SANDBOX_CONTROL_URL']}/writes", params={"service": "salesforce", "limit": "0"}, timeout=60
    )
    return int(answer.raise_for_status().json()["total"])


def _step_metrics(home: Path, job: Observation) -> list[Metric]:
    metrics = []
    for step, start, end in _steps(home / "dagster"):
        metrics.append(Metric(f"{step}_seconds", end - start, "s"))
        metrics.append(Metric(f"{step}_peak_gb", job.peak_gb(start, end), "GB"))
    return metrics


def run(*, quick: bool, console: Console) -> list[Metric]:
    """Measure one first and one unchanged second run; raises RuntimeError when either fails."""
    accounts = 1_000 if quick else 10_000
    with tempfile.TemporaryDirectory(prefix="marketmap-job-") as scratch:
        home = Path(scratch) / "home"
        console.print(f"Making and serving a sandbox of {accounts:,} accounts ...")
        with running_sandbox(Path(scratch) / "sandbox", accounts, SEED) as environment:
            environment = {**environment, "MARKETMAP_HOME": str(home)}
            program = str(Path(sys.executable).with_name("marketmap"))
            console.print("Checking the systems and reading the project ...")
            prepared = observe([program, "init"], environment, Path(scratch))
            command = [program, "run"]
            console.print("First run ...")
            first = observe(command, environment, Path(scratch))
            steps = _step_metrics(home, first)
            written = _write_count(environment)
            console.print("Second run, nothing changed ...")
            second = observe(command, environment, Path(scratch))
            rewritten = _write_count(environment) - written
    return [
        Metric("accounts", accounts, "records"),
        Metric("init_seconds", prepared.seconds, "s"),
        Metric("job_seconds", first.seconds, "s"),
        Metric("job_peak_gb", first.peak_gb(), "GB"),
        Metric("second_run_seconds", second.seconds, "s", "job_seconds"),
        Metric("second_run_peak_gb", second.peak_gb(), "GB", "job_peak_gb"),
        Metric("second_run_writes", rewritten, "writes"),
        *steps,
    ]
