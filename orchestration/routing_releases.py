"""The week of the routing flow: a draft each Monday, replay, release; branches, urgent changes, and the way back.

A release is written to routing_releases.csv before the versions change hands; one that was cut short in between is
finished by the next command.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from expectations.seeds import validate
from orchestration import routing_faults, run_lock
from orchestration.errors import RequestFault
from orchestration.routing_versions import Flow, following_monday, release_day, release_name
from orchestration.seeds import Row, Table, copied
from orchestration.settings import Settings

NO_EDITS = "no edits yet"
_LOG = "routing_releases"
_FILES = "routing_"


@contextmanager
def opened(settings: Settings) -> Iterator[Flow]:
    """The flow, to be changed: no run reads it meanwhile, and what a crash left half done is done. Raises RunActive."""
    with run_lock.hold(settings.home):
        flow = Flow(settings.project_dir)
        _finish(settings, flow)
        yield flow


def draft(flow: Flow, *, today: date, author: str, summary: str = "") -> tuple[Row, bool]:
    """The draft for the next Monday, and whether it is new; a summary renames the one that is there."""
    monday = following_monday(today)
    for row in flow.drafts():
        if release_day(row["name"], today) == monday:
            if not flow.nodes_of(row["flow_version"]):
                flow.fill(row)
            if summary:
                row |= {"name": release_name(monday, summary), "summary": summary}
                flow.versions.write()
            return row, False
    words = summary or NO_EDITS
    name = release_name(monday, words)
    return flow.clone(flow.live["flow_version"], name=name, author=author, summary=words), True


def branch(flow: Flow, *, name: str, author: str) -> Row:
    """A clone of the live flow for work that takes longer than a week."""
    if any(row["name"] == name for row in flow.versions.rows):
        raise RequestFault(f"There is a version named {name!r} already; give the branch another name.")
    if release_day(name, datetime.now(UTC).date()):
        raise RequestFault(f"{name!r} is the name of a weekly draft; give the branch a name of its own.")
    return flow.clone(flow.live["flow_version"], name=name, author=author, summary=name)


def merge(flow: Flow, source: str, target: str) -> list[str]:
    """Take what `source` changed into the draft `target`; returns the nodes that are other than before.

    Raises RequestFault when both changed a node differently, naming each: nothing is written then.
    """
    into = _draft(flow, target)
    if source == into["flow_version"]:
        raise RequestFault(f"{source} cannot be merged into itself.")
    merged = flow.merge(source, into["flow_version"])
    if merged.conflicts:
        nodes = ", ".join(merged.conflicts)
        raise RequestFault(f"{source} and {target} both changed {nodes}; make them equal in routing_nodes.csv first.")
    before = flow.nodes_of(into["flow_version"])
    changed = [node for node in {**before, **merged.nodes} if before.get(node) != merged.nodes.get(node)]
    flow.replace_nodes(into["flow_version"], merged.nodes)
    if flow.version(source)["status"] == "live":
        into["cloned_from"] = source
    flow.versions.write()
    return sorted(changed)


def release(settings: Settings, flow: Flow, flow_version: str, *, by: str, today: date, summary: str = "") -> Row:
    """Make the weekly draft live on its Monday or after; raises RequestFault with every fault of the flow."""
    row = _draft(flow, flow_version or next_draft(flow, today))
    day = release_day(row["name"], today)
    if day and day > today:
        raise RequestFault(
            f"{row['name']} is for {day:%A, %Y-%m-%d}. To release it today: marketmap routing urgent"
            f" {row['flow_version']} --by NAME --reason WHY."
        )
    return _release(
        settings, flow, row, action="release", by=by, reason="", name=_named(flow, row, day or today, summary)
    )


def urgent(settings: Settings, flow: Flow, flow_version: str, *, by: str, reason: str, today: date) -> tuple[Row, Row]:
    """Make the current draft live today, and a new draft equal to it; returns both."""
    row = _draft(flow, flow_version or next_draft(flow, today))
    name = _named(flow, row, today, "")
    live = _release(settings, flow, row, action="urgent", by=by, reason=reason, name=name)
    new, _ = draft(flow, today=today, author=by)
    return live, new


def rollback(settings: Settings, flow: Flow, flow_version: str, *, by: str, reason: str) -> Row:
    """Make the version that was live before the current one live again, or any other that once was."""
    log = Table.read(settings.project_dir / "seeds", _LOG)
    live = flow.live["flow_version"]
    replaced = [row["replaced_version"] for row in log.rows if row["flow_version"] == live]
    target = flow_version or (replaced[-1] if replaced else "")
    if not target:
        raise RequestFault("No release is on record, so there is nothing to go back to; name a version.")
    row = flow.version(target)
    if not row["released_at"] or row["status"] == "live":
        raise RequestFault(f"{target} is {row['status']}; only a version that was live before can come back.")
    return _release(settings, flow, row, action="rollback", by=by, reason=reason, name=row["name"])


def history(project_dir: Path) -> list[Row]:
    """What went live, when, by whom and why; oldest first."""
    return Table.read(project_dir / "seeds", _LOG).rows


def faults(settings: Settings, flow: Flow, flow_version: str) -> list[str]:
    """What is wrong with a version if it were live today: its rows, its shape, and what the CRM holds."""
    versions = Table(flow.versions.path, flow.versions.columns, [dict(row) for row in flow.versions.rows])
    for row in versions.rows:
        if row["flow_version"] == flow_version:
            row["status"] = "live"
        elif row["status"] == "live":
            row["status"] = "retired"
    with copied(settings.project_dir) as project:
        versions.write(project / versions.path.relative_to(settings.project_dir))
        # A fault elsewhere stops the next run by itself, whichever version is live.
        found = [fault for fault in validate(project) if fault.file.startswith(_FILES)]
        return [str(fault) for fault in (*found, *routing_faults.faults(settings.warehouse, project))]


def _draft(flow: Flow, flow_version: str) -> Row:
    row = flow.version(flow_version)
    if row["status"] != "draft":
        raise RequestFault(f"{flow_version} is {row['status']}; only a draft can be changed or released.")
    return row


def next_draft(flow: Flow, today: date) -> str:
    """The weekly draft that is next; branches have to be named."""
    due = {row["flow_version"]: day for row in flow.drafts() if (day := release_day(row["name"], today))}
    if not due:
        raise RequestFault("There is no weekly draft. Make one with `marketmap routing draft`, or name a version.")
    return min(due, key=lambda version: due[version])


def _named(flow: Flow, row: Row, day: date, summary: str) -> str:
    """The name under which a draft goes live: with its summary, or else the nodes that it changes."""
    changed = ", ".join(change[2:] for change in flow.changes(row["flow_version"])) or "no edits"
    words = summary or (changed if row["summary"] == NO_EDITS else row["summary"])
    row["summary"] = words
    return release_name(day, words)


def _release(settings: Settings, flow: Flow, row: Row, *, action: str, by: str, reason: str, name: str) -> Row:
    live = flow.live
    if action != "rollback" and row["cloned_from"] != live["flow_version"]:
        raise RequestFault(
            f"{row['flow_version']} was cloned from {row['cloned_from']}, and {live['flow_version']} is live since: its"
            f" edits would be lost. Take them in: marketmap routing merge {live['flow_version']} {row['flow_version']}."
        )
    if found := faults(settings, flow, row["flow_version"]):
        raise RequestFault(*found)
    log = Table.read(settings.project_dir / "seeds", _LOG)
    entry = {
        "released_at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
        "action": action,
        "flow_version": row["flow_version"],
        "replaced_version": live["flow_version"],
        "released_by": by,
        "reason": reason,
    }
    row["name"] = name
    flow.versions.write()  # the name and the summary; it stays a draft
    log.rows.append(entry)
    log.write()
    _swap(flow, entry)
    return row


def _swap(flow: Flow, entry: Row) -> None:
    for row in flow.versions.rows:
        if row["flow_version"] == entry["flow_version"]:
            row |= {"status": "live", "released_at": entry["released_at"]}
        elif row["status"] == "live":
            row["status"] = "retired"
    flow.versions.write()


def _finish(settings: Settings, flow: Flow) -> None:
    """A release that stands in the log and not in the versions was cut short: it is made good."""
    log = history(settings.project_dir)
    if log and flow.version(log[-1]["flow_version"])["released_at"] < log[-1]["released_at"]:
        _swap(flow, log[-1])
