"""`marketmap explain`."""

from __future__ import annotations

import click


@click.group("explain", short_help="Why a record or a value is what it is.")
def command() -> None:
    """Why a record or a value is what it is, from the published warehouse."""


@command.command("account", short_help="Why an account's score and stage are what they are, and how they came there.")
@click.argument("account")
def account(account: str) -> None:
    """Why ACCOUNT (our id, or its id in the CRM) has its score and its stage.

    The overall score is made of fit, engagement and intent by the weights of seed score_models: each factor with its
    points, which add up to the score; what speaks for and against an opportunity soon, in log odds; the score over
    time; the stages so far with their cause; and what to do next.
    """
    from orchestration import account_trace, query, settings
    from orchestration.console import stdout

    found = account_trace.trace(settings.load().published, account)
    parts = {
        "Scores": query.as_table(found.standing),
        "What to do next": query.as_table(found.next_step),
        "What makes the overall score": query.as_table(found.factors),
        "What speaks for an opportunity soon, and against it": query.as_table(found.likelihood),
        "Score over time": account_trace.chart(found.history),
        "Stages": query.as_table(found.stages),
    }
    for title, table in parts.items():
        if table.row_count:
            stdout().print(f"[bold]{title}[/]")
            stdout().print(table)
            stdout().print()


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


@command.command("lead", short_help="Why a lead belongs to its account, and why it went to whom it went.")
@click.argument("lead")
def lead(lead: str) -> None:
    """Why LEAD (its id in the CRM) is where it is.

    Who should have it and whom the CRM has; the account it belongs to (the CRM's answer, ours, which counts, and the
    evidence), every decision of the routing flow, each node of the latest one with what it saw, the time to follow up,
    and what was sent to the CRM and when.
    """
    from orchestration import lead_trace, query, settings, syncs
    from orchestration.console import stdout

    current = settings.load()
    found = lead_trace.trace(current.published, lead)
    parts = {
        "Where it stands": found.standing,
        "Account": found.accounts,
        "Routing, latest decision first": found.decisions,
        "The way of the latest decision": found.nodes,
        "Follow-up": found.clock,
        "Sent": found.sent,
    }
    for title, answer in parts.items():
        if answer.rows:
            stdout().print(f"[bold]{title}[/]")
            stdout().print(query.as_table(answer))
            stdout().print()
    if not found.sent.rows:
        remedy = syncs.why_off(current, syncs.declared()["salesforce__lead_routings"])
        hint = f" Owners are not written; to turn that on, {remedy}." if remedy else ""
        stdout().print(f"Nothing was sent to the CRM for this lead.{hint}")
