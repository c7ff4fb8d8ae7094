"""A routing flow that cannot work is refused with file, line and remedy; the shipped flows are whole."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path

import pytest

from expectations.seeds.declarations import read_declarations
from expectations.seeds.files import Row, SeedFile, read_seed
from expectations.seeds.flows import flow_faults

FOLDER = Path(__file__).parents[3] / "dbt_project" / "seeds"
NAMES = ("routing_versions", "routing_nodes", "routing_maps", "routing_rotations", "routing_rotation_members")
Seeds = dict[str, SeedFile]


@pytest.fixture(scope="module")
def shipped() -> Seeds:
    declared = read_declarations(FOLDER).seeds
    names = (*NAMES, "working_hours", "rule_attributes")
    return {name: read_seed(FOLDER / f"{name}.csv", declared[name])[0] for name in names}


@pytest.fixture
def seeds(shipped: Seeds) -> Seeds:
    return copy.deepcopy(shipped)


def _line(seeds: Seeds, seed: str, **cells: str) -> tuple[int, Row]:
    return next((line, row) for line, row in seeds[seed].rows if cells.items() <= row.items())


def _node(seeds: Seeds, node: str) -> tuple[int, Row]:
    return _line(seeds, "routing_nodes", flow_version="v1", node=node)


def test_both_shipped_flows_are_whole(seeds: Seeds) -> None:
    assert [*flow_faults(seeds)] == []
    for _, row in seeds["routing_versions"].rows:
        row["status"] = {"v1": "retired", "template": "live"}[row["flow_version"]]
    assert [*flow_faults(seeds)] == []


def _cycle(seeds: Seeds) -> int:
    line, row = _node(seeds, "country")
    row["otherwise"] = "mql"
    return line


def _dead_end(seeds: Seeds) -> int:
    line, row = _node(seeds, "country")
    row["otherwise"] = ""
    return line


def _unreachable(seeds: Seeds) -> int:
    _node(seeds, "score_missing")[1]["otherwise"] = "company_missing"
    return _node(seeds, "score_below_zero")[0]


def _unknown_node(seeds: Seeds) -> int:
    line, row = _node(seeds, "mql")
    row["on_match"] = "account_bdrs"
    return line


def _shadowed(seeds: Seeds) -> int:
    line, row = _node(seeds, "score_missing")
    _, before = _node(seeds, "do_not_route")
    row |= {name: before[name] for name in ("attribute", "operator", "value")}
    for _, other in seeds["routing_nodes"].rows:
        if other["node"] == "score_missing" and other is not row:
            other |= {name: before[name] for name in ("attribute", "operator", "value")}
    return line


def _unknown_map(seeds: Seeds) -> int:
    line, row = _node(seeds, "country")
    row["target"] = "country"
    return line


def _unknown_rotation(seeds: Seeds) -> int:
    line, row = _line(seeds, "routing_maps", rule_id="emea")
    row["assignee"] = "sdr_europe"
    return line


def _overlap(seeds: Seeds) -> int:
    line, row = _line(seeds, "routing_maps", rule_id="emea")
    row["priority"] = "1"
    return line


def _nobody(seeds: Seeds) -> int:
    line, row = _line(seeds, "routing_rotations", rotation="sdr_emea")
    row["user_group"] = ""
    return line


def _unknown_schedule(seeds: Seeds) -> int:
    line, row = _line(seeds, "routing_rotations", rotation="sdr_emea")
    row["schedule"] = "nights"
    return line


def _unknown_field(seeds: Seeds) -> int:
    line, row = _node(seeds, "mdf_campaign")
    row["field_values"] = "partner_propsect_status=Qualifying"
    return line


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_cycle, "routing_nodes.csv:{line} otherwise 'mql': leads back"),
        (_dead_end, "routing_nodes.csv:{line} otherwise: is blank in node country"),
        (_unreachable, "routing_nodes.csv:{line} node 'score_below_zero': is a node that no lead can reach"),
        (_unknown_node, "routing_nodes.csv:{line} on_match 'account_bdrs': is not a node"),
        (_shadowed, "routing_nodes.csv:{line} node 'score_missing': never takes a lead"),
        (_unknown_map, "routing_nodes.csv:{line} target 'country': is not found in routing_maps.csv"),
        (_unknown_rotation, "routing_maps.csv:{line} assignee 'sdr_europe': is not a rotation"),
        (_overlap, "routing_maps.csv:{line} priority '1': is also the priority of americas"),
        (_nobody, "routing_rotations.csv:{line} rotation 'sdr_emea': has neither a group nor members"),
        (_unknown_schedule, "routing_rotations.csv:{line} schedule 'nights': is not a schedule"),
        (_unknown_field, "routing_nodes.csv:{line} field_values 'partner_propsect_status=Qualifying': sets no field"),
    ],
)
def test_each_fault_is_told_with_its_place_and_a_remedy(
    seeds: Seeds, spoil: Callable[[Seeds], int], words: str
) -> None:
    line = spoil(seeds)
    told = [str(fault) for fault in flow_faults(seeds)]
    assert any(fault.startswith(words.format(line=line)) and "; " in fault for fault in told), told


def test_a_draft_that_is_half_edited_stops_nobody(seeds: Seeds) -> None:
    template = [(line, row) for line, row in seeds["routing_nodes"].rows if row["flow_version"] == "template"]
    template[-1][1]["node"] = "renamed"
    assert [*flow_faults(seeds)] == []
