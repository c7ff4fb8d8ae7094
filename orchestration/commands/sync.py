"""`marketmap sync`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from orchestration.settings import Settings


@click.command("sync", short_help="Only the CRM sync, or a preview of it.")
@click.argument("name", required=False)
@click.option("--dry-run", is_flag=True, help="Say what would be written, write nothing.")
@click.option("--approve", metavar="REASON", default="", help="Lift the guards: who approves, and why.")
def command(name: str | None, dry_run: bool, approve: str) -> int:
    """Bring a destination to what the warehouse says, without building the warehouse again.

    NAME is a sync as in reverse_etl/syncs, for example salesforce__accounts; without it every sync runs. The gate's
    checks run first, and a red one stops its sync.
    """
    from orchestration import run_lock, settings, syncs
    from orchestration.errors import RequestFault

    current = settings.load()
    names = [syncs.find(current, name).name] if name else sorted(syncs.active(current))
    if not names:
        raise RequestFault("No sync has a destination that is on. Set a destination's credentials (see .env.example).")
    if not current.warehouse.exists():
        raise RequestFault(f"There is no warehouse at {current.warehouse} yet. Build it with `marketmap run`.")
    with run_lock.hold(current.home):
        return _preview(current, names, approve) if dry_run else _write(current, names, approve)


def _preview(settings: Settings, names: list[str], approval: str) -> int:
    from orchestration import syncs
    from orchestration.console import stdout

    settings.export()
    console = stdout()
    refused = False
    for name in names:
        report = syncs.run(settings, name, mode="dry_run", approval=approval, progress=lambda _text: None)
        refused |= report.status not in {"succeeded", "partial"}
        for line in report.messages or (report.message,):
            console.print(line, markup=False)
        for example in report.examples:
            console.print(f"  {example}", markup=False)
    return 1 if refused else 0


def _write(settings: Settings, names: list[str], approval: str) -> int:
    from orchestration import automation
    from orchestration.commands.reports import explain
    from orchestration.console import narrated
    from orchestration.job import Job

    with narrated(settings.logs):
        job = Job(settings)
        reports = [job.run(automation.sync_job(name), approval=approval) for name in names]
    for report in reports:
        if not report.succeeded:
            explain(report)
    return 0 if all(report.succeeded for report in reports) else 1
