"""`marketmap explain`."""

from __future__ import annotations

import click


@click.group("explain", short_help="Why a record or a value is what it is.")
def command() -> None:
    """Why a record or a value is what it is, from the published warehouse."""


@command.command("sync", short_help="Every value that a sync wrote to a record, or left alone, and why.")
@click.argument("record")
@click.option("--field", default="", help="Only this field of the destination.")
def sync(record: str, field: str) -> None:
    """Every value that a sync wrote to RECORD, or left alone on purpose, oldest first.

    RECORD is the record's id at the destination (a Salesforce id with 15 or 18 characters) or the sync's own key.
    """
    from orchestration import query, settings
    from orchestration.console import stdout
    from orchestration.sync_trace import trace

    stdout().print(query.as_table(trace(settings.load().published, record, field)))


@command.command("lead", short_help="Why a lead belongs to its account.")
@click.argument("lead")
def lead(lead: str) -> None:
    """Why LEAD (its id in the CRM) belongs to its account: the CRM's answer, ours, which counts, and the evidence."""
    from orchestration import lead_trace, query, settings
    from orchestration.console import stdout

    stdout().print(query.as_table(lead_trace.trace(settings.load().published, lead)))
