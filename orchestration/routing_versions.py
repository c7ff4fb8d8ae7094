"""The versions of the routing flow in the seeds: read, cloned, merged, renamed; written whole or not at all.

A version is a row of routing_versions.csv and its nodes' rows of routing_nodes.csv. Every file is replaced in one step,
and every state between two files is one that a run can work with.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from orchestration.errors import RequestFault
from orchestration.seeds import Row, Table

_VERSIONS, _NODES = "routing_versions", "routing_nodes"
_NAMED = re.compile(r"^LIVE ON (\d{2})/(\d{2}):", re.IGNORECASE)


@dataclass
class Merged:
    """The nodes of a merge, and the nodes that both sides changed differently."""

    nodes: dict[str, list[Row]]
    conflicts: list[str] = field(default_factory=list)


class Flow:
    """All versions of one project's flow."""

    def __init__(self, project_dir: Path) -> None:
        folder = project_dir / "seeds"
        self.versions = Table.read(folder, _VERSIONS)
        self.nodes = Table.read(folder, _NODES)

    def version(self, flow_version: str) -> Row:
        """The row of a version; raises RequestFault with the versions that there are."""
        for row in self.versions.rows:
            if row["flow_version"] == flow_version:
                return row
        known = ", ".join(row["flow_version"] for row in self.versions.rows)
        raise RequestFault(f"There is no version {flow_version!r} of the routing flow; there is {known}.")

    @property
    def live(self) -> Row:
        """The one version that routes; raises RequestFault when there is none or more than one."""
        live = [row for row in self.versions.rows if row["status"] == "live"]
        if len(live) != 1:
            names = ", ".join(row["flow_version"] for row in live) or "none"
            raise RequestFault(f"routing_versions.csv: {names} is live; give exactly one version the status live.")
        return live[0]

    def drafts(self) -> list[Row]:
        """Versions being edited."""
        return [row for row in self.versions.rows if row["status"] == "draft"]

    def nodes_of(self, flow_version: str) -> dict[str, list[Row]]:
        """The rows of each node of a version, in the order of the file."""
        found: dict[str, list[Row]] = {}
        for row in self.nodes.rows:
            if row["flow_version"] == flow_version:
                found.setdefault(row["node"], []).append(row)
        return found

    def changes(self, flow_version: str) -> list[str]:
        """What a version says other than the one it was cloned from: `+ node`, `- node`, `~ node`."""
        base = self.version(flow_version).get("cloned_from", "")
        ours, theirs = self.nodes_of(flow_version), self.nodes_of(base) if base else {}
        added = [f"+ {node}" for node in ours if node not in theirs]
        gone = [f"- {node}" for node in theirs if node not in ours]
        other = [f"~ {node}" for node in ours if node in theirs and not _same(ours[node], theirs[node])]
        return other + added + gone if base else []

    def clone(self, source: str, *, name: str, author: str, summary: str) -> Row:
        """A new draft with the nodes of `source`, written; its row stands before its nodes do."""
        new = dict.fromkeys(self.versions.columns, "") | {
            "flow_version": self._next(),
            "name": name,
            "status": "draft",
            "cloned_from": self.version(source)["flow_version"],
            "author": author,
            "summary": summary,
        }
        self.versions.rows.append(new)
        self.versions.write()
        self.fill(new)
        return new

    def fill(self, draft: Row) -> None:
        """Give a draft without nodes those of the version it was cloned from."""
        source = self.nodes_of(draft["cloned_from"])
        self.replace_nodes(draft["flow_version"], source)

    def replace_nodes(self, flow_version: str, nodes: Mapping[str, Iterable[Row]]) -> None:
        """Write these nodes as those of a version; the rows of all others stay as they are."""
        kept = [row for row in self.nodes.rows if row["flow_version"] != flow_version]
        own = [{**row, "flow_version": flow_version} for rows in nodes.values() for row in rows]
        self.nodes.rows = kept + sorted(own, key=lambda row: (int(row["position"]), row["node"]))
        self.nodes.write()

    def ancestor(self, one: str, other: str) -> str:
        """The nearest version that both go back to; raises RequestFault for strangers."""
        lines = [self._line(one), self._line(other)]
        for version in lines[0]:
            if version in lines[1]:
                return version
        raise RequestFault(f"{one} and {other} go back to no common version, so they cannot be merged; copy by hand.")

    def merge(self, source: str, target: str) -> Merged:
        """The target's nodes with what the source changed since their common version."""
        base = self.nodes_of(self.ancestor(source, target))
        theirs, ours = self.nodes_of(source), self.nodes_of(target)
        merged = Merged({})
        for node in dict.fromkeys([*ours, *theirs, *base]):
            was, mine, other = base.get(node), ours.get(node), theirs.get(node)
            if _same(other, was) or _same(other, mine):
                chosen = mine
            elif _same(mine, was):
                chosen = other
            else:
                merged.conflicts.append(node)
                chosen = mine
            if chosen:
                merged.nodes[node] = chosen
        return merged

    def _next(self) -> str:
        numbers = [int(row["flow_version"][1:]) for row in self.versions.rows if row["flow_version"][1:].isdigit()]
        return f"v{max(numbers, default=0) + 1}"

    def _line(self, flow_version: str) -> list[str]:
        """A version, the one it was cloned from, and so on."""
        found: list[str] = []
        while flow_version and flow_version not in found:
            found.append(flow_version)
            flow_version = self.version(flow_version).get("cloned_from", "")
        return found


def following_monday(day: date) -> date:
    """The first Monday after a day; on a Monday that of the next week."""
    return day + timedelta(days=7 - day.weekday())


def release_name(day: date, summary: str) -> str:
    """What a version that goes live on a day is called."""
    return f"LIVE ON {day:%m/%d}: {summary}"


def release_day(name: str, today: date) -> date | None:
    """The day that a name speaks of, in the year that brings it closest to today; None for other names."""
    found = _NAMED.match(name)
    if found is None:
        return None
    days = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            days.append(date(year, int(found[1]), int(found[2])))
        except ValueError:  # no such day, or not in that year
            continue
    return min(days, key=lambda day: abs(day - today), default=None)


def _same(one: list[Row] | None, other: list[Row] | None) -> bool:
    if one is None or other is None:
        return one is other

    def content(rows: list[Row]) -> list[Row]:
        return [{column: value for column, value in row.items() if column != "flow_version"} for row in rows]

    return content(one) == content(other)
