"""The order of a build: stages by what is learnt between them, parts by what rests on what."""

from __future__ import annotations

from typing import Any

from orchestration import stages
from orchestration.build_memory import Lineage

PARENTS = {
    "model.a.view": ["source.a.raw"],
    "model.a.root": ["model.a.view"],
    "model.a.second": ["model.a.root"],
    "model.a.wide": ["model.a.second", "model.a.view"],
    "model.a.last": ["model.a.wide"],
    "model.a.scored": ["model.a.last", "source.a.learnt_scores"],
    "test.a.root_is_unique": ["model.a.root"],
}
MANIFEST: dict[str, Any] = {
    "sources": {"source.a.raw": {"source_name": "crm"}, "source.a.learnt_scores": {"source_name": "ml"}},
    "nodes": {
        name: {"config": {"materialized": name.partition(".")[0] if name.startswith("test") else "table"}}
        for name in PARENTS
    },
    "parent_map": PARENTS,
}
MANIFEST["nodes"]["model.a.view"]["config"]["materialized"] = "view"


def test_a_stage_has_three_parts() -> None:
    found = stages.parts(MANIFEST, stages.of_nodes(MANIFEST))
    assert [found[f"model.a.{name}"] for name in ("view", "root", "second", "wide", "last", "scored")] == [
        0, 0, 1, 2, 2, 3
    ]  # fmt: skip
    assert found["test.a.root_is_unique"] == 1


def test_what_a_node_is_made_of_ends_at_tables_of_earlier_parts() -> None:
    origins = Lineage(MANIFEST).origins
    assert origins["model.a.root"] == {"source.a.raw"}
    assert origins["model.a.second"] == {"model.a.root"}
    assert origins["model.a.wide"] == {"model.a.second", "source.a.raw"}
    assert origins["model.a.last"] == {"model.a.second", "source.a.raw"}
    assert origins["model.a.scored"] == {"model.a.last", "source.a.learnt_scores"}
    assert origins["test.a.root_is_unique"] == {"model.a.root"}
