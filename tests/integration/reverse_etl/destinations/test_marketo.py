"""Marketo passes the suite: fields of leads, and members of static lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from connections.marketo import MarketoCredentials, open_marketo
from reverse_etl.destinations import CELLS, Destination
from reverse_etl.destinations.marketo import MarketoDestination
from tests.integration.conftest import RunningSandbox
from tests.integration.reverse_etl.bench import Bench, table
from tests.integration.reverse_etl.conformance import QUICK, Conformance

NEWSLETTER, WEBINAR = "1001", "1002"


class MarketoConformance(Conformance):
    service = "marketo"

    @contextmanager
    def open(self, sandbox: RunningSandbox) -> Iterator[Destination]:
        env = sandbox.env
        credentials = MarketoCredentials(
            env["MARKETO_BASE_URL"], env["MARKETO_CLIENT_ID"], env["MARKETO_CLIENT_SECRET"]
        )
        sandbox.configure("marketo", rate_calls=10_000)
        with open_marketo(credentials, retry=QUICK) as connection:
            connection.allow(10_000)
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
