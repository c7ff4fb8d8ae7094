"""dbt, in this process: one runner with the parsed project handed over (4.8 s where the command line takes 8-10 s)."""

from __future__ import annotations

import hashlib
import json
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from functools import cached_property
from graphlib import TopologicalSorter
from importlib.metadata import version
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingestion.warehouse import make
from orchestration import data_tests
from orchestration.build_memory import Lineage
from orchestration.data_tests import DataTest
from orchestration.errors import TransformationFailed
from orchestration.outcomes import NodeOutcome, one_line

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

LOG = logging.getLogger("marketmap.dbt")

_GENERATED = frozenset({"target", "logs", "dbt_packages"})
# manifest.json loses the arguments of generic tests; the file for partial parsing holds the whole manifest (dbt 1.11).
_WHOLE_MANIFEST = "partial_parse.msgpack"
_TESTS = "data_tests.json"
_BUILT = frozenset({"model", "seed", "snapshot"})
_LOGGED = frozenset({"info", "warn", "error"})

Progress = Callable[[str], None]


class Transformation:
    """The dbt project of `project_dir`, built into the warehouse of `home`; artifacts and logs stay in `home`."""

    def __init__(self, project_dir: Path, home: Path) -> None:
        self.project_dir = project_dir
        self._warehouse = home / "warehouse.duckdb"
        self._target = home / "dbt"
        self._logs = home / "logs"
        # What was built while the landing waited; the step that it belongs to tells of it.
        self.built_ahead: dict[str, NodeOutcome] = {}

    @cached_property
    def code(self) -> str:
        """Changes with dbt's version and every file of the project, the rows of seeds left out."""
        # The manifest holds the project's address: a copy of the project has seeds of its own.
        digest = hashlib.sha256(f"{version('dbt-core')} {self.project_dir}".encode())
        for path in sorted(self.project_dir.rglob("*")):
            name = path.relative_to(self.project_dir)
            if path.is_file() and name.parts[0] not in _GENERATED:
                digest.update(f"\0{name}\0".encode() + (b"" if path.suffix == ".csv" else path.read_bytes()))
        return digest.hexdigest()

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """The manifest as JSON, parsed anew when the project changed; raises TransformationFailed."""
        if not self._is_current("manifest", self.code):
            LOG.debug("dbt: reading the project")
            result = self._invoke(["parse"], None, None)
            if not result.success:
                reason = one_line(str(result.exception))
                raise TransformationFailed(f"{self.project_dir} is not a valid dbt project: {reason}")
            self._mark_current("manifest", self.code)
        manifest: Mapping[str, Any] = json.loads((self._target / "manifest.json").read_text(encoding="utf-8"))
        return manifest

    @cached_property
    def lineage(self) -> Lineage:
        """What each node descends from."""
        return Lineage(self.manifest)

    @cached_property
    def tests(self) -> Mapping[str, DataTest]:
        """Every data test, compiled anew when the project changed; raises TransformationFailed.

        No test may read the warehouse while it is compiled (tests/integration/dbt_project), so rows do not matter.
        """
        path = self._target / _TESTS
        if not self._is_current("tests", self.code):
            LOG.debug("dbt: compiling the tests")
            result = self._invoke(["compile", "--select", "resource_type:test"], self._whole_manifest, None)
            data_tests.save(path, (_compiled(entry.node) for entry in self._results(result)))
            self._mark_current("tests", self.code)
        return data_tests.load(path)

    def read(self) -> None:
        """Have the project read and its tests compiled, and kept on disk, so that the next run need not do it."""
        self.manifest  # noqa: B018 (made when it is first looked at)
        self.tests  # noqa: B018 (likewise)

    def in_order(self, unique_ids: Collection[str]) -> list[str]:
        """The nodes with parents before children."""
        parents = self.manifest["parent_map"]
        graph = {
            unique_id: [parent for parent in parents[unique_id] if parent in unique_ids] for unique_id in unique_ids
        }
        return list(TopologicalSorter(graph).static_order())

    def columns(self, address: str) -> dict[str, str]:
        """The columns of a model and their types, as its contract declares them."""
        for node in self.manifest["nodes"].values():
            if f"{node['schema']}.{node['name']}" == address:
                return {name: column["data_type"] for name, column in node["columns"].items()}
        raise TransformationFailed(f"{self.project_dir} has no model {address}; a sync in reverse_etl/syncs names it.")

    def build(
        self,
        unique_ids: Iterable[str],
        *,
        full_refresh: bool = False,
        finished: Progress | None = None,
        variables: Mapping[str, Any] | None = None,
    ) -> list[NodeOutcome]:
        """Build exactly these seeds, snapshots and models in dbt's order; `finished` hears each node's name.

        `variables` are dbt's own, for this build alone.

        Failures are outcomes; raises TransformationFailed only when dbt could not run at all.
        """
        chosen = set(unique_ids)
        if not chosen:
            return []
        command = ["build", "--exclude-resource-type", "unit_test", "--exclude-resource-type", "test"]
        if all(unique_id.startswith("model.") for unique_id in chosen):
            command = ["run"]  # begins in .3 s, where `build` takes .5 s for what tests depend on
        arguments = [*command, "--cache-selected-only", "--select", *self._selectors(chosen)]
        refresh = ["--full-refresh"] if full_refresh else []
        given = ["--vars", json.dumps(dict(variables))] if variables else []
        result = self._invoke([*arguments, *refresh, *given], self._manifest_of_models, finished)
        return [
            NodeOutcome(
                unique_id=entry.node.unique_id,
                status=str(entry.status),
                failures=entry.failures or 0,
                seconds=entry.execution_time,
                message=one_line(entry.message or ""),
            )
            for entry in self._results(result)
        ]

    def compile(self, unique_ids: Iterable[str]) -> dict[str, str]:
        """The SQL of these models as dbt would run it now, incremental models in their incremental form."""
        selectors = self._selectors(set(unique_ids))
        result = self._invoke(["compile", "--select", *selectors], self._manifest_of_models, None)
        return {entry.node.unique_id: entry.node.compiled_code for entry in self._results(result)}

    def _selectors(self, unique_ids: set[str]) -> list[str]:
        """These nodes in as few criteria as there can be: dbt compares each criterion with each node of the project."""
        folders: dict[tuple[str, ...], set[str]] = defaultdict(set)
        seeds = {unique_id for unique_id in self.manifest["nodes"] if unique_id.startswith("seed.")}
        for unique_id, node in self.manifest["nodes"].items():
            if node["resource_type"] in _BUILT:
                folders[tuple(node["fqn"][:-1])].add(unique_id)
        selectors, left = [], set(unique_ids)
        if seeds and seeds <= left:
            selectors.append("resource_type:seed")
            left -= seeds
        for folder, members in folders.items():
            # A criterion of a folder holds for the folders in it, too.
            inside = set[str]().union(*(found for path, found in folders.items() if path[: len(folder)] == folder))
            if len(folder) > 1 and inside <= unique_ids and members & left:
                selectors.append(f"fqn:{'.'.join(folder)}")
                left -= inside
        return sorted(selectors + [f"fqn:{'.'.join(self.manifest['nodes'][unique_id]['fqn'])}" for unique_id in left])

    def test(self, unique_ids: Iterable[str], finished: Progress | None = None) -> list[NodeOutcome]:
        """Run exactly these data tests; raises TransformationFailed when dbt cannot compile them."""
        chosen = [self.tests[unique_id] for unique_id in sorted(unique_ids)]
        return data_tests.run(self._warehouse, chosen, finished)

    def _is_current(self, artifact: str, digest: str) -> bool:
        mark = self._target / f"{artifact}.sha256"
        return mark.is_file() and mark.read_text() == digest

    def _mark_current(self, artifact: str, digest: str) -> None:
        (self._target / f"{artifact}.sha256").write_text(digest)

    def _results(self, result: dbtRunnerResult) -> list[Any]:
        if result.exception is not None or result.result is None:
            raise TransformationFailed(f"dbt could not run: {one_line(str(result.exception))}")
        return list(result.result.results)

    @cached_property
    def _whole_manifest(self) -> Manifest:
        from dbt.contracts.graph.manifest import Manifest
        from dbt.parser.manifest import extended_mashumuro_decoder

        content = (self._target / _WHOLE_MANIFEST).read_bytes()
        return Manifest.from_msgpack(content, decoder=extended_mashumuro_decoder)

    @cached_property
    def _manifest_of_models(self) -> Manifest:
        """Without the tests, which are five in six nodes: dbt sorts and searches all of them for each build."""
        whole = self._whole_manifest
        models = {unique_id: node for unique_id, node in whole.nodes.items() if node.resource_type in _BUILT}
        return replace(whole, nodes=models, unit_tests={})

    def _invoke(self, arguments: list[str], manifest: Manifest | None, finished: Progress | None) -> dbtRunnerResult:
        from dbt.cli.main import dbtRunner

        log = _log(self._logs / "dbt.log")

        def notice(event: Any) -> None:
            if event.info.level in _LOGGED:
                log.handle(logging.makeLogRecord({"levelname": event.info.level, "msg": event.info.msg}))
            if finished is not None and event.info.name == "NodeFinished":
                finished(event.data.node_info.node_name)

        folders = {
            "--project-dir": self.project_dir,
            "--profiles-dir": self.project_dir,
            "--target-path": self._target,
            "--log-path": self._logs,
        }
        options = [part for option, folder in folders.items() for part in (option, str(folder))]
        # dbt's own file is written by us: it makes a line of each of its 40 events a node before it looks at the level.
        quiet = ["--log-level", "none", "--log-level-file", "none", "--no-print", "--no-use-colors"]
        artifacts = ["--no-write-json"] if manifest is not None else []
        if manifest is not None:  # all but parsing opens the warehouse, and dbt would make it in DuckDB's own format
            make(self._warehouse)
        try:
            return dbtRunner(manifest=manifest, callbacks=[notice]).invoke([*arguments, *options, *quiet, *artifacts])
        finally:
            log.close()
            release()


def _log(file: Path) -> logging.Handler:
    file.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(file, maxBytes=10_000_000, backupCount=1, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s [%(levelname)s] %(message)s"))
    return handler


def release() -> None:
    """Close what dbt keeps open between invocations: the warehouse, with its lock."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


def _compiled(node: Any) -> DataTest:
    return DataTest(
        unique_id=node.unique_id,
        sql=node.compiled_code,
        severity=node.config.severity.lower(),
        fail_calc=node.config.fail_calc,
        warn_if=node.config.warn_if,
        error_if=node.config.error_if,
        limit=node.config.limit,
        owner=str(node.config.meta.get("owner", "")),
        remedy=str(node.config.meta.get("remedy", "")),
    )
