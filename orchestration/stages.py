"""The parts of a build: before identity, after it, and after what is learnt from the built models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Sources that are written between two parts of a build: what descends from them comes after them.
LEARNT = ("ml", "learnt")


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
