"""`marketmap run`."""

from __future__ import annotations

import click


@click.command("run", short_help="The whole job once: land, build, publish, sync.")
@click.option("--full-refresh", is_flag=True, help="Rebuild every incremental model from the start.")
@click.option(
    "--select",
    metavar="SELECTION",
    help="Run only these assets, in Dagster's syntax: 'key:\"raw_salesforce/*\"+', 'group:marts_core', 'kind:dbt'.",
)
@click.option(
    "--approve",
    metavar="REASON",
    default="",
    help="Lift the syncs' guards for this run: who approves, and why. Look at `marketmap sync --dry-run` first.",
)
def command(full_refresh: bool, select: str | None, approve: str) -> int:
    """Land, build, resolve, check, publish and sync: the whole job once.

    Nothing is touched unless the seeds are valid, every system answers and the CRM has the fields. Exit code 1 and one
    line per fault when a step failed; the full log stands in MARKETMAP_HOME/logs.
    """
    from orchestration import run_lock, settings
    from orchestration.commands.reports import explain, summarise
    from orchestration.console import narrated, stdout
    from orchestration.job import Job

    current = settings.load()
    with run_lock.hold(current.home), narrated(current.logs):
        report = Job(current).run(select=select, full_refresh=full_refresh, approval=approve)
    if not report.succeeded:
        explain(report)
        return 1
    if current.published.exists():
        summarise(current, report)
    else:
        stdout().print(f"Done in {report.seconds:.1f} s. Nothing is published yet; `marketmap run` does the rest.")
    return 0
