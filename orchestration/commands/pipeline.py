"""`marketmap pipeline`."""

from __future__ import annotations

import click


@click.command("pipeline", short_help="The board of stages, or the accounts of one stage.")
@click.argument("stage", required=False)
def command(stage: str | None) -> None:
    """Print how many accounts stand in each stage and how they move; with STAGE, such as MQL, all accounts that do.

    The page is kept as reports/pipeline.html in MARKETMAP_HOME.
    """
    from orchestration import pipeline, query, settings
    from orchestration.console import stderr, stdout

    current = settings.load()
    if stage is not None:
        stdout().print(query.as_table(pipeline.members(current.published, stage)))
        return
    click.echo(pipeline.PAGE.markdown(current.published), nl=False)
    stderr().print(f"Page: {pipeline.PAGE.write(current)}", soft_wrap=True)
