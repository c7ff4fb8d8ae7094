"""`marketmap personas`."""

from __future__ import annotations

import click


@click.group("personas", short_help="Who decides at Tier 1 accounts: how many are known, find the others.")
def command() -> None:
    """Find the people who decide and whom the CRM does not know yet. Accounts and their tiers stay as they are."""


@command.command("find", short_help="Find missing people at a vendor; each costs a credit.")
@click.option("--most", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Requests to work off.")
@click.option("--dry-run", is_flag=True, help="Only say what is missing.")
def find(most: int, dry_run: bool) -> None:
    """Work off marts.persona_requests, the first priority first. The next `marketmap run` links who was found."""
    from orchestration import people_search, run_lock, settings
    from orchestration.console import stdout

    current, console = settings.load(), stdout()
    need = people_search.need(current)
    console.print(f"{need.covered:,} of {need.accounts:,} Tier 1 accounts have a Tier 1 persona ({need.ratio:.0%}).")
    if dry_run:
        return
    with run_lock.hold(current.home), console.status("Looking ..."):
        outcome = people_search.search(current, most=most, say=console.print)
    console.print(
        f"{outcome.found:,} people found for {outcome.searched:,} requests, {outcome.bought:,} of them bought now."
    )
    if outcome.list_name:
        console.print(f"Landed as the list {outcome.list_name}. The next `marketmap run` links them.", markup=False)
