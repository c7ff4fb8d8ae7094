"""`marketmap backup`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("backup", short_help="Write the warehouse and its state to one file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def command(file: Path) -> None:
    """Write MARKETMAP_HOME to FILE: the warehouse with its ledger, what is published, where ingestion stands.

    Waits for nothing: while a run is active it says so and ends.
    """
    from orchestration import backups, settings
    from orchestration.console import stdout

    done = backups.back_up(settings.load().home, file)
    stdout().print(f"{done.files} files, {done.size / 1e6:,.1f} MB, are in {done.path}. Back: marketmap restore {file}")
