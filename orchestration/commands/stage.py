"""`marketmap stage`."""

from __future__ import annotations

import click


@click.command("stage", short_help="Move an account or a person to a stage by hand.")
@click.argument("record")
@click.argument("stage")
@click.option("--by", required=True, help="Who moves it.")
@click.option("--reason", required=True, help="Why.")
def command(record: str, stage: str, by: str, reason: str) -> None:
    """Move RECORD (an account or a person: our id, or its id in the CRM) to STAGE, such as SQL.

    Recorded with author, time and reason in seed stage_changes; the next run shows it, or at once `marketmap score`.
    Our rules leave it alone for their hold_days; where the CRM says otherwise (an open opportunity), the CRM wins. Who
    may set which stage stands in seed stage_authors.
    """
    from orchestration import settings, stage_changes
    from orchestration.console import stderr, stdout

    done = stage_changes.record(settings.load(), record, stage, by=by, reason=reason)
    target = f" {done.entity_id}" if done.entity == "accounts" else ""
    stdout().print(
        f"{done.name}: {done.before} to {done.after}, by {by}. It shows with the next `marketmap run`, or at once with"
        f" `marketmap score{target}`.",
        markup=False,
    )
    if done.is_crm_held:
        stderr().print(
            f"! The CRM says that {done.name} is {done.before}. Unless that changes there, the next run follows it.",
            markup=False,
        )
