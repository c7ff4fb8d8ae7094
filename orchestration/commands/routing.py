"""`marketmap routing`."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from orchestration.routing_versions import Flow
    from orchestration.seeds import Row

_BY = click.option("--by", required=True, help="Who decides.")
_REASON = click.option("--reason", required=True, help="Why.")
_AUTHOR = click.option("--by", "author", default="RevOps", show_default=True, help="Who makes it.")


@click.group("routing", short_help="Draft, replay and release the routing flow.")
def command() -> None:
    """The flow that leads take stands in seeds routing_versions and routing_nodes: one version is live.

    Each Monday a draft is made for the next: the week's edits go into its rows, are replayed and released together.
    """


@command.command("run", short_help="Route what changed in the CRM now, or sweep the queues.")
@click.option(
    "--sweep", is_flag=True, help="Also look at leads that did not change: those no longer worked go to queues."
)
def run(sweep: bool) -> int:
    """Land the CRM, route new and changed leads and hand them to the CRM: what the calendar does by itself."""
    from orchestration import automation, settings
    from orchestration.commands.reports import explain
    from orchestration.console import narrated
    from orchestration.job import Job

    current = settings.load()
    with narrated(current.logs):
        report = Job(current).run(automation.SWEEP if sweep else automation.ROUTING)
    if not report.succeeded:
        explain(report)
        return 1
    _say(f"Routed in {report.seconds:.0f} s.")
    return 0


@command.command("draft", short_help="The draft for next Monday, cloned from the live flow.")
@click.option("--summary", default="", help="The week's edits in a few words; they become part of the name.")
@_AUTHOR
def draft(summary: str, author: str) -> None:
    """Make the draft for next Monday, or give the one that is there a new summary."""
    from orchestration import routing_releases, settings

    with routing_releases.opened(settings.load()) as flow:
        row, is_new = routing_releases.draft(flow, today=_today(), author=author, summary=summary)
        _say(f"{row['flow_version']}  {row['name']}  {'made' if is_new else 'is there'}; edit {_place(flow, row)}")


@command.command("branch", short_help="A clone for work that takes longer than a week.")
@click.argument("name")
@_AUTHOR
def branch(name: str, author: str) -> None:
    """Clone the live flow under NAME; merge it into a weekly draft when it is ready."""
    from orchestration import routing_releases, settings

    with routing_releases.opened(settings.load()) as flow:
        row = routing_releases.branch(flow, name=name, author=author)
        _say(f"{row['flow_version']}  {row['name']}  made; edit {_place(flow, row)}")


@command.command("merge", short_help="Take the edits of one version into a draft.")
@click.argument("source")
@click.argument("target")
def merge(source: str, target: str) -> None:
    """Take what SOURCE (a branch, or the live flow) changed into draft TARGET; refused where both changed a node."""
    from orchestration import routing_releases, settings

    with routing_releases.opened(settings.load()) as flow:
        changed = routing_releases.merge(flow, source, target)
        _say(f"{target} took {len(changed)} nodes of {source}{': ' if changed else '.'}{', '.join(changed)}")


@command.command("check", short_help="What stands in the way of releasing a version.")
@click.argument("version")
def check(version: str) -> int:
    """Judge VERSION as if it were live: rows, shape, and the users and queues of the CRM; 1 if anything is wrong."""
    from orchestration import routing_releases, settings
    from orchestration.routing_versions import Flow

    current = settings.load()
    flow = Flow(current.project_dir)
    found = routing_releases.faults(current, flow, flow.version(version)["flow_version"])
    for line in [*(f"✗ {line}" for line in found), *flow.changes(version)]:
        _say(line)
    _say(f"{version}: {len(found)} faults, {len(flow.changes(version))} nodes other than {_base(flow, version)}.")
    return 1 if found else 0


@command.command("replay", short_help="Past leads through another version: who would have gone elsewhere.")
@click.argument("version", required=False, default="")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 3650), help="How far back.")
@click.option("--format", "form", type=click.Choice(["report", "json"]), default="report", show_default=True)
def replay(version: str, days: int, form: str) -> None:
    """Route the leads of the last days by VERSION (default: the weekly draft that is next) beside the live flow.

    Reads what the last run built; nothing is written, and nobody is told.
    """
    import json

    from orchestration import routing_releases, routing_replay, routing_report, settings
    from orchestration.routing_versions import Flow

    current = settings.load()
    flow = Flow(current.project_dir)
    chosen = version or routing_releases.next_draft(flow, _today())
    found = routing_replay.replay(current, chosen, days)
    if form == "json":
        click.echo(json.dumps(found.as_json(), ensure_ascii=False, indent=1, default=str))
    else:
        click.echo(routing_report.report(found, flow.changes(chosen)))


@command.command("release", short_help="Make the weekly draft live, on its Monday or after.")
@click.argument("version", required=False, default="")
@click.option("--summary", default="", help="The week's edits in a few words; default: the nodes that changed.")
@_BY
def release(version: str, summary: str, by: str) -> None:
    """Check VERSION (default: the weekly draft that is next) and make it live; the next run routes by it."""
    from orchestration import routing_releases, settings

    current = settings.load()
    with routing_releases.opened(current) as flow:
        row = routing_releases.release(current, flow, version, by=by, today=_today(), summary=summary)
        _say_live(flow, row)


@command.command("urgent", short_help="Make a draft live today and leave an equal draft.")
@click.argument("version", required=False, default="")
@_BY
@_REASON
def urgent(version: str, by: str, reason: str) -> None:
    """Make VERSION (default: the current draft) live today; a draft equal to it takes the week's other edits."""
    from orchestration import routing_releases, settings

    current = settings.load()
    with routing_releases.opened(current) as flow:
        row, new = routing_releases.urgent(current, flow, version, by=by, reason=reason, today=_today())
        _say_live(flow, row)
        _say(f"{new['flow_version']}  {new['name']}  is the draft that goes on.")


