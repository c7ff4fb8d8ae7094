"""Eloqua passes the suite: contacts in shared lists, by sync actions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from connections.eloqua import EloquaCredentials, open_eloqua
from reverse_etl.destinations import CELLS, Destination
from reverse_etl.destinations.eloqua import EloquaDestination
from tests.integration.conftest import RunningSandbox
from tests.integration.reverse_etl.bench import Bench, table
from tests.integration.reverse_etl.conformance import QUICK, Conformance

WEBINAR = "1002"


class TestEloquaLists(Conformance):
    service, object_name = "eloqua", "list_members"
    fault_path = "/syncs$"
    has_token = False
    has_partial_failure = False

    @contextmanager
    def open(self, sandbox: RunningSandbox) -> Iterator[Destination]:
        names = ("BASE_URL", "SITE", "USERNAME", "PASSWORD")
        credentials = EloquaCredentials(*(sandbox.env[f"ELOQUA_{name}"] for name in names))
        with open_eloqua(credentials, retry=QUICK) as connection:
            yield EloquaDestination(connection, sleep=lambda _: None)

    def key(self, number: int) -> str:
        return f"{WEBINAR}:{number}"

    def values(self, number: int) -> dict[str, str | None]:
        return {"list_id": WEBINAR, "contact_id": str(number)}

    def held(self, sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
        members: dict[str, dict[str, Any]] = {}
        for write in sandbox.writes("eloqua", object="ListMember"):
            key = f"{write['after']['list']}:{write['record_id']}"
            if write["operation"] == "add":
                members[key] = {}
            else:
                members.pop(key, None)
        return members

    def test_who_is_not_there_is_refused_alone(self, bench: Bench) -> None:
        gone, nobody = ({"list_id": WEBINAR, "contact_id": who} for who in ("999999", "nobody"))
        statuses = bench.write("create", {"gone": gone, "nobody": nobody, "a": self.values(1)})
        assert statuses == {"gone": "rejected", "nobody": "rejected", "a": "accepted"}
        assert bench.write("delete", {"gone": gone, "a": self.values(1)}) == {"gone": "accepted", "a": "accepted"}

    def test_a_list_that_is_not_there_takes_nobody_and_is_asked_once(self, bench: Bench) -> None:
        before = bench.destination.usage.calls
        records = {f"7:{n}": {"list_id": "7", "contact_id": str(n)} for n in range(1, 30)}
        assert set(bench.write("create", records).values()) == {"rejected"}
        assert bench.destination.usage.calls - before == 1

    def test_many_contacts_take_few_calls_and_two_lists_are_kept_apart(self, bench: Bench) -> None:
        before = bench.destination.usage.calls
        assert set(bench.write("create", self.some(range(1, 21))).values()) == {"accepted"}
        assert bench.destination.usage.calls - before <= bench.destination.limits.channels[0].batch_calls
        asked = [("a", WEBINAR, "20"), ("b", WEBINAR, "21"), ("c", "1001", "20")]
        cells = [(key, name, value) for key, *pair in asked for name, value in zip(("list_id", "contact_id"), pair)]  # noqa: B905
        found = bench.destination.find("list_members", table(CELLS, cells)).to_pylist()
        assert found == [{"record_key": "a", "remote_id": f"{WEBINAR}:20"}]

    def test_a_sync_that_was_begun_and_is_lost_sight_of_is_unknown(self, bench: Bench) -> None:
        bench.sandbox.fault("eloqua", "500", path="/syncs/", count=None)
        assert set(bench.write("create", self.some([1, 2])).values()) == {"unknown"}
        bench.sandbox.control.delete("/faults")
        assert self.held(bench.sandbox).keys() == self.some([1, 2]).keys()
