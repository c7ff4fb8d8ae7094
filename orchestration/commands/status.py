"""`marketmap status`."""

from __future__ import annotations

import click


@click.command("status", short_help="Where everything stands.")
def command() -> None:
    """Say what is published, which systems are on, how the last run ended and what is left of the API limits."""
    from orchestration import settings, status
    from orchestration.console import stdout

    status.render(stdout(), settings.load())
