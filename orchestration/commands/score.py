"""`marketmap score`."""

from __future__ import annotations

import click


@click.command("score", short_help="Bring scores and stages up to date now, without the whole job.")
@click.argument("accounts", nargs=-1)
def command(accounts: tuple[str, ...]) -> None:
    """Land what is new, score whom it concerns, and publish: minutes after an event, without the whole job.

    ACCOUNTS (our ids) are scored anew whatever has happened to them. Needs one `marketmap run` before.
    """
    from orchestration import account_trace, increment, query, run_lock, settings
    from orchestration.console import narrated, stdout
    from orchestration.transformation import Transformation

    current = settings.load()
    with run_lock.hold(current.home), narrated(current.logs):
        done = increment.run(current, Transformation(current.project_dir, current.home), accounts)
    console = stdout()
    console.print(
        f"{done.accounts:,} accounts and {done.people:,} people scored anew in {done.seconds:.0f} s,"
        f" finished at {done.finished_at:%Y-%m-%d %H:%M:%S} UTC."
    )
    if accounts:
        console.print(query.as_table(account_trace.standing(current.published, accounts)))
