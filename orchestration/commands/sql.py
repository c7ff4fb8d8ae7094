"""`marketmap sql`."""

from __future__ import annotations

import click


@click.command("sql", short_help="Ask the published warehouse.")
@click.argument("query")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json"]),
    default="table",
    show_default=True,
    help="How to print the rows.",
)
def command(query: str, form: str) -> None:
    """Ask the published warehouse, in DuckDB's SQL.

    Reads only what is published, so it never waits for a run and never sees half of one. Tables of `marts` and `ops`
    need no prefix; `marketmap sql "show all tables"` lists them.
    """
    from orchestration import query as published
    from orchestration import settings
    from orchestration.console import stdout

    answer = published.ask(settings.load().published, query)
    if form == "table":
        stdout().print(published.as_table(answer))
    else:
        click.echo(published.as_csv(answer) if form == "csv" else published.as_json(answer), nl=False)
