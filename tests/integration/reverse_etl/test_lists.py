"""The declared syncs of marketing automation, run by the engine: lists follow, programs take each lead once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from reverse_etl.destinations import Destination
from reverse_etl.destinations.marketo import MarketoDestination
from reverse_etl.destinations.marketo_campaigns import MarketoCampaigns
from tests.integration.conftest import RunningSandbox
from tests.integration.reverse_etl.declared import SPECS, Desk
from tests.integration.reverse_etl.destinations import test_eloqua, test_pardot
from tests.integration.reverse_etl.destinations.test_marketo import CAMPAIGN, PROGRAM, WEBINAR, marketo

CONTAINERS = {
    "programs": ("program_id", PROGRAM),
    "campaigns": ("campaign_id", CAMPAIGN),
    "members": ("list_id", WEBINAR),
}


@pytest.fixture
def desk(clean_sandbox: RunningSandbox, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """One of the three syncs, turned on."""
    name = str(request.param)
    with marketo(clean_sandbox) as connection:
        destination: Destination = (
            MarketoCampaigns(connection) if name == "campaigns" else MarketoDestination(connection)
        )
        desk = Desk(tmp_path / "warehouse.duckdb", clean_sandbox, SPECS[f"marketo__{name}"], destination)
        desk.write_mode = "always" if name == "members" else "on_create"
        yield desk


def want(desk: Desk, *leads: int) -> None:
    """Let these leads belong to the list, program or campaign of the sync."""
    field, container = CONTAINERS[desk.spec.name.removeprefix("marketo__")]
    desk.want(
        [
            {"member_id": f"{container}:{lead}", field: container, "marketo_lead_id": str(lead),
             "member_status": "Sales Alert"}
            for lead in leads
        ]
    )  # fmt: skip


def told(desk: Desk) -> list[tuple[str, str]]:
    """(operation, lead) in order."""
    kinds = {"programs": "ProgramMember", "campaigns": "CampaignRequest", "members": "ListMember"}
    kind = kinds[desk.spec.name.removeprefix("marketo__")]
    return [(write["operation"], write["record_id"]) for write in desk.sandbox.writes("marketo", object=kind)]


@pytest.mark.parametrize("desk", ["programs", "campaigns"], indirect=True)
def test_a_lead_comes_once_however_often_it_crosses_the_threshold(desk: Desk) -> None:
    verb = "add" if desk.spec.name.endswith("programs") else "create"
    want(desk, 1, 2, 3)
    report = desk.run()
    assert (report.status, report.accepted) == ("succeeded", 3), report.messages
    for leads in ((), (1, 2, 3), (1, 2, 3, 4)):
        want(desk, *leads)
        report = desk.run()
        assert (report.status, report.accepted) == ("succeeded", 1 if 4 in leads else 0), report.messages
        assert report.api_calls == 0 or 4 in leads
    assert sorted(told(desk)) == [(verb, str(lead)) for lead in (1, 2, 3, 4)]


@pytest.mark.parametrize("desk", ["campaigns"], indirect=True)
def test_a_campaign_whose_answer_was_lost_is_not_requested_again_and_is_told(desk: Desk) -> None:
    want(desk, 1, 2)
    desk.sandbox.fault("marketo", "drop_after_commit", path="/trigger.json")
    report = desk.run()
    assert (report.status, report.unknown) == ("partial", 2), report.messages
    want(desk, 1, 2, 3)
    assert desk.run().accepted == 1
    assert sorted(told(desk)) == [("create", str(lead)) for lead in (1, 2, 3)]


@pytest.mark.parametrize("desk", ["members"], indirect=True)
def test_a_list_follows_its_segment(desk: Desk) -> None:
    for leads in ((1, 2, 3), (2, 3, 4), ()):
        want(desk, *leads)
        report = desk.run()
        assert report.status == "succeeded", report.messages
        assert desk.run().api_calls == 0
    moved = [("add", 1), ("add", 2), ("add", 3), ("add", 4), ("remove", 1), ("remove", 2), ("remove", 3), ("remove", 4)]
    assert sorted(told(desk)) == [(verb, str(lead)) for verb, lead in moved]


@pytest.mark.parametrize(
    ("sync", "person", "suite"),
    [
        ("pardot__members", "pardot_prospect_id", test_pardot.TestPardotLists()),
        ("eloqua__members", "eloqua_contact_id", test_eloqua.TestEloquaLists()),
    ],
)
def test_a_list_holds_its_segment_after_adding_and_removing(
    clean_sandbox: RunningSandbox,
    tmp_path: Path,
    sync: str,
    person: str,
    suite: test_pardot.TestPardotLists | test_eloqua.TestEloquaLists,
) -> None:
    with suite.open(clean_sandbox) as destination:
        desk = Desk(tmp_path / "warehouse.duckdb", clean_sandbox, SPECS[sync], destination)
        for people in ((1, 2, 3), (2, 3, 4), ()):
            desk.want([{"member_id": suite.key(one), "list_id": WEBINAR, person: str(one)} for one in people])
            report = desk.run()
            assert report.status == "succeeded", report.messages
            assert suite.held(clean_sandbox).keys() == suite.some(people).keys()
            assert desk.run().api_calls == 0
