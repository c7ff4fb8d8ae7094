"""`marketmap sync`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from orchestration.settings import Settings


@click.command("sync", short_help="Only the CRM sync, or a preview of it.")
@click.argument("name", required=False)
@click.option("--dry-run", is_flag=True, help="Say what would be written, write nothing.")
@click.option(
    "--sample", metavar="N", type=click.IntRange(1, 200), help="Write N telling records, read them back, end."
)
@click.option(
    "--resync", metavar="REASON", default="", help="Compare every record with the destination again, and why."
)
@click.option("--approve", metavar="REASON", default="", help="Lift the guards: who approves, and why.")
@click.option(
    "--fields",
    is_flag=True,
    help="Say which fields of the CRM the syncs need, which are missing, and which rules there concern them; end.",
)
@click.option("--verify", is_flag=True, help="Compare the destination with what it acknowledged; end.")
@click.option("--package", metavar="DIR", type=click.Path(path_type=Path), help="With --fields: write what makes them.")
def command(
    name: str | None,
    dry_run: bool,
    sample: int | None,
    resync: str,
    approve: str,
    fields: bool,
    verify: bool,
    package: Path | None,
) -> int:
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
    if fields or package:
        return _check_fields(current, names, package)
    if not current.warehouse.exists():
        raise RequestFault(f"There is no warehouse at {current.warehouse} yet. Build it with `marketmap run`.")
    with run_lock.hold(current.home):
        if verify:
            return _verify(current, names)
        if dry_run:
            return _preview(current, names, approval=approve, resync=resync, sample=sample or 0)
        return _write(current, names, approval=approve, resync=resync, sample=sample or 0)


def _check_fields(settings: Settings, names: list[str], package: Path | None) -> int:
    """One line per field and per rule; 1 if a field is missing. The package makes it with any Metadata API tool."""
    from orchestration import field_checks, syncs
    from orchestration.console import stdout

    settings.export()
    console = stdout()
    salesforce = [name for name in names if syncs.declared()[name].destination == "salesforce"]
    report = field_checks.check(settings, salesforce or names)
    for field in report.fields:
        console.print(f"{'✓' if field.check.state == 'fits' else '✗'} {field}", markup=False)
    for rule in report.rules:
        console.print(f"  {rule}", markup=False)
    for path in field_checks.write_package(report.checks, package) if package else ():
        console.print(f"  wrote {path}", markup=False)
    return 0 if all(check.state == "fits" for check in report.checks) else 1


def _verify(settings: Settings, names: list[str]) -> int:
    """Counts and every difference, with who changed the record last; 1 if there is one."""
    from orchestration import syncs
    from orchestration.console import stdout

    settings.export()
    console = stdout()
    found = [syncs.verify(settings, name) for name in names]
    for reconciliation in found:
        console.print(reconciliation.lines[0], markup=False)
        for line in reconciliation.lines[1:]:
            console.print(f"  {line}", markup=False)
    return 0 if all(reconciliation.is_equal for reconciliation in found) else 1


def _preview(settings: Settings, names: list[str], **asked: Any) -> int:
    """Per sync: what would be written, by field, with values before and after and why; nothing is written."""
    from orchestration import syncs
    from orchestration.console import stdout

    settings.export()
    console = stdout()
    refused = False
    for name in names:
        report = syncs.run(settings, name, mode="dry_run", progress=lambda _text: None, **asked)
        refused |= report.status not in {"succeeded", "partial"}
        for line in report.messages or (report.message,):
            console.print(line, markup=False)
        for field, count in report.values_by_field.items():
            console.print(f"  {field}: {count:,} values", markup=False)
        for example in report.examples:
            console.print(f"    {example}", markup=False)
    return 1 if refused else 0


def _write(settings: Settings, names: list[str], **asked: Any) -> int:
    from orchestration import automation
    from orchestration.commands.reports import explain
    from orchestration.console import narrated
    from orchestration.job import Job

    with narrated(settings.logs):
        job = Job(settings)
        reports = [job.run(automation.sync_job(name), **asked) for name in names]
    for report in reports:
        if not report.succeeded:
            explain(report)
    return 0 if all(report.succeeded for report in reports) else 1
