"""The week of the routing flow: drafts, branches, releases and the way back, on the shipped seeds."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from orchestration import routing_releases, settings
from orchestration.errors import RequestFault
from orchestration.routing_versions import Flow, following_monday, release_day
from orchestration.seeds import Table
from orchestration.settings import Settings

SEEDS = Path(__file__).parents[3] / "dbt_project" / "seeds"
WEDNESDAY, MONDAY, NEXT = date(2026, 11, 18), date(2026, 11, 23), date(2026, 11, 30)


@pytest.fixture
def current(tmp_path: Path) -> Settings:
    """An installation with a project of its own and nothing published."""
    shutil.copytree(SEEDS, tmp_path / "project" / "seeds")
    (tmp_path / "project" / "dbt_project.yml").write_text("name: marketmap\n")
    environment = {"MARKETMAP_HOME": str(tmp_path / "home"), "MARKETMAP_PROJECT_DIR": str(tmp_path / "project")}
    return settings.load(environment, tmp_path)


def edit(current: Settings, flow_version: str, node: str, **cells: str) -> None:
    """Change a node's rows as a person would: in the file."""
    nodes = Table.read(current.project_dir / "seeds", "routing_nodes")
    for row in nodes.rows:
        if (row["flow_version"], row["node"]) == (flow_version, node):
            row |= cells
    nodes.write()


def live(current: Settings) -> str:
    return Flow(current.project_dir).live["flow_version"]


def test_mondays() -> None:
    assert [following_monday(day) for day in (WEDNESDAY, MONDAY)] == [MONDAY, NEXT]
    assert release_day("LIVE ON 01/04: x", date(2026, 12, 29)) == date(2027, 1, 4)
    assert release_day("LIVE ON 02/30: x", MONDAY) is None
    assert release_day("Two week rework", MONDAY) is None


def test_a_week(current: Settings) -> None:
    """The draft is named for Monday, refused before, checked, released on it; the flow before is kept."""
    with routing_releases.opened(current) as flow:
        row, is_new = routing_releases.draft(flow, today=WEDNESDAY, author="Ann")
        assert (row["flow_version"], row["name"], is_new) == ("v2", "LIVE ON 11/23: no edits yet", True)
        assert routing_releases.draft(flow, today=WEDNESDAY, author="Bob") == (row, False)
        with pytest.raises(RequestFault, match=r"is for Monday, 2026-11-23.*routing urgent v2"):
            routing_releases.release(current, flow, "", by="Ann", today=WEDNESDAY)
    edit(current, "v2", "owner_map", value="x|", attribute="shoe_size", operator="in")
    with routing_releases.opened(current) as flow:
        with pytest.raises(RequestFault, match=r"routing_nodes.csv.*shoe_size"):
            routing_releases.release(current, flow, "", by="Ann", today=MONDAY)
        assert live(current) == "v1"
    edit(current, "v2", "owner_map", value="", attribute="", operator="", reason="Map of owners")
    with routing_releases.opened(current) as flow:
        routing_releases.release(current, flow, "", by="Ann", today=MONDAY)
        assert flow.changes("v2") == ["~ owner_map"]
    flow = Flow(current.project_dir)
    assert flow.live["name"] == "LIVE ON 11/23: owner_map"
    assert flow.version("v1")["status"] == "retired"
    (entry,) = routing_releases.history(current.project_dir)
    assert (entry["action"], entry["flow_version"], entry["replaced_version"], entry["released_by"]) == (
        "release", "v2", "v1", "Ann",
    )  # fmt: skip


def test_an_urgent_change_and_the_way_back(current: Settings) -> None:
    """An urgent release leaves an equal draft; a draft that would undo it is refused until it took it in."""
    with routing_releases.opened(current) as flow:
        routing_releases.draft(flow, today=WEDNESDAY, author="Ann")
        branch = routing_releases.branch(flow, name="Two week rework", author="Bob")["flow_version"]
    edit(current, "v2", "country", reason="By country")
    edit(current, branch, "sdr_assigned", reason="The account's SDR")
    with routing_releases.opened(current) as flow:
        row, new = routing_releases.urgent(current, flow, "", by="Ann", reason="Fair", today=WEDNESDAY)
        assert (row["name"], new["name"]) == ("LIVE ON 11/18: country", "LIVE ON 11/23: no edits yet")
        assert flow.changes(new["flow_version"]) == []
        with pytest.raises(RequestFault, match=rf"its edits would be lost.*merge v2 {branch}"):
            routing_releases.release(current, flow, branch, by="Bob", today=MONDAY)
        assert routing_releases.merge(flow, branch, new["flow_version"]) == ["sdr_assigned"]
        assert flow.changes(new["flow_version"]) == ["~ sdr_assigned"]
        assert routing_releases.merge(flow, "v2", branch) == ["country"]
        assert routing_releases.rollback(current, flow, "", by="Ann", reason="Wrong")["flow_version"] == "v1"
    assert live(current) == "v1"
    assert [entry["action"] for entry in routing_releases.history(current.project_dir)] == ["urgent", "rollback"]


def test_both_changed_a_node(current: Settings) -> None:
    with routing_releases.opened(current) as flow:
        for name in ("One", "Two"):
            routing_releases.branch(flow, name=name, author="Ann")
    edit(current, "v2", "country", reason="One")
    edit(current, "v3", "country", reason="Two")
    before = (current.project_dir / "seeds" / "routing_nodes.csv").read_bytes()
    with routing_releases.opened(current) as flow, pytest.raises(RequestFault, match="v2 and v3 both changed country"):
        routing_releases.merge(flow, "v2", "v3")
    assert (current.project_dir / "seeds" / "routing_nodes.csv").read_bytes() == before


def test_a_release_that_was_cut_short_is_finished(current: Settings) -> None:
    """The log is written first: a crash before the versions changed hands costs nothing, twice the same is nothing."""
    with routing_releases.opened(current) as flow:
        routing_releases.draft(flow, today=WEDNESDAY, author="Ann")
    log = Table.read(current.project_dir / "seeds", "routing_releases")
    entry = ("2026-11-23 09:00:00.000000", "release", "v2", "v1", "Ann", "")
    log.rows.append(dict(zip(log.columns, entry, strict=True)))
    log.write()
    for _ in range(2):
        with routing_releases.opened(current) as flow:
            assert [row["status"] for row in flow.versions.rows if row["status"] != "template"] == ["retired", "live"]
    # What a person decides by hand afterwards is left alone.
    versions = Table.read(current.project_dir / "seeds", "routing_versions")
    for row in versions.rows:
        row["status"] = {"v1": "live", "v2": "retired"}.get(row["flow_version"], row["status"])
    versions.write()
    with routing_releases.opened(current) as flow:
        assert flow.live["flow_version"] == "v1"


def test_a_draft_without_nodes_gets_them(current: Settings) -> None:
    """A crash between the two files of a clone leaves a draft without nodes; asking again fills it."""
    with routing_releases.opened(current) as flow:
        routing_releases.draft(flow, today=WEDNESDAY, author="Ann")
        flow.replace_nodes("v2", {})
    with routing_releases.opened(current) as flow:
        routing_releases.draft(flow, today=WEDNESDAY, author="Ann")
        assert flow.changes("v2") == []
        assert flow.nodes_of("v2")