@command.command("rollback", short_help="Make the version before live again.")
@click.argument("version", required=False, default="")
@_BY
@_REASON
def rollback(version: str, by: str, reason: str) -> None:
    """Make the version that was live before (or VERSION, if it once was) live again."""
    from orchestration import routing_releases, settings

    current = settings.load()
    with routing_releases.opened(current) as flow:
        _say_live(flow, routing_releases.rollback(current, flow, version, by=by, reason=reason))


@command.command("history", short_help="Versions, and what went live when.")
def history() -> None:
    """Every version with what it changed, then what went live, when, by whom and why."""
    from rich.table import Table

    from orchestration import routing_releases, settings
    from orchestration.console import stdout
    from orchestration.routing_versions import Flow

    project_dir = settings.load().project_dir
    flow = Flow(project_dir)
    versions = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("version", "status", "name", "from", "by", "live since (UTC)", "changed nodes"):
        versions.add_column(heading)
    for row in flow.versions.rows:
        changes = flow.changes(row["flow_version"])
        shown = ", ".join(changes[:5]) + (f" and {len(changes) - 5} more" if len(changes) > 5 else "")
        cells = (row["status"], row["name"], row["cloned_from"], row["author"], row["released_at"][:16], shown)
        versions.add_row(row["flow_version"], *cells)
    stdout().print(versions)
    for entry in routing_releases.history(project_dir):
        why = f": {entry['reason']}" if entry["reason"] else ""
        _say(
            f"{entry['released_at'][:16]}  {entry['action']}  {entry['replaced_version']} -> {entry['flow_version']}"
            f"  by {entry['released_by']}{why}"
        )


def _today() -> date:
    return datetime.now(UTC).date()


def _place(flow: Flow, row: Row) -> str:
    return f"its {len(flow.nodes_of(row['flow_version']))} nodes in {flow.nodes.path}"


def _base(flow: Flow, version: str) -> str:
    return flow.version(version)["cloned_from"] or "nothing before"


def _say_live(flow: Flow, row: Row) -> None:
    _say(f"{row['flow_version']}  {row['name']}  is live. The next run routes by it.")
    for change in flow.changes(row["flow_version"]):
        _say(f"  {change}")


def _say(text: str) -> None:
    from orchestration.console import stdout

    stdout().print(text, markup=False, soft_wrap=True)
