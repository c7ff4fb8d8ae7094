"""`marketmap forget`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from orchestration.erasure import Erasure

_SHOWN = 40


@click.command("forget", short_help="Erase a person or a company everywhere.")
@click.argument("who", metavar="EMAIL|CONTACT_ID|DOMAIN|ACCOUNT_ID")
@click.option("--company", is_flag=True, help="WHO is a company: its domain or account_id; its people go with it.")
@click.option("--reason", metavar="TEXT", help="Why, for the record: a ticket, never a name.")
@click.option("--dry-run", is_flag=True, help="Say what would be erased, change nothing.")
def command(who: str, company: bool, reason: str | None, dry_run: bool) -> int:
    """Erase WHO from the warehouse, what is published, the sync history and the inbox; later loads leave them out.

    A keyed hash of their ids and addresses is all that stays. Records in the CRM and at vendors are their owners' to
    delete: the report counts them. Members of audiences are taken out there by the next sync.
    """
    from orchestration import erasure, settings, syncs
    from orchestration.console import stdout
    from orchestration.errors import RequestFault

    if not dry_run and not (reason or "").strip():
        raise RequestFault("An erasure needs --reason, for example the number of the request. --dry-run needs none.")
    current = settings.load()
    done = erasure.forget(
        current.home,
        who,
        (reason or "").strip(),
        is_company=company,
        is_rehearsal=dry_run,
        mirrored=syncs.mirrored(),
    )
    _report(stdout(), done, dry_run)
    return 0


def _report(console: Console, done: Erasure, is_rehearsal: bool) -> None:
    verb = "would be erased" if is_rehearsal else "erased"
    for finding in done.findings[:_SHOWN]:
        blanked = f", {finding.blanked:,} blanked" if finding.blanked else ""
        console.print(f"  {finding.table}: {finding.removed:,} rows{blanked}", markup=False)
    if len(done.findings) > _SHOWN:
        console.print(f"  ... and {len(done.findings) - _SHOWN} more tables")
    for path, count in done.lines.items():
        console.print(f"  {path}: {count:,} lines", markup=False)
    console.print(f"{done.rows:,} rows in {len(done.findings)} tables, {sum(done.lines.values()):,} lines: {verb}.")
    if done.origins:
        held = ", ".join(f"{count:,} in {name}" for name, count in done.origins)
        console.print(f"Still there, for their owners to delete: {held}.", markup=False)
    for path in done.unread:
        console.print(f"Look through it yourself, it cannot be edited: {path}", markup=False)
    if not is_rehearsal:
        console.print("Backups made before hold them still: remove those, or forget again after a restore.")
        console.print("The next run makes the tables anew and takes them out of lists and audiences: marketmap run")
