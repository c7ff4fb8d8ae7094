"""Which nodes of the dbt project need no building or testing, because nothing that they are made of has changed.

A node is made of the project's files, the day (scores decay), and everything it descends from: seeds by their files,
landed and ML tables by their content, and so are the tables of an earlier part of the build: what the CRM gives back
of our own writes ends there. A view is made of its inputs' shapes only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import duckdb

from orchestration import contents, memory, stages

_ABSENT = "absent"
_LEAVES = ("source.", "seed.")
_TEST = "test."


class Lineage:
    """What each node of a manifest descends from; worked out once for all that is asked of a run."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self.manifest = manifest

    @cached_property
    def stages(self) -> Mapping[str, int]:
        """The stage of the build that each node belongs to (see `stages`)."""
        return stages.of_nodes(self.manifest)

    @cached_property
    def parts(self) -> Mapping[str, int]:
        """The part of its stage that each node belongs to (see `stages`); they are built one after the other."""
        return stages.parts(self.manifest, self.stages)

    @cached_property
    def origins(self) -> Mapping[str, frozenset[str]]:
        """Per node, the sources, seeds and tables of earlier parts that it descends from; a seed from itself."""
        found: dict[tuple[str, int], frozenset[str]] = {}

        def origins(unique_id: str, part: int) -> frozenset[str]:
            if unique_id.startswith(_LEAVES):
                return frozenset({unique_id})
            if stages.is_stored(self.manifest, unique_id) and self.parts[unique_id] < part:
                return frozenset({unique_id})
            if (unique_id, part) not in found:
                above = (origins(parent, part) for parent in self.manifest["parent_map"].get(unique_id, []))
                found[unique_id, part] = frozenset[str]().union(*above)
            return found[unique_id, part]

        return {unique_id: origins(unique_id, self.parts[unique_id]) for unique_id in self.manifest["nodes"]}


class BuildMemory:
    """Fingerprints of the nodes of one project against one warehouse, as it is while this object lives."""

    def __init__(self, warehouse: Path, lineage: Lineage, project_dir: Path, conditions: str) -> None:
        """`conditions` is whatever else every node depends on: the files of the project, the day, the environment."""
        self._warehouse = warehouse
        self._manifest = lineage.manifest
        self._origins = lineage.origins
        self._project_dir = project_dir
        self._conditions = conditions
        self._inputs: dict[str, tuple[str, str]] = {}

    def stale(self, unique_ids: Collection[str]) -> set[str]:
        """The nodes that must be built or tested: never done, gone, or made of something that has changed."""
        with duckdb.connect(str(self._warehouse)) as connection:
            present = contents.tables(connection)
            self._read_inputs(connection, present, unique_ids)
            remembered = memory.remembered(connection)
        return {
            unique_id
            for unique_id in unique_ids
            if remembered.get(unique_id) != self.fingerprint(unique_id)
            or not (unique_id.startswith(_TEST) or self.address(unique_id) in present)
        }

    def reached(self, changed: Collection[str], among: Collection[str]) -> set[str]:
        """Those `among` them that are `changed`, and the tables that descend from such."""
        parents, members, begun = self._manifest["parent_map"], frozenset(among), frozenset(changed)

        @cache
        def is_reached(unique_id: str) -> bool:
            return unique_id in begun or any(is_reached(up) for up in parents.get(unique_id, ()) if up in members)

        return set(begun) | {name for name in members if stages.is_stored(self._manifest, name) and is_reached(name)}

    def look_again(self, built: Collection[str]) -> None:
        """To be called after building: what else was built in the same wave is made of these tables as they are now.

        Landed tables stay as they were looked at before, since they may have grown meanwhile.
        """
        tables = {name: self.address(name) for name in built if name in self._inputs and not name.startswith(_LEAVES)}
        with duckdb.connect(str(self._warehouse)) as connection:
            self._look_at(connection, tables)

    def forget(self, unique_ids: Collection[str]) -> None:
        """To be called before building: a build that is killed leaves nodes of which nothing is known."""
        with duckdb.connect(str(self._warehouse)) as connection:
            memory.forget(connection, unique_ids)

    def remember(self, unique_ids: Collection[str]) -> None:
        """To be called with what was built well or passed; `stale` must have looked at the same nodes before."""
        with duckdb.connect(str(self._warehouse)) as connection:
            memory.remember(connection, {unique_id: self.fingerprint(unique_id) for unique_id in unique_ids})

    def fingerprint(self, unique_id: str) -> str:
        """One hash over all that the node is made of."""
        is_view = self._manifest["nodes"][unique_id]["config"]["materialized"] == "view"
        made_of = sorted((name, self._inputs[name][0 if is_view else 1]) for name in self._origins[unique_id])
        return hashlib.sha256(json.dumps([self._conditions, made_of]).encode()).hexdigest()

    def _read_inputs(
        self, connection: duckdb.DuckDBPyConnection, present: Collection[str], unique_ids: Collection[str]
    ) -> None:
        """(shape, content) of every origin; a seed's shape is its content, because models are made from its rows."""
        self._inputs = {}
        tables: dict[str, str] = {}
        for name in set[str]().union(*(self._origins[unique_id] for unique_id in unique_ids)):
            if name.startswith("seed."):
                file = self._project_dir / self._manifest["nodes"][name]["original_file_path"]
                digest = hashlib.sha256(file.read_bytes()).hexdigest()
                self._inputs[name] = (digest, digest)
            elif (address := self.address(name)) in present:
                tables[name] = address
            else:
                self._inputs[name] = (_ABSENT, _ABSENT)
        self._look_at(connection, tables)

    def _look_at(self, connection: duckdb.DuckDBPyConnection, tables: Mapping[str, str]) -> None:
        """Keep (shape, content) of tables that are there, given by name with their addresses."""
        found = contents.content_of_each(connection, tables.values())
        self._inputs |= {name: (found[address].shape, found[address].digest) for name, address in tables.items()}

    def address(self, unique_id: str) -> str:
        """Where the rows of a source or node stand, as `schema.table`."""
        if unique_id.startswith("source."):
            source = self._manifest["sources"][unique_id]
            return f"{source['schema']}.{source['identifier']}"
        node = self._manifest["nodes"][unique_id]
        return f"{node['schema']}.{node['alias']}"
