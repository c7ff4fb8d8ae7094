"""Marketo passes the suite: fields of leads, and members of static lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from connections.errors import RequestRejected
from connections.http import Connection
from connections.marketo import MarketoCredentials, open_marketo
from reverse_etl.destinations import CELLS, Destination
from reverse_etl.destinations.marketo import MarketoDestination
from reverse_etl.destinations.marketo_campaigns import MarketoCampaigns
from tests.integration.conftest import RunningSandbox
from tests.integration.reverse_etl.bench import Bench, table
from tests.integration.reverse_etl.conformance import QUICK, Conformance

NEWSLETTER, WEBINAR = "1001", "1002"
PROGRAM, CAMPAIGN = "2001", "6001"


@contextmanager
def marketo(sandbox: RunningSandbox) -> Iterator[Connection]:
    """A connection that need not wait."""
    env = sandbox.env
    credentials = MarketoCredentials(env["MARKETO_BASE_URL"], env["MARKETO_CLIENT_ID"], env["MARKETO_CLIENT_SECRET"])
    sandbox.configure("marketo", rate_calls=10_000)
    with open_marketo(credentials, retry=QUICK) as connection:
        connection.allow(10_000)
        yield connection


class MarketoConformance(Conformance):
    service = "marketo"

    @contextmanager
    def open(self, sandbox: RunningSandbox) -> Iterator[Destination]:
        with marketo(sandbox) as connection:
            yield MarketoDestination(connection)

    def ids(self, sandbox: RunningSandbox) -> list[str]:
        raise NotImplementedError


class TestMarketoMembers(MarketoConformance):
    object_name = "list_members"
    fault_path = "/rest/v1/lists/"
    has_partial_failure = False

    def key(self, number: int) -> str:
        return f"{WEBINAR}:{number}"

    def values(self, number: int) -> dict[str, str | None]:
        return {"list_id": WEBINAR, "lead_id": str(number)}

    def held(self, sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
        members: dict[str, dict[str, Any]] = {}
        for write in sandbox.writes("marketo", object="ListMember"):
            key = f"{write['after']['list']}:{write['record_id']}"
            if write["after"]["member"]:
                members[key] = {}
            else:
                members.pop(key, None)
        return members

    def test_a_lead_that_is_gone_is_refused_alone(self, bench: Bench) -> None:
        statuses = bench.write("create", {"a": self.values(1), "gone": {"list_id": WEBINAR, "lead_id": "999999"}})
        assert statuses == {"a": "accepted", "gone": "rejected"}

    def test_two_lists_are_kept_apart_and_can_be_asked(self, bench: Bench) -> None:
        bench.write("create", {"a": self.values(3)})
        asked = [("a", WEBINAR, "3"), ("b", WEBINAR, "4")]
        cells = [(key, name, value) for key, *pair in asked for name, value in zip(("list_id", "lead_id"), pair)]  # noqa: B905
        found = bench.destination.find("list_members", table(CELLS, cells)).to_pylist()
        assert found == [{"record_key": "a", "remote_id": f"{WEBINAR}:3"}]
        read = bench.destination.read("list_members", [f"{WEBINAR}:3", f"{WEBINAR}:4"], ["lead_id", "list_id"])
        assert read.to_pylist() == [{"remote_id": f"{WEBINAR}:3", "lead_id": "3", "list_id": WEBINAR}]


@pytest.mark.full  # what it shares with lists is shown there in every run
class TestMarketoPrograms(MarketoConformance):
    object_name = "program_members"
    fault_path = "/rest/v1/programs/"
    has_partial_failure = False

    def key(self, number: int) -> str:
        return f"{PROGRAM}:{number}"

    def values(self, number: int) -> dict[str, str | None]:
        return {"program_id": PROGRAM, "lead_id": str(number), "program_status": "Sales Alert"}

    def held(self, sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
        members: dict[str, dict[str, Any]] = {}
        for write in sandbox.writes("marketo", object="ProgramMember"):
            key = f"{write['after']['program']}:{write['record_id']}"
            if write["after"]["member"]:
                members[key] = {"program_status": write["after"]["status"]}
            else:
                members.pop(key, None)
        return members

    def test_a_lead_that_is_gone_is_refused_alone_and_a_program_that_is_not_there_stops_the_run(
        self, bench: Bench
    ) -> None:
        gone = {"program_id": PROGRAM, "lead_id": "999999"}
        assert bench.write("create", {"a": self.values(1), "gone": gone}) == {"a": "accepted", "gone": "rejected"}
        with pytest.raises(RequestRejected, match="Program with id 7 not found"):
            bench.write("create", {"7:1": {"program_id": "7", "lead_id": "1"}})


@pytest.mark.full  # test_lists.py shows in every run that each lead is sent once
class TestMarketoCampaigns(Conformance):
    service, object_name = "marketo", "campaign_requests"
    fault_path = "/rest/v1/campaigns/"
    has_partial_failure = False

    @contextmanager
    def open(self, sandbox: RunningSandbox) -> Iterator[Destination]:
        with marketo(sandbox) as connection:
            yield MarketoCampaigns(connection)

    def key(self, number: int) -> str:
        return f"{CAMPAIGN}:{number}"

    def values(self, number: int) -> dict[str, str | None]:
        return {"campaign_id": CAMPAIGN, "lead_id": str(number)}

    def held(self, sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
        writes = sandbox.writes("marketo", object="CampaignRequest")
        requested = [f"{write['after']['campaign']}:{write['record_id']}" for write in writes]
        assert len(requested) == len(set(requested)), "a lead was sent through a campaign twice"
        return {key: {} for key in requested}

    def test_what_is_removed_is_gone(self, bench: Bench) -> None:
        """A lead that has begun a campaign cannot be taken back: the membership ends here alone."""
        bench.write("create", self.some([1, 2]))
        assert set(bench.write("delete", self.some([1])).values()) == {"accepted"}
        assert len(self.held(bench.sandbox)) == 2

    def test_a_lead_that_is_gone_is_found_by_halving(self, bench: Bench) -> None:
        records = self.some(range(1, 8)) | {"gone": {"campaign_id": CAMPAIGN, "lead_id": "999999"}}
        assert self.divide(bench, records) == set(records) - {"gone"}
        assert self.held(bench.sandbox).keys() == set(records) - {"gone"}


class TestMarketoLeads(MarketoConformance):
    object_name, operation, text_field = "leads", "update", "title"
    longest_text = 255
    fault_path = "/rest/v1/leads.json"
    has_partial_failure = False

    def key(self, number: int) -> str:
        return str(number)

    def values(self, number: int) -> dict[str, str | None]:
        return {"title": f"VP {number}", "leadScore": str(40 + number), "unsubscribed": "false", "city": None}

    def held(self, sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
        return {write["record_id"]: write["after"] for write in sandbox.writes("marketo", object="Lead")}

    def test_values_are_written_typed_and_read_back_the_same(self, bench: Bench) -> None:
        bench.write("update", {"1": {"leadScore": "0", "unsubscribed": "false", "title": "0", "city": None}})
        assert self.held(bench.sandbox)["1"] == {"leadScore": 0, "unsubscribed": False, "title": "0", "city": None}
        read = bench.destination.read("leads", ["1", "999999"], ["leadScore", "unsubscribed", "title", "city"])
        values = {"leadScore": "0", "unsubscribed": "false", "title": "0", "city": None}
        assert read.to_pylist() == [{"remote_id": "1", **values}]

    def test_a_lead_that_is_gone_and_a_value_that_does_not_fit_are_refused_alone(self, bench: Bench) -> None:
        records = {"1": {"title": "CEO"}, "999999": {"title": "CEO"}, "2": {"title": "x" * 256}}
        statuses = bench.write("update", records)
        assert statuses == {"1": "accepted", "999999": "rejected", "2": "rejected"}

    def test_many_leads_are_read_in_few_calls(self, bench: Bench) -> None:
        before = bench.destination.usage.calls
        ids = [str(number) for number in range(1, 601)]
        assert len(bench.destination.read("leads", ids, ["leadScore", "title"])) > 0
        assert bench.destination.usage.calls - before <= 4

    def test_only_updates_are_offered(self, bench: Bench) -> None:
        (fault,) = bench.destination.check("leads", frozenset({"create", "update"}), [])
        assert "use mode update" in fault
