"""The parts of a build: before identity, after it, and after what is learnt from the built models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Sources that are written between two parts of a build: what descends from them comes after them.
LEARNT = ("ml", "learnt")
_PARTS = 3  # of a stage; each costs dbt half a second
_STORED = frozenset({"table", "incremental", "snapshot"})


def of_nodes(manifest: Mapping[str, Any]) -> dict[str, int]:
    """How many of the sources `LEARNT` each model, seed, snapshot and test of a dbt manifest comes after."""
    found: dict[str, int] = {}

    def stage(unique_id: str) -> int:
        if unique_id not in found:
            source = manifest["sources"].get(unique_id, {}).get("source_name")
            own = LEARNT.index(source) + 1 if source in LEARNT else 0
            found[unique_id] = max([own, *(stage(parent) for parent in manifest["parent_map"].get(unique_id, []))])
        return found[unique_id]

    return {unique_id: stage(unique_id) for unique_id in manifest["nodes"]}


def parts(manifest: Mapping[str, Any], stage_of: Mapping[str, int]) -> dict[str, int]:
    """In which order nodes are built: in a stage, first what rests on none of its tables, then on such, then the rest.

    What comes out of a part as it was ends there, although what it is made of has changed.
    """
    found: dict[str, int] = {}

    def depth(unique_id: str) -> int:
        if unique_id not in found:
            parents = [parent for parent in manifest["parent_map"].get(unique_id, []) if parent in stage_of]
            below = [
                depth(parent) + is_stored(manifest, parent)
                for parent in parents
                if stage_of[parent] == stage_of[unique_id]
            ]
            found[unique_id] = min(max(below, default=0), _PARTS - 1)
        return found[unique_id]

    return {unique_id: _PARTS * stage_of[unique_id] + depth(unique_id) for unique_id in manifest["nodes"]}


def is_stored(manifest: Mapping[str, Any], unique_id: str) -> bool:
    """Whether a node has rows of its own, other than those of a file."""
    return manifest["nodes"][unique_id]["config"]["materialized"] in _STORED
