"""`marketmap demo`."""

from __future__ import annotations

import shutil
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from orchestration.settings import Settings


@click.command("demo", short_help="The whole job on a made-up market, twice.")
@click.option(
    "--accounts", default=2000, show_default=True, type=click.IntRange(200, 100_000), help="Size of the market."
)
@click.option("--seed", default=7, show_default=True, help="The same seed makes the same market.")
@click.option("--keep", is_flag=True, help="Keep the sandbox running afterwards, until Ctrl-C.")
def command(accounts: int, seed: int, keep: bool) -> int:
    """Run the whole job on a made-up market, twice, and show what came of it.

    Starts the sandbox, ignores every real system in the environment, and stops the sandbox at the end.
    """
    from orchestration import sandbox_process, settings
    from orchestration.console import stdout

    console = stdout()
    base = settings.load(systems={})
    _start_afresh(base.home)
    started = time.monotonic()
    console.print(f"Making a market of [bold]{accounts:,}[/] accounts (seed {seed}) and serving it on 127.0.0.1 ...")
    with sandbox_process.starting(base.home / "sandbox", accounts, seed) as wait:
        _prepare(base)  # while the sandbox makes its market on the other core
        environment = wait()
        (base.home / settings.DEMO).write_text(environment.read_text(encoding="utf-8"), encoding="utf-8")
        console.print(f"[dim]The sandbox listens after {time.monotonic() - started:.0f} s.[/]")
        current = settings.load(systems=settings.read_dotenv(environment))
        code = _run_twice(current, console)
        if keep:
            _serve_on(environment, console)
    return code


def _prepare(settings: Settings) -> None:
    from orchestration import ahead, job
    from orchestration.console import narrated

    with narrated(settings.logs):
        job.prepare(settings)
        ahead.import_packages()


def _run_twice(settings: Settings, console: Console) -> int:
    from orchestration.commands.reports import explain, summarise
    from orchestration.console import narrated
    from orchestration.job import Job
    from orchestration.summary_page import next_steps

    console.print("\n[bold]First run[/]")
    with narrated(settings.logs):
        job = Job(settings)
        report = job.run()
    if not report.succeeded:
        explain(report)
        return 1
    summarise(settings, report)
    console.print("\n[bold]Second run, nothing changed[/]")
    with narrated(settings.logs):
        again = job.run()
    if not again.succeeded:
        explain(again)
        return 1
    facts = summarise(settings, again)
    console.print(
        f"\n[bold]{facts.fields_pushed:,} writes[/] in the second run: what the CRM already holds is not sent again."
    )
    next_steps(console, str(settings.home))
    return 0


def _start_afresh(home: Path) -> None:
    """Empty a former demo's home; refuse one that holds something else."""
    from orchestration import run_lock, settings
    from orchestration.errors import RequestFault

    with run_lock.hold(home):
        if (home / "warehouse.duckdb").exists() and not (home / settings.DEMO).exists():
            raise RequestFault(
                f"{home} holds a warehouse that no demo made. Set MARKETMAP_HOME to another folder for the demo."
            )
        for name in ("warehouse.duckdb", "warehouse.duckdb.wal", "published.duckdb"):
            (home / name).unlink(missing_ok=True)
        for name in ("state", "sandbox"):
            shutil.rmtree(home / name, ignore_errors=True)
        (home / settings.DEMO).touch()  # says that this home holds a demo and nothing else


def _serve_on(environment: Path, console: Console) -> None:
    console.print(f"\nThe sandbox keeps running ({environment}); Ctrl-C stops it.")
    # Dagster ends on SIGTERM as it does on SIGINT, which a job in a script's background was born to ignore.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print("Stopping the sandbox.")
