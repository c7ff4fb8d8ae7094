"""`marketmap export`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("export", short_help="A published table as files of limited size.")
@click.argument("table")
@click.option("--to", "target", type=click.Path(path_type=Path), default=Path("exports"), show_default=True)
@click.option("--format", "form", type=click.Choice(["csv", "parquet"]), default="csv", show_default=True)
@click.option(
    "--rows",
    type=click.IntRange(min=1),
    default=2_000,
    show_default=True,
    help="Most rows of a file; 2,000 is what list tools such as Clay take.",
)
def command(table: str, target: Path, form: str, rows: int) -> None:
    """Write TABLE of the published warehouse, for example account_scores, into the folder exports/account_scores.

    Files are numbered and hold the same columns in the same order every time; manifest.json counts their rows.
    """
    from orchestration import exporting, settings
    from orchestration.console import stdout

    done = exporting.export(
        settings.load().published, table, target, form="csv" if form == "csv" else "parquet", rows_per_file=rows
    )
    files = "1 file" if len(done.files) == 1 else f"{len(done.files):,} files"
    stdout().print(f"{done.rows:,} rows in {files}: {done.folder}", markup=False)
