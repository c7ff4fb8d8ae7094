"""Pardot passes the suite: members of static lists, one a call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from connections.oauth import PardotCredentials, open_pardot
from reverse_etl.destinations import CELLS, Destination
from reverse_etl.destinations.pardot import PardotDestination
from tests.integration.conftest import RunningSandbox
from tests.integration.reverse_etl.bench import Bench, table
from tests.integration.reverse_etl.conformance import QUICK, Conformance

WEBINAR = "1002"


class TestPardotLists(Conformance):
    service, object_name = "pardot", "list_members"
    fault_path = "/list-memberships"
    has_partial_failure = False

    @contextmanager
    def open(self, sandbox: RunningSandbox) -> Iterator[Destination]:
        names = ("BASE_URL", "LOGIN_URL", "CLIENT_ID", "BUSINESS_UNIT_ID", "CLIENT_SECRET")
        credentials = PardotCredentials(*(sandbox.env[f"PARDOT_{name}"] for name in names))
        with open_pardot(credentials, retry=QUICK) as connection:
            yield PardotDestination(connection)

    def strike(self, bench: Bench, kind: str, **settings: Any) -> None:
        super().strike(bench, kind, method="POST", **settings)

    def key(self, number: int) -> str:
        return f"{WEBINAR}:{number}"

    def values(self, number: int) -> dict[str, str | None]:
        return {"list_id": WEBINAR, "prospect_id": str(number)}

    def held(self, sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
        members: dict[str, dict[str, Any]] = {}
        for write in sandbox.writes("pardot", object="ListMembership"):
            key = f"{write['after']['list']}:{write['after']['prospect']}"
            if write["operation"] == "add":
                members[key] = {}
            else:
                members.pop(key, None)
        return members

    def test_who_is_not_there_is_refused_alone(self, bench: Bench) -> None:
        gone, nobody = ({"list_id": WEBINAR, "prospect_id": who} for who in ("999999", "nobody"))
        statuses = bench.write("create", {"gone": gone, "nobody": nobody, "a": self.values(1)})
        assert statuses == {"gone": "rejected", "nobody": "rejected", "a": "accepted"}

    def test_a_member_that_a_person_removed_counts_as_removed(self, bench: Bench) -> None:
        bench.write("create", self.some([1, 2]))
        bench.sandbox.edit(f'delete from pardot.list_memberships where "listId" = {WEBINAR} and "prospectId" = 1')
        assert set(bench.write("delete", self.some([1, 2])).values()) == {"accepted"}

    def test_a_dynamic_list_takes_nobody(self, bench: Bench) -> None:
        bench.sandbox.edit(f'update pardot.lists set "isDynamic" = true where id = {WEBINAR}')
        assert bench.write("create", self.some([1])) == {self.key(1): "rejected"}

    def test_members_are_found_over_all_pages_of_their_list_alone(self, bench: Bench) -> None:
        bench.sandbox.edit(
            f"""insert into pardot.list_memberships by name select 5000 + n as id, {WEBINAR} as "listId",
            10000 + n as "prospectId" from range(2500) as numbers(n)"""
        )
        asked = [("a", WEBINAR, "12499"), ("b", WEBINAR, "12500"), ("c", "1001", "12499")]
        cells = [(key, name, value) for key, *pair in asked for name, value in zip(("list_id", "prospect_id"), pair)]  # noqa: B905
        found = bench.destination.find("list_members", table(CELLS, cells)).to_pylist()
        assert found == [{"record_key": "a", "remote_id": f"{WEBINAR}:12499"}]

    def test_a_failure_on_the_way_leaves_the_rest_for_later(self, bench: Bench) -> None:
        self.strike(bench, "quota", count=None, skip=2)
        statuses = bench.write("create", self.some([1, 2, 3, 4]))
        assert list(statuses.values()) == ["accepted", "accepted", "retryable", "retryable"]
        assert self.held(bench.sandbox).keys() == self.some([1, 2]).keys()
