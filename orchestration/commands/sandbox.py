"""`marketmap sandbox`."""

from __future__ import annotations

import os
from pathlib import Path

import click


@click.command("sandbox", short_help="Serve a made-up market on this machine.")
@click.option(
    "--accounts", default=2000, show_default=True, type=click.IntRange(200, 100_000), help="Size of the market."
)
@click.option("--seed", default=7, show_default=True, help="The same seed makes the same market.")
@click.option("--systems", help="Which systems to serve, such as hubspot,zoominfo; or all.")
def command(accounts: int, seed: int, systems: str | None) -> None:
    """Serve a made-up market behind the real vendors' protocols, on this machine only, until stopped.

    Writes every endpoint and credential to ./sandbox.env:

      set -a; . ./sandbox.env; set +a; marketmap run
    """
    from orchestration import sandbox_process, settings

    home = settings.load(systems={}).home / "sandbox"
    sandbox_process.link(home, Path.cwd())
    program, *arguments = sandbox_process.command(home, accounts, seed, systems)
    os.execv(program, [program, *arguments])  # noqa: S606 (our own program, no shell wanted)
