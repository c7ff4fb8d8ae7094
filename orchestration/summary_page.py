"""The summary as a person reads it at the end of a run."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration.settings import System, title
from orchestration.summary import Facts, Push

_BAR_CELLS = 28


def render(console: Console, facts: Facts, *, off: Iterable[System], seconds: float) -> None:
    """Print the facts of one run that took `seconds`."""
    titles = ", ".join(system.title for system in off)
    for block in (_traffic(facts), _figures(facts, titles, seconds), _tiers(facts)):
        if block is not None:
            console.print()
            console.print(block)


def next_steps(console: Console, home: str) -> None:
    """Where to look from here."""
    query = "select account_name, tier, fit_score from dim_accounts join account_tiers using (account_id) limit 10"
    console.print("\n[bold]Where to look next[/]")
    console.print(f'  marketmap sql "{query}"', soft_wrap=True)
    console.print("  marketmap status   [dim]what is published, what ran last, what is left of the API limits[/]")
    console.print("  marketmap ui       [dim]the lineage, every run and every check at http://127.0.0.1:3000[/]")
    console.print(f"  [dim]all state is in {escape(home)}[/]", soft_wrap=True)


def _traffic(facts: Facts) -> Table | None:
    if not facts.traffic:
        return None
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim", pad_edge=False)
    table.add_column("Source", style="bold")
    table.add_column("Rows landed", justify="right")
    table.add_column("API calls", justify="right")
    table.add_column("of the day's limit")
    for entry in facts.traffic:
        limit = f"{entry.calls / entry.daily_limit:.1%} of {entry.daily_limit:,}" if entry.daily_limit else "[dim]-[/]"
        table.add_row(title(entry.system), f"{entry.rows:,}", f"{entry.calls:,}", limit)
    return table


def _figures(facts: Facts, off: str, seconds: float) -> Table:
    table = Table.grid(padding=(0, 3, 0, 0))
    table.add_column(style="bold")
    table.add_column()
    unified = f"{facts.records:,} records are [bold]{facts.accounts:,}[/] accounts"
    table.add_row("Unified", f"{unified}, with {facts.contacts:,} people")
    total = facts.checks_passed + facts.checks_failed
    failed = f", [yellow]{facts.checks_failed:,} to look at[/]" if facts.checks_failed else ""
    table.add_row("Checks", f"{facts.checks_passed:,} of {total:,} passed{failed}" if total else "none ran")
    for push in facts.pushes:
        if push.records or push.rejected or push.unchanged:  # a list without members is no news
            table.add_row("Pushed", _pushed(push))
    if off:
        table.add_row("Off", f"[yellow]{off}[/] [dim](no credentials in the environment)[/]")
    table.add_row("Took", f"{seconds:.1f} s")
    return table


def _pushed(push: Push) -> str:
    target, _, entity = push.sync.partition("__")
    what = f"[bold]{push.fields:,}[/] fields on {push.records:,} {title(target)} {entity}"
    rejected = f", [yellow]{push.rejected:,} refused[/]" if push.rejected else ""
    return f"{what}{rejected}, {push.unchanged:,} already right"


def _tiers(facts: Facts) -> Table | None:
    if not facts.tiers:
        return None
    largest = max(tier.accounts for tier in facts.tiers)
    table = Table(box=None, padding=(0, 3, 0, 0), header_style="dim", pad_edge=False)
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
