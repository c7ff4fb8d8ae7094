"""Running the dbt project on a warehouse of the test's own."""

from __future__ import annotations

import copy
import fcntl
import os
import shutil
import tempfile
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumaro_encoder, extended_mashumuro_decoder

from ingestion.warehouse import kept_open
from orchestration.transformation import Transformation
from tests.conftest import SHARED

PROJECT = Path(__file__).parents[3] / "dbt_project"
_WHOLE = "partial_parse.msgpack"


def copy_project(target: Path, further_rows: Mapping[str, Sequence[str]]) -> Path:
    """A copy of the project in which rows (CSV lines) are appended to seeds, by seed name; nothing else may differ."""
    project = target / "dbt_project"
    shutil.copytree(PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    for seed, lines in further_rows.items():
        with (project / "seeds" / f"{seed}.csv").open("a", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
    return project


def run_dbt(home: Path, command: Sequence[str], project: Path = PROJECT) -> dict[str, str]:
    """Run a dbt command on `home`/warehouse.duckdb; status by unique id of every node that ran."""
    manifest = replace(parsed())
    if {"unit_test", "test"} <= set(command[1:]):  # neither wanted: dbt need not sort and search them
        manifest.nodes = {name: node for name, node in manifest.nodes.items() if node.resource_type != "test"}
        manifest.unit_tests = {}
    if project != PROJECT:
        manifest.nodes = {name: _moved(node, project) for name, node in manifest.nodes.items()}
    result = _invoke(home, command, project, manifest)
    return {node.node.unique_id: str(node.status) for node in result}


@cache
def parsed() -> Manifest:
    """The project's manifest; shared, so to be left as it is."""
    manifest: Manifest = Manifest.from_msgpack((_artifacts() / _WHOLE).read_bytes(), decoder=extended_mashumuro_decoder)
    manifest.build_parent_and_child_maps()
    return manifest


def hand_over(home: Path) -> None:
    """Leave in a home what its first run would find out by parsing the project."""
    shutil.copytree(_artifacts(), home / "dbt")
    (home / "dbt" / "manifest.sha256").write_text(Transformation(PROJECT, home).code)


def _artifacts() -> Path:
    """What dbt knows of the project: parsed once for all workers, as it takes as long as a small build."""
    folder = Path(os.environ[SHARED]) / "parsed"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            with tempfile.TemporaryDirectory() as home:
                manifest = _invoke(Path(home), ["parse"], PROJECT, None)
            unfinished = folder.with_suffix(".unfinished")
            unfinished.mkdir()
            (unfinished / _WHOLE).write_bytes(manifest.to_msgpack(extended_mashumaro_encoder))
            manifest.writable_manifest().write(str(unfinished / "manifest.json"))
            unfinished.rename(folder)
    return folder


def _moved(node: Any, project: Path) -> Any:
    """A seed whose rows are those of the copy; any other node says the same in both."""
    if node.resource_type != "seed":
        return node
    moved = copy.copy(node)
    moved.root_path = str(project)
    return moved


def _invoke(home: Path, command: Sequence[str], project: Path, manifest: Manifest | None) -> Any:  # dbt is untyped
    arguments = [
        *command,
        "--log-level=none",  # not "--quiet", with which dbt makes each line before it leaves it out
        "--log-level-file=none",
        "--no-print",
        "--no-write-json",
        f"--project-dir={project}",
        f"--profiles-dir={project}",
        f"--target-path={home / 'target'}",
        f"--log-path={home / 'logs'}",
    ]
    with _home(home), kept_open(home / "warehouse.duckdb"), warnings.catch_warnings():
        # dbt itself leaves files open and uses deprecated calls; none of it is ours.
        warnings.simplefilter("ignore")
        outcome = dbtRunner(manifest=manifest).invoke(arguments)
    if outcome.exception is not None:
        raise outcome.exception
    return outcome.result


def rows(home: Path, query: str) -> list[tuple[object, ...]]:
    """All rows of a query on the warehouse in `home`."""
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        return connection.execute(query).fetchall()


@contextmanager
def _home(home: Path) -> Iterator[None]:
    before = os.environ.get("MARKETMAP_HOME")
    os.environ["MARKETMAP_HOME"] = str(home)
    try:
        yield
    finally:
        if before is None:
            del os.environ["MARKETMAP_HOME"]
        else:
            os.environ["MARKETMAP_HOME"] = before
