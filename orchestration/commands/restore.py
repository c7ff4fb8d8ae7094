"""`marketmap restore`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("restore", short_help="Go back to a backup, or to the previous publication.")
@click.argument("file", required=False, type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--previous-publication", is_flag=True, help="Only what readers see: back to what was published before.")
def command(file: Path | None, previous_publication: bool) -> None:
    """Put MARKETMAP_HOME back to FILE, a backup. What stood there is kept in a folder that is named.

    With --previous-publication only the published file goes back, at once, for all readers; a second time undoes it.
    The next run publishes anew what it builds.
    """
    from orchestration import backups, publication, settings
    from orchestration.console import stdout
    from orchestration.errors import RequestFault

    if (file is None) is not previous_publication:
        raise RequestFault("Name a backup, or --previous-publication: marketmap restore FILE.")
    current = settings.load()
    if file is None:
        published_at = publication.roll_back(current.home, current.published)
        stdout().print(f"Readers see the publication of {published_at:%Y-%m-%d %H:%M} UTC again.")
        return
    backup, replaced = backups.restore(current.home, file)
    stdout().print(f"{current.home} is as it was at {backup.made_at:%Y-%m-%d %H:%M} UTC.")
    if replaced is not None:
        stdout().print(f"What stood there is in {replaced}; remove it when you no longer need it.")
