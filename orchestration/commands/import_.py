"""`marketmap import`."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ingestion.files import Manifest
    from orchestration.settings import Settings


@click.command("import", short_help="Bring in a list of companies, contacts or leads.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--as", "kind", type=click.Choice(["companies", "contacts", "leads"]), help="What the rows are.")
@click.option("--list", "name", help="Name that tags the rows (default: the file's name).")
@click.option("--map", "given", multiple=True, metavar="'THEIRS=OURS'", help="What a column means; may be repeated.")
@click.option("--result", type=click.Path(path_type=Path), help="Where each row's fate is written (FILE.result.csv).")
@click.option("--enrich", is_flag=True, help="Let vendors be asked about its rows in the next run.")
@click.option("--no-resolve", is_flag=True, help="Only land it; the next run resolves it.")
def command(
    file: Path,
    kind: str | None,
    name: str | None,
    given: tuple[str, ...],
    result: Path | None,
    enrich: bool,
    no_resolve: bool,
) -> int:
    """Land a CSV, XLSX or Parquet FILE and say of each row whether it is matched, new or rejected, and why.

    Calls no other system. Encoding, separator and the row of column names are found out; column names that
    seeds/import_columns.csv does not know are said with --map. The same content is imported once.

    With --enrich the next `marketmap run` asks the enrichment vendors, by their waterfall and within their budgets,
    about the rows that the CRM does not hold; marts.list_enrichments says of each what was found.
    """
    from orchestration import imports, run_lock, settings
    from orchestration.console import stdout

    current = settings.load()
    console = stdout()
    manifest = imports.prepare(current, file, kind, name, given, is_enriched=enrich)
    meant = ", ".join(f"{theirs} → {ours}" for theirs, ours in manifest.fields.items())
    console.print(f"{manifest.object} from {file.name}: {meant}", markup=False, highlight=False)
    if left := [column for column in manifest.layout.columns if column not in manifest.fields]:
        console.print(f"Kept as they are: {', '.join(left)}", markup=False, highlight=False, style="dim")
    with run_lock.hold(current.home):
        with console.status("Landing ...") as status:
            fresh = imports.land(current, manifest, file, status.update)
        if not fresh:
            console.print("The same content was imported before; nothing is landed twice.")
        if no_resolve:
            console.print("Landed. `marketmap run` resolves it.")
            return 0
        if enrich:
            console.print("`marketmap run` asks the vendors about what the CRM does not hold.")
        return _resolve(current, manifest, result or file.with_name(f"{file.name}.result.csv"))


def _resolve(current: Settings, manifest: Manifest, result: Path) -> int:
    from orchestration import imports
    from orchestration.commands.reports import explain
    from orchestration.console import narrated, stdout
    from orchestration.job import Job

    # Dagster calls `not` in a selection unfinished; the part of it that we use is old.
    warnings.filterwarnings("ignore", message=".*include_sources.*")
    with narrated(current.logs):
        report = Job(current).run(select=imports.resolution())
    if not report.succeeded:
        explain(report)
        return 1
    outcome = imports.outcome(current, manifest)
    imports.write_result(current, manifest, result)
    counts = ", ".join(f"{count:,} {name}" for name, count in outcome.counts.items())
    stdout().print(f"{outcome.rows:,} rows of list [bold]{manifest.list_name}[/]: {counts}")
    for reason, count in outcome.reasons.items():
        stdout().print(f"  {count:,}: {reason}", markup=False, highlight=False)
    stdout().print(f"Each row's fate: {result}", highlight=False)
    return 0
