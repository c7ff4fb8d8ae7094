"""The summary as a person reads it at the end of a run."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rich.console import Console
from rich.table import Table

from orchestration.settings import System, title
from orchestration.summary import Calls, Facts, Push

_BAR_CELLS = 28


def render(console: Console, facts: Facts, *, off: Iterable[System], seconds: float) -> None:
    """Print the facts of one run that took `seconds`."""
    console.print()
    table = Table.grid(padding=(0, 3))
    table.add_column(style="bold")
    table.add_column()
    for label, value in _lines(facts):
        table.add_row(label, value)
    off_titles = ", ".join(system.title for system in off)
    if off_titles:
        table.add_row("Off", f"[yellow]{off_titles}[/] [dim](no credentials in the environment)[/]")
    table.add_row("Time", f"{seconds:.1f} s")
    console.print(table)
    if facts.tiers:
        console.print()
        console.print(_tiers(facts))


def next_steps(console: Console, home: str) -> None:
    """Where to look from here."""
    query = "select account_name, domain, tier, fit_score from dim_accounts join account_tiers using (account_id)"
    console.print("\n[bold]Where to look next[/]")
    console.print(f'  marketmap sql "{query} order by fit_score desc limit 10"', soft_wrap=True)
    console.print("  marketmap status     [dim]what is published, what ran last, what is left of the API limits[/]")
    console.print("  marketmap ui         [dim]the lineage, every run and every check at http://127.0.0.1:3000[/]")
    console.print(f"  [dim]all state is in {home}[/]")


def _lines(facts: Facts) -> Iterable[tuple[str, str]]:
    landed = " · ".join(f"{title(landing.source)} {landing.rows:,}" for landing in facts.landings)
    yield "Rows landed", landed or "none"
    yield "Accounts", f"{facts.records:,} records are [bold]{facts.accounts:,}[/] accounts, {facts.contacts:,} people"
    total = facts.checks_passed + facts.checks_failed
    failed = f", [yellow]{facts.checks_failed:,} need a look[/]" if facts.checks_failed else ""
    yield "Checks", f"{facts.checks_passed:,} of {total:,} passed{failed}"
    for push in facts.pushes:
        yield "Pushed", _pushed(push)
    yield "API calls", " · ".join(map(_called, facts.calls)) or "none"


def _pushed(push: Push) -> str:
    target, _, entity = push.sync.partition("__")
    what = f"[bold]{push.fields:,}[/] fields on {push.records:,} {title(target)} {entity}"
    rejected = f", [yellow]{push.rejected:,} refused[/]" if push.rejected else ""
    return f"{what}{rejected}, {push.unchanged:,} already right"


def _called(calls: Calls) -> str:
    share = f" ({calls.calls / calls.daily_limit:.1%} of the day's {calls.daily_limit:,})" if calls.daily_limit else ""
    return f"{title(calls.system)} {calls.calls:,}{share}"


def _tiers(facts: Facts) -> Table:
    largest = max(tier.accounts for tier in facts.tiers)
    table = Table(box=None, padding=(0, 2), header_style="dim")
    table.add_column("Tier", style="bold")
    table.add_column("Accounts", justify="right")
    table.add_column("")
    table.add_column("Valuation", justify="right")
    for tier in facts.tiers:
        bar = "█" * max(1, round(tier.accounts / largest * _BAR_CELLS))
        table.add_row(tier.name, f"{tier.accounts:,}", f"[cyan]{bar}[/]", dollars(tier.valuation_usd))
    total = sum((tier.valuation_usd for tier in facts.tiers), Decimal(0))
    table.add_row("", f"{sum(tier.accounts for tier in facts.tiers):,}", "", dollars(total), style="dim")
    return table


def dollars(amount: Decimal) -> str:
    """An amount in USD at a glance: `$412.3 M`."""
    for size, unit in ((Decimal(10**9), " B"), (Decimal(10**6), " M"), (Decimal(10**3), " k")):
        if abs(amount) >= size:
            return f"${amount / size:,.1f}{unit}"
    return f"${amount:,.0f}"
