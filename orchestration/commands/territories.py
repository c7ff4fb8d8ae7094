"""`marketmap territories`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ml.territory import Equity, Proposal


@click.group("territories", short_help="Propose fair territories; approve a proposal, name owners.")
def command() -> None:
    """Share accounts out fairly with the fewest moves. Nothing changes until somebody approves or names an owner."""


@command.command("propose", short_help="The fewest moves that make territories fair.")
@click.option(
    "--pool",
    type=click.Choice(["all", "region", "territory"]),
    default="all",
    show_default=True,
    help="Who shares accounts with whom.",
)
@click.option("--tolerance", type=click.FloatRange(0.001, 1), help="Distance from the mean value, e.g. 0.05.")
@click.option("--save", metavar="NAME", help="Keep the proposal, to be approved.")
def propose(pool: str, tolerance: float | None, save: str | None) -> None:
    """Balance value per active rep; accounts of one family stay together, named exceptions stay where they are."""
    from rich.table import Table

    from orchestration import settings, territories
    from orchestration.console import stdout

    current = settings.load()
    named = territories.propose(current, pool=pool, tolerance=tolerance)
    proposal, console = named.proposal, stdout()
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("rep", "pool", "accounts", "proposed", "value", "proposed"):
        table.add_column(heading, justify="left" if heading in {"rep", "pool"} else "right")
    for row in proposal.reps.to_dict("records"):
        table.add_row(
            named.names.get(row["owner_id"], row["owner_id"]),
            row["region"],
            f"{row['accounts_before']:,}",
            f"{row['accounts_after']:,}",
            f"${row['value_before']:,.0f}",
            f"${row['value_after']:,.0f}",
        )
    console.print(table)
    console.print(f"\n{len(proposal.moves):,} accounts would move ({proposal.moved_ratio:.1%}).")
    console.print(f"  today:    {_words(proposal.before)}\n  proposed: {_words(proposal.after)}")
    _notes(proposal, named.names)
    if save:
        territories.save(current.home, save, named)
        console.print(f"Kept. Approve it with `marketmap territories approve {save} --by NAME --reason WHY`.")


@command.command("approve", short_help="Make a proposal each account's approved next owner.")
@click.argument("name")
@click.option("--by", required=True, help="Who approves.")
@click.option("--reason", required=True, help="Why.")
def approve(name: str, by: str, reason: str) -> None:
    """Write a kept proposal to seed territory_assignments. The owner in the CRM is not written by this."""
    from orchestration import settings, territories
    from orchestration.console import stdout

    count = territories.approve(settings.load(), name, by=by, reason=reason)
    stdout().print(f"{count:,} next owners approved by {by}. The next `marketmap run` shows them.", markup=False)


@command.command("assign", short_help="Name the next owner of many accounts at once.")
@click.argument("accounts", nargs=-1)
@click.option("--list", "lists", multiple=True, help="All accounts of an imported list; may be repeated.")
@click.option("--to", required=True, help="Who should own them: id, e-mail address or name in the CRM.")
@click.option("--by", required=True, help="Who decides.")
@click.option("--reason", required=True, help="Why.")
def assign(accounts: tuple[str, ...], lists: tuple[str, ...], to: str, by: str, reason: str) -> None:
    """Name the next owner of ACCOUNTS (our ids, or the CRM's) and of lists, before every rule and proposal.

    Written to seed territory_assignments under the name of one batch. The owner in the CRM is not written by this: each
    account is aligned when its TSP Last Update Timestamp changes.
    """
    from orchestration import next_owners, settings
    from orchestration.console import stdout

    count, name = next_owners.assign(settings.load(), accounts, lists, to=to, by=by, reason=reason)
    stdout().print(
        f"{name} is the next owner of {count:,} accounts, by {by}. The next `marketmap run` shows it.", markup=False
    )


def _words(equity: Equity) -> str:
    return (
        f"largest {equity.max_min_ratio:.2f} times the smallest, Gini {equity.gini:.3f}, "
        f"at most {equity.largest_deviation_ratio:.0%} from the mean"
    )


def _notes(proposal: Proposal, names: dict[str, str]) -> None:
    from orchestration.console import stderr

    for note in proposal.notes:
        for user, name in names.items():
            note = note.replace(user, name)
        stderr().print(f"! {note}", markup=False)
