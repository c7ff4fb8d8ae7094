"""`marketmap whatif`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from orchestration.trial_comparison import Comparison

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("whatif", short_help="Try other rules; nothing in production changes.")
@click.option("--icp", type=_FILE, help="Other ICP vectors (as seeds/icp_vectors.csv).")
@click.option("--thresholds", type=_FILE, help="Other tier thresholds (as seeds/tier_thresholds.csv).")
@click.option("--valuation", type=_FILE, help="Other valuation methods (as seeds/valuation_methods.csv).")
@click.option("--seed", "others", metavar="NAME=FILE", multiple=True, help="Any other seed; may be repeated.")
@click.option("--trial", metavar="NAME", help="Try a saved trial again.")
@click.option("--save", metavar="NAME", help="Keep these files as a trial of that name.")
@click.option("--promote", metavar="NAME", help="Make a saved trial the project's seeds; the next run follows them.")
@click.option("--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True)
def command(
    icp: Path | None,
    thresholds: Path | None,
    valuation: Path | None,
    others: tuple[str, ...],
    trial: str | None,
    save: str | None,
    promote: str | None,
    form: str,
) -> None:
    """Show what other rules would do: accounts and value by tier, and who moves, beside today's.

    Reads the published warehouse and writes nothing to it. Without files it tries the project's seeds as they stand:
    what the next run will make of an edit.
    """
    from orchestration import saved_trials, settings, trials
    from orchestration.console import stdout
    from orchestration.trial_comparison import compare

    current = settings.load()
    if promote:
        for path in saved_trials.promote(current.home, current.project_dir, promote):
            stdout().print(
                f"{path} now holds the trial {promote}. The next `marketmap run` follows it.", soft_wrap=True
            )
        return
    files = saved_trials.files_of(current.home, trial) if trial else {}
    named = {"icp_vectors": icp, "tier_thresholds": thresholds, "valuation_methods": valuation}
    files |= {seed: path for seed, path in named.items() if path is not None} | _others(others)
    with trials.trial(current, files) as connection:
        comparison = compare(connection)
    if save:
        saved_trials.save(current.home, current.project_dir, save, files)
    if form == "json":
        click.echo(json.dumps(comparison.as_json(), ensure_ascii=False, indent=1))
    else:
        _show(comparison)
    if save and form == "table":
        stdout().print(f"Saved. Make it the rules in force with `marketmap whatif --promote {save}`.")


def _others(given: tuple[str, ...]) -> dict[str, Path]:
    from orchestration.errors import RequestFault

    if wrong := [pair for pair in given if "=" not in pair]:
        raise RequestFault(f"{', '.join(wrong)} names no file; write --seed NAME=FILE.")
    return {name: Path(path) for name, _, path in (pair.partition("=") for pair in given)}


def _show(comparison: Comparison) -> None:
    from rich.table import Table

    from orchestration.console import stdout

    console = stdout()
    table = Table(box=None, header_style="bold", pad_edge=False)
    headings = ("tier", "accounts", "trial", "change", "value today", "trial value", "change", "won", "trial won")
    for heading in headings:
        table.add_column(heading, justify="left" if heading == "tier" else "right")
    for tier in comparison.tiers:
        table.add_row(
            tier.tier,
            f"{tier.accounts_today:,}",
            f"{tier.accounts_trial:,}",
            f"{tier.accounts_trial - tier.accounts_today:+,}",
            f"${tier.value_usd_today:,.0f}",
            f"${tier.value_usd_trial:,.0f}",
            f"${tier.value_usd_trial - tier.value_usd_today:+,.0f}",
            _percent(tier.win_ratio_today),
            _percent(tier.win_ratio_trial),
        )
    console.print(table)
    if comparison.changes_nothing:
        console.print("\nNo account changes its tier, score or value.")
        return
    console.print(f"\n{comparison.moved:,} accounts change their tier, {comparison.revalued:,} their score or value.")
    for move in comparison.moves:
        console.print(
            f"  {move.tier_today} to {move.tier_trial}: {move.accounts:,} accounts, ${move.value_usd:,.0f}",
            markup=False,
        )
    if comparison.movers:
        console.print("\nOf most value among them:")
    for mover in comparison.movers:
        name = mover.account_name or "(no name)"
        line = f"  {name}: {mover.tier_today} to {mover.tier_trial}, ${mover.value_usd:,.0f}. {mover.reason}"
        console.print(line, markup=False, soft_wrap=True)


def _percent(ratio: float | None) -> str:
    return "" if ratio is None else f"{100 * ratio:.0f}%"
