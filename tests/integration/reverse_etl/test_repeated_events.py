"""An event that was on its way when the process died is sent again under its old id, and the receiver takes it once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from connections.webhook import open_address
from reverse_etl.destinations import Batch
from reverse_etl.destinations.webhook import WebhookDestination
from tests.integration.conftest import RunningSandbox
from tests.integration.reverse_etl.conformance import QUICK
from tests.integration.reverse_etl.declared import SPECS, Desk


class Dying(WebhookDestination):
    """An address that takes events, and a process that dies before it can note which."""

    deaths = 1

    def write(self, batch: Batch) -> pa.Table:
        """Send, and die."""
        answers = super().write(batch)
        if self.deaths:
            self.deaths -= 1
            raise KeyboardInterrupt
        return answers


@pytest.fixture
def leads(clean_sandbox: RunningSandbox, tmp_path: Path) -> Iterator[Desk]:
    """Scores of leads, told to an address."""
    env = clean_sandbox.env
    with open_address("webhook", env["WEBHOOK_BASE_URL"], retry=QUICK) as connection:
        connection.allow(1_000)
        destination = Dying(connection, env["WEBHOOK_SECRET"])
        yield Desk(tmp_path / "warehouse.duckdb", clean_sandbox, SPECS["webhook__leads"], destination)


def told(desk: Desk) -> list[tuple[str, str, float]]:
    """The events that the receiver took, in their order."""
    events = [write["after"] for write in desk.sandbox.writes("webhook", object="Event")]
    return [(event["type"], event["data"]["id"], event["data"].get("overall_score")) for event in events]


def test_events_in_flight_at_a_crash_are_taken_once(leads: Desk) -> None:
    rows = [{"lead_id": f"00Q{n}", "overall_score": 50.0 + n} for n in range(3)]
    created = [("lead.created", f"00Q{n}", 50.0 + n) for n in range(3)]
    leads.want(rows)
    with pytest.raises(KeyboardInterrupt):
        leads.run()
    assert sorted(told(leads)) == created
    # The next run has more to say, so that its batches are others.
    leads.want([*rows, {"lead_id": "00Q0a", "overall_score": 60.0}])
    report = leads.run()
    assert (report.status, report.accepted) == ("succeeded", 4), report.messages
    assert sorted(told(leads)) == sorted([*created, ("lead.created", "00Q0a", 60.0)])
    assert leads.run().api_calls == 0


def test_a_score_that_comes_back_is_news_again(leads: Desk) -> None:
    assert isinstance(leads.destination, Dying)
    leads.destination.deaths = 0
    for score in (50.0, 51.0, 50.0, 51.0):
        leads.want([{"lead_id": "00Q1", "overall_score": score}])
        assert leads.run().accepted == 1
    assert [score for _, _, score in told(leads)] == [50.0, 51.0, 50.0, 51.0]
