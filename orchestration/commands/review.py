"""`marketmap review`."""

from __future__ import annotations

import click


@click.command("review", short_help="The ICP data review: tiers, value, territories, coverage on one page.")
def command() -> None:
    """Print what the rules made of the market, and keep it as reports/market_review.html in MARKETMAP_HOME."""
    from orchestration import market_review, settings
    from orchestration.console import stderr

    current = settings.load()
    click.echo(market_review.PAGE.markdown(current.published), nl=False)
    stderr().print(f"Page: {market_review.PAGE.write(current)}", soft_wrap=True)
