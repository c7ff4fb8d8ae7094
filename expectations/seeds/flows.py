"""The live routing flow as a graph, and what its nodes, maps and rotations name: faults that single cells do not show.

Drafts are not judged: one that is half edited must not stop a run. A release judges the draft as if it were live.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from expectations.seeds.faults import SeedFault
from expectations.seeds.files import Row, SeedFile

_MOST_NODES = 126  # a signature (macros/signatures.sql) has no more bits
_FIELDS = ("company_name", "prospect_share_status", "partner_prospect_status")
_SEEKING = {"owner", "map", "rotation"}  # actions that may find nobody
_CATCH_ALL = "give the flow a last node without conditions, such as a queue, and lead there"


@dataclass(frozen=True)
class _Node:
    line: int
    row: Row
    conditions: frozenset[tuple[str, str, str]]

    @property
    def name(self) -> str:
        return self.row["node"]

    @property
    def may_pass_on(self) -> bool:
        """Whether some leads go on to `otherwise`."""
        return bool(self.conditions) or self.row["action"] in _SEEKING

    def edges(self) -> Iterator[tuple[str, str]]:
        """Column and node of what may follow."""
        if self.row["action"] == "continue":
            yield "on_match", self.row["on_match"]
        if self.may_pass_on:
            yield "otherwise", self.row["otherwise"]


def flow_faults(seeds: Mapping[str, SeedFile]) -> Iterator[SeedFault]:
    """All faults of the live flow and of the maps and rotations, each with the line to mend."""
    if "routing_nodes" not in seeds:
        return
    live = {row["flow_version"] for _, row in _rows(seeds, "routing_versions") if row["status"] == "live"}
    file = seeds["routing_nodes"].file
    for version in sorted(live):
        nodes = _nodes(seeds["routing_nodes"], version)
        if not nodes:
            remedy = "give it nodes, or make another version live"
            yield SeedFault("routing_versions.csv", 0, "flow_version", version, "is live and has no nodes", remedy)
            continue
        for node, column, value, message, remedy in (*_edge_faults(nodes), *_graph_faults(nodes)):
            yield SeedFault(file, node.line, column, value, message, remedy)
        for node, column, value, message, remedy in _target_faults(nodes, seeds):
            yield SeedFault(file, node.line, column, value, message, remedy)
    yield from _map_faults(seeds)
    yield from _rotation_faults(seeds)


_Found = tuple[_Node, str, str, str, str]


def _nodes(seed: SeedFile, version: str) -> dict[str, _Node]:
    lines: dict[str, list[tuple[int, Row]]] = {}
    for line, row in _rows({"routing_nodes": seed}, "routing_nodes"):
        if row["flow_version"] == version:
            lines.setdefault(row["node"], []).append((line, row))
    made = [
        _Node(
            rows[0][0],
            rows[0][1],
            frozenset((row["attribute"], row["operator"], row["value"]) for _, row in rows if row["attribute"]),
        )
        for rows in lines.values()
    ]
    return {node.name: node for node in sorted(made, key=_position)}


def _position(node: _Node) -> int:
    position = node.row["position"]
    return int(position) if position.lstrip("-").isdigit() else 0


def _edge_faults(nodes: Mapping[str, _Node]) -> Iterator[_Found]:
    for node in nodes.values():
        for column, name in node.edges():
            if not name and column == "otherwise":
                message = (
                    f"is blank in node {node.name}: leads that it does not take end nowhere, there is no catch-all"
                )
                yield node, column, "", message, _CATCH_ALL
            elif name and name not in nodes:
                yield node, column, name, "is not a node of this version", f"name one of {', '.join(nodes)}"
    if len(nodes) > _MOST_NODES:
        message = f"is node {len(nodes)}, and a flow has at most {_MOST_NODES}"
        yield [*nodes.values()][-1], "node", [*nodes][-1], message, "join nodes that do the same"


def _graph_faults(nodes: Mapping[str, _Node]) -> Iterator[_Found]:
    entry = next(iter(nodes))
    cycle = _cycle(nodes, entry)
    if cycle:
        # Of the edges of a cycle, the one that goes back in the order of positions is the one to mend.
        node, following = next(
            (nodes[name], after) for name, after in pairwise(cycle) if _position(nodes[after]) <= _position(nodes[name])
        )
        column = next(column for column, name in node.edges() if name == following)
        message = f"leads back to a node that leads have passed ({' > '.join(cycle)}): a cycle"
        yield node, column, following, message, "lead on to a node that comes later"
        return
    reached = _reached(nodes, entry)
    for node in nodes.values():
        if node.name not in reached:
            message = "is a node that no lead can reach"
            yield node, "node", node.name, message, "name it in on_match or otherwise of another node, or take it out"
    for first in nodes.values():
        if first.row["action"] not in {"stop", "suppress", "queue"} or not first.conditions:
            continue
        without = _reached({name: node for name, node in nodes.items() if name != first.name}, entry)
        beyond = reached - without - {first.name}
        for name in sorted(beyond):
            if first.conditions <= nodes[name].conditions and _is_all(first) and _is_all(nodes[name]):
                message = f"never takes a lead: node {first.name} before it takes all of them (overlapping rules)"
                yield nodes[name], "node", name, message, "put the narrower node first, or take one of them out"


def _is_all(node: _Node) -> bool:
    return node.row["match"] == "all" or len(node.conditions) == 1


def _cycle(nodes: Mapping[str, _Node], entry: str) -> list[str]:
    """The nodes of the first way that comes back to one of its own, the first repeated at the end; else none."""
    done: set[str] = set()
    way: list[str] = []
    waiting: list[tuple[str, Iterator[tuple[str, str]]]] = [(entry, nodes[entry].edges())]
    way.append(entry)
    while waiting:
        name, edges = waiting[-1]
        following = next((after for _, after in edges), None)
        if following is None:
            done.add(name)
            waiting.pop()
            way.pop()
        elif following in way:
            return [*way[way.index(following) :], following]
        elif following in nodes and following not in done:
            way.append(following)
            waiting.append((following, nodes[following].edges()))
    return []


def _reached(nodes: Mapping[str, _Node], entry: str) -> set[str]:
    found = {entry} & nodes.keys()
    waiting = [*found]
    while waiting:
        new = {name for _, name in nodes[waiting.pop()].edges() if name in nodes} - found
        found |= new
        waiting += new
    return found


def _target_faults(nodes: Mapping[str, _Node], seeds: Mapping[str, SeedFile]) -> Iterator[_Found]:
    known = {
        "map": ("routing_maps.csv", {row["routing_map"] for _, row in _rows(seeds, "routing_maps")}),
        "rotation": ("routing_rotations.csv", {row["rotation"] for _, row in _rows(seeds, "routing_rotations")}),
        "owner": ("rule_attributes.csv", _people_attributes(seeds)),
    }
    for node in nodes.values():
        target, action = node.row["target"], node.row["action"]
        if target and action in known and target not in known[action][1]:
            remedy = f"name one of {', '.join(sorted(known[action][1]))}"
            yield node, "target", target, f"is not found in {known[action][0]}", remedy
        for part in filter(None, node.row["field_values"].split("|")):
            name, equals, _ = part.partition("=")
            if name not in _FIELDS or not equals:
                remedy = f"write field=value with one of {', '.join(_FIELDS)}"
                yield node, "field_values", part, "sets no field that leads have", remedy


def _people_attributes(seeds: Mapping[str, SeedFile]) -> set[str]:
    rows = (row for _, row in _rows(seeds, "rule_attributes") if row["entity"] == "leads")
    return {row["attribute"] for row in rows if row["attribute"].endswith("_user_id")}


def _map_faults(seeds: Mapping[str, SeedFile]) -> Iterator[SeedFault]:
    rotations = {row["rotation"] for _, row in _rows(seeds, "routing_rotations")}
    taken: dict[tuple[str, str], tuple[int, Row]] = {}
    for line, row in _rows(seeds, "routing_maps"):
        if row["assignee_kind"] == "rotation" and row["assignee"] not in rotations:
            message = "is not a rotation of routing_rotations.csv"
            yield SeedFault("routing_maps.csv", line, "assignee", row["assignee"], message, "name one, or add it there")
        earlier_line, earlier = taken.setdefault((row["routing_map"], row["priority"]), (line, row))
        if earlier["rule_id"] != row["rule_id"] and _overlap(earlier, row):
            message = f"is also the priority of {earlier['rule_id']} in line {earlier_line}, so the two rules overlap"
            remedy = "give each rule of a map its own priority, or days that do not overlap"
            yield SeedFault("routing_maps.csv", line, "priority", row["priority"], message, remedy)


def _overlap(first: Row, second: Row) -> bool:
    begins = max(first["valid_from"], second["valid_from"])
    ends = min(first["valid_to"] or "9999-12-31", second["valid_to"] or "9999-12-31")
    return begins <= ends


def _rotation_faults(seeds: Mapping[str, SeedFile]) -> Iterator[SeedFault]:
    listed = {row["rotation"] for _, row in _rows(seeds, "routing_rotation_members")}
    schedules = {row["schedule"] for _, row in _rows(seeds, "working_hours")}
    for line, row in _rows(seeds, "routing_rotations"):
        if not row["user_group"] and row["rotation"] not in listed:
            message = "has neither a group nor members: nobody ever has a turn"
            remedy = "name a user_group, or list members in routing_rotation_members.csv"
            yield SeedFault("routing_rotations.csv", line, "rotation", row["rotation"], message, remedy)
    for name in ("routing_rotations", "routing_rotation_members"):
        for line, row in _rows(seeds, name):
            if row["schedule"] and row["schedule"] not in schedules:
                message = "is not a schedule of working_hours.csv"
                remedy = f"name one of {', '.join(sorted(schedules))}, or leave it blank"
                yield SeedFault(f"{name}.csv", line, "schedule", row["schedule"], message, remedy)


def _rows(seeds: Mapping[str, SeedFile], name: str) -> list[tuple[int, Row]]:
    """Rows in which a column that the file lacks, a fault of its own, is blank."""
    return [(line, defaultdict(str, row)) for line, row in seeds[name].rows] if name in seeds else []
