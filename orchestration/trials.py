"""Trial rules over the published warehouse: other seeds in, other tiers and values out, production untouched.

A trial runs the SQL that dbt compiled for the last run, in memory, with the trial's rows where the seeds' were. So it
follows the very rules that made today's figures, needs no dbt, and does not wait for a run that is being built.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import duckdb

from expectations.seeds import validate
from expectations.seeds.tables import load_tables
from orchestration import contents, seeds
from orchestration.errors import RequestFault
from orchestration.settings import Settings

TARGETS = ("account_tiers", "account_valuations")
# What is published of the tables on which the rules stand; everything between them and the targets is computed anew.
# A trial is refused while the scoring is held.
_PUBLISHED_AS = {
    "int_accounts": "published.marts.dim_accounts",
    "int_account_signals": "published.marts.account_signals",
    "int_scoring_holds": "(select false as is_held, cast(null as varchar) as reason)",
}
_HELD = "select max(held_reason) from published.marts.account_tiers"
_NOT_YET = "Nothing is published yet, or it was published by an older version. Publish with `marketmap run`."


@dataclass(frozen=True)
class _Node:
    name: str
    schema: str
    kind: str
    materialized: str
    parents: tuple[str, ...]
    compiled: Path


@dataclass
class Plan:
    """Which nodes a trial computes, in order, and what it takes as it is from seeds and from the published file."""

    computed: list[str] = field(default_factory=list)
    seeds: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)


@contextmanager
def project_with(project_dir: Path, files: Mapping[str, Path]) -> Iterator[Path]:
    """A temporary project whose seeds are the project's, with `files` in the place of those they are named for.

    Raises RequestFault for a seed that does not exist, and with every fault of the rows, all at once.
    """
    known = {path.stem for path in (project_dir / "seeds").rglob("*.csv")}
    if unknown := [name for name in files if name not in known]:
        raise RequestFault(f"{', '.join(unknown)} is no seed; there are {', '.join(sorted(known))}.")
    if absent := [str(path) for path in files.values() if not path.is_file()]:
        raise RequestFault(f"{', '.join(absent)} does not exist; name a CSV file.")
    with seeds.copied(project_dir, files) as project:
        if faults := validate(project):
            raise RequestFault(*(str(fault) for fault in faults))
        yield project


@contextmanager
def trial(settings: Settings, files: Mapping[str, Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which `warehouse.marts` holds the targets under the trial's rules, and `published` today's.

    Without `files` the seeds are tried as they stand in the project: what the next run would make of an edit.
    """
    if not settings.published.exists():
        raise RequestFault(_NOT_YET)
    with project_with(settings.project_dir, files) as project, duckdb.connect() as connection:
        connection.execute(f"attach {contents.literal(settings.published)} as published (read_only)")
        _refuse_while_held(connection)
        nodes = _nodes(settings.home / "dbt")
        connection.execute("attach ':memory:' as warehouse")
        plan = planned(nodes, files.keys())
        _take(connection, plan, nodes)
        load_tables(connection, "warehouse.seeds", project, plan.seeds)
        for name in plan.computed:
            _compute(connection, nodes[name])
        yield connection


def _refuse_while_held(connection: duckdb.DuckDBPyConnection) -> None:
    """What dbt compiled then keeps tiers instead of making them."""
    try:
        rows = connection.execute(_HELD).fetchall()
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise RequestFault(_NOT_YET) from error
    if reason := rows[0][0]:
        raise RequestFault(
            f"Nothing is scored at present: {reason}. Repair what marts.crm_blockers lists, or choose another approach "
            "in intake_answers.csv, and run `marketmap run`."
        )


def planned(nodes: Mapping[str, Any], changed: Collection[str]) -> Plan:
    """From the targets back to the seeds: a mart that no changed seed reaches is taken as published."""
    needed: dict[str, tuple[str, ...]] = {}
    plan = Plan()

    def reaches(name: str) -> bool:
        node = nodes[name]
        if node.kind == "seed":
            return not changed or name in changed
        return name not in _PUBLISHED_AS and any(reaches(parent) for parent in node.parents)

    def visit(name: str) -> None:
        if name in needed:
            return
        node = nodes[name]
        is_taken = name in _PUBLISHED_AS or node.kind == "seed" or (node.schema == "marts" and not reaches(name))
        needed[name] = () if is_taken else node.parents
        for parent in needed[name]:
            visit(parent)

    for target in TARGETS:
        visit(target)
    for name in TopologicalSorter(needed).static_order():
        kind = plan.computed if needed[name] else plan.seeds if nodes[name].kind == "seed" else plan.published
        kind.append(name)
    return plan


def _nodes(artifacts: Path) -> dict[str, _Node]:
    """Seeds and models of the last run by name."""
    manifest = artifacts / "manifest.json"
    if not manifest.is_file():
        raise RequestFault(_NOT_YET)
    content = json.loads(manifest.read_text(encoding="utf-8"))
    found = {key: node for key, node in content["nodes"].items() if node["resource_type"] in {"model", "seed"}}
    return {
        node["name"]: _Node(
            name=node["name"],
            schema=node["schema"],
            kind=node["resource_type"],
            materialized=node["config"]["materialized"],
            parents=tuple(found[parent]["name"] for parent in content["parent_map"][key] if parent in found),
            compiled=artifacts / "compiled" / node["package_name"] / node["original_file_path"],
        )
        for key, node in found.items()
    }


def _take(connection: duckdb.DuckDBPyConnection, plan: Plan, nodes: Mapping[str, _Node]) -> None:
    """Views on the published file for what the trial does not change."""
    for schema in sorted({"seeds", *(nodes[name].schema for name in (*plan.computed, *plan.published))}):
        connection.execute(f"create schema if not exists warehouse.{schema}")
    for name in plan.published:
        source = _PUBLISHED_AS.get(name, f"published.marts.{name}")
        try:
            connection.execute(f"create view warehouse.{nodes[name].schema}.{name} as select * from {source}")
        except duckdb.CatalogException as error:
            raise RequestFault(_NOT_YET) from error


def _compute(connection: duckdb.DuckDBPyConnection, node: _Node) -> None:
    if not node.compiled.is_file():
        raise RequestFault(f"{node.name} has not been built with this version yet. Build it with `marketmap run`.")
    sql = node.compiled.read_text(encoding="utf-8")
    kind = "view" if node.materialized == "view" else "table"
    connection.execute(f"create {kind} warehouse.{node.schema}.{node.name} as {sql}")
