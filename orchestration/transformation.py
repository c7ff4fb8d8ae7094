"""dbt, in this process: one runner with the parsed project handed over (4.8 s where the command line takes 8-10 s)."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.errors import TransformationFailed

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

LOG = logging.getLogger("marketmap.dbt")

_GENERATED = frozenset({"target", "logs", "dbt_packages"})
_DIGEST = "project.sha256"
# manifest.json loses the arguments of generic tests; the file for partial parsing holds the whole manifest (dbt 1.11).
_WHOLE_MANIFEST = "partial_parse.msgpack"


@dataclass(frozen=True)
class NodeOutcome:
    """How one model, seed, snapshot or test ended: dbt's own status word, failing rows, seconds and message."""

    unique_id: str
    status: str
    failures: int
    seconds: float
    message: str

    @property
    def succeeded(self) -> bool:
        """Whether the node did what it should."""
        return self.status in {"success", "pass"}

    @property
    def skipped(self) -> bool:
        """Whether dbt left the node out because something before it failed."""
        return self.status == "skipped"


class Transformation:
    """The dbt project of `project_dir`, built into the warehouse of `home`; artifacts and logs stay in `home`."""

    def __init__(self, project_dir: Path, home: Path) -> None:
        self.project_dir = project_dir
        self.target = home / "dbt"
        self._logs = home / "logs"

    @cached_property
    def digest(self) -> str:
        """Changes with every file of the project and with dbt's version."""
        digest = hashlib.sha256(version("dbt-core").encode())
        for path in sorted(self.project_dir.rglob("*")):
            if path.is_file() and path.relative_to(self.project_dir).parts[0] not in _GENERATED:
                digest.update(str(path.relative_to(self.project_dir)).encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """The manifest as JSON, parsed anew when the project changed; raises TransformationFailed."""
        self._parse_if_changed()
        manifest: Mapping[str, Any] = json.loads((self.target / "manifest.json").read_text(encoding="utf-8"))
        return manifest

    def build(
        self, unique_ids: Iterable[str], *, full_refresh: bool = False, finished: Callable[[str], None] | None = None
    ) -> list[NodeOutcome]:
        """Build exactly these nodes, tests included, in dbt's order; `finished` hears each node's name.

        Failures are outcomes; raises TransformationFailed only when dbt could not run at all.
        """
        self._parse_if_changed()
        selectors = [f"fqn:{'.'.join(self._node(unique_id)['fqn'])}" for unique_id in sorted(unique_ids)]
        arguments = ["build", "--indirect-selection", "empty", "--select", *selectors]
        result = self._invoke([*arguments, *(["--full-refresh"] if full_refresh else [])], finished)
        if result.exception is not None or result.result is None:
            raise TransformationFailed(f"dbt could not build: {one_line(str(result.exception))}")
        return [
            NodeOutcome(
                unique_id=entry.node.unique_id,
                status=str(entry.status),
                failures=entry.failures or 0,
                seconds=entry.execution_time,
                message=one_line(entry.message or ""),
            )
            for entry in result.result.results
        ]

    def _node(self, unique_id: str) -> Mapping[str, Any]:
        node: Mapping[str, Any] = self.manifest["nodes"][unique_id]
        return node

    def _parse_if_changed(self) -> None:
        mark = self.target / _DIGEST
        if mark.is_file() and mark.read_text() == self.digest:
            return
        LOG.debug("reading the dbt project")
        result = self._run(["parse"], None, None)
        if not result.success:
            raise TransformationFailed(
                f"{self.project_dir} is not a valid dbt project: {one_line(str(result.exception))}"
            )
        mark.write_text(self.digest)

    def _invoke(self, arguments: list[str], finished: Callable[[str], None] | None) -> dbtRunnerResult:
        return self._run(arguments, self._whole_manifest, finished)

    @cached_property
    def _whole_manifest(self) -> Manifest:
        from dbt.contracts.graph.manifest import Manifest
        from dbt.parser.manifest import extended_mashumuro_decoder

        content = (self.target / _WHOLE_MANIFEST).read_bytes()
        return Manifest.from_msgpack(content, decoder=extended_mashumuro_decoder)

    def _run(
        self, arguments: list[str], manifest: Manifest | None, finished: Callable[[str], None] | None
    ) -> dbtRunnerResult:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        def notice(event: Any) -> None:
            if finished is not None and event.info.name == "NodeFinished":
                finished(event.data.node_info.node_name)

        folders = {
            "--project-dir": self.project_dir,
            "--profiles-dir": self.project_dir,
            "--target-path": self.target,
            "--log-path": self._logs,
        }
        options = [part for option, folder in folders.items() for part in (option, str(folder))]
        quiet = ["--log-level", "none", "--log-level-file", "info", "--no-print"]
        artifacts = ["--no-write-json"] if manifest is not None else []
        try:
            return dbtRunner(manifest=manifest, callbacks=[notice]).invoke([*arguments, *options, *quiet, *artifacts])
        finally:
            DuckDBConnectionManager.close_all_connections()  # dbt-duckdb would keep the file, and its lock


def one_line(text: str) -> str:
    """`text` without line breaks and runs of blanks: every failure is told in one line."""
    return " ".join(text.split())
