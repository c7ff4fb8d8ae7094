"""HubSpot passes the suite: contacts by a property with unique values, companies by their id."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from connections.hubspot import HubSpotCredentials, open_hubspot
from reverse_etl.destinations import CELLS, Destination
from reverse_etl.destinations.hubspot import HubSpotDestination
from tests.integration.conftest import RunningSandbox
from tests.integration.reverse_etl.bench import Bench, table
from tests.integration.reverse_etl.conformance import QUICK, Conformance


@contextmanager
def hubspot(sandbox: RunningSandbox) -> Iterator[HubSpotDestination]:
    """The portal, by an app whose token expires."""
    env = sandbox.env
    credentials = HubSpotCredentials(
        env["HUBSPOT_BASE_URL"],
        client_id=env["SANDBOX_HUBSPOT_CLIENT_ID"],
        client_secret=env["SANDBOX_HUBSPOT_CLIENT_SECRET"],
        refresh_token=env["SANDBOX_HUBSPOT_REFRESH_TOKEN"],
    )
    with open_hubspot(credentials, retry=QUICK) as connection:
        yield HubSpotDestination(connection)


class TestHubSpotContacts(Conformance):
    service, object_name, text_field = "hubspot", "contacts", "jobtitle"
    fault_path = "/batch/(upsert|create|update|archive)"

    @contextmanager
    def open(self, sandbox: RunningSandbox) -> Iterator[Destination]:
        with hubspot(sandbox) as destination:
            yield destination

    @pytest.fixture
    def bench(self, clean_sandbox: RunningSandbox) -> Iterator[Bench]:
        with self.open(clean_sandbox) as destination:
            yield Bench(destination, clean_sandbox, self.object_name, key_field="email")

    def key(self, number: int) -> str:
        return f"person{number}@conformance.com"

    def values(self, number: int) -> dict[str, str | None]:
        return {"jobtitle": f"VP {number}", "persona_fit_score": "0", "hs_email_optout": "false", "city": None}

    def held(self, sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
        addresses: dict[str, str] = {}
        records: dict[str, dict[str, Any]] = {}
        for write in sandbox.writes("hubspot", object=self.object_name):
            if write["operation"] == "insert":
                addresses[write["record_id"]] = write["after"]["email"]
            key = addresses[write["record_id"]]
            if write["operation"] == "delete":
                records.pop(key, None)
            else:
                records[key] = records.get(key, {}) | write["after"]
        return records

    def test_a_repeated_create_makes_nothing_twice(self, bench: Bench) -> None:
        for _ in range(3):
            assert set(bench.write("create", self.some([1, 2])).values()) == {"accepted"}
        made = [one for one in bench.sandbox.writes("hubspot", object="contacts") if one["operation"] == "insert"]
        assert len(made) == 2

    def test_results_out_of_order_find_their_records(self, bench: Bench) -> None:
        records = self.some([9, 3, 7, 1])
        bench.write("create", records)
        for key, remote_id in bench.remote_ids.items():
            read = bench.destination.read("contacts", [str(remote_id)], ["email", "jobtitle"]).to_pylist()
            assert read == [{"remote_id": remote_id, "email": key, "jobtitle": records[key]["jobtitle"]}]

    def test_values_are_read_back_the_same(self, bench: Bench) -> None:
        bench.write("create", self.some([1]))
        remote_id = str(bench.remote_ids[self.key(1)])
        read = bench.destination.read("contacts", [remote_id, "999999999"], list(self.values(1)))
        assert read.to_pylist() == [{"remote_id": remote_id, **self.values(1)}]

    def test_null_clears_and_unset_stays(self, bench: Bench) -> None:
        bench.write("create", self.some([1]))
        bench.write("update", {self.key(1): {"jobtitle": None}})
        remote_id = str(bench.remote_ids[self.key(1)])
        read = bench.destination.read("contacts", [remote_id], ["jobtitle", "persona_fit_score"]).to_pylist()
        assert read == [{"remote_id": remote_id, "jobtitle": None, "persona_fit_score": "0"}]

    def test_a_record_that_is_gone_and_a_value_of_no_option_are_refused_alone(self, bench: Bench) -> None:
        bench.write("create", self.some([1, 2]))
        bench.remote_ids["gone"] = "999999999"
        changes = {
            self.key(1): {"jobtitle": "CEO"},
            self.key(2): {"lifecyclestage": "no such stage"},
            "gone": {"jobtitle": "CEO"},
        }
        assert bench.write("update", changes) == {
            self.key(1): "accepted",
            self.key(2): "rejected",
            "gone": "rejected",
        }

    def settle(self, bench: Bench, unknown: dict[str, dict[str, str | None]], *, intent: str) -> None:
        """The engine looks a record up by its key field before it makes it again."""
        cells = table(CELLS, [(key, "email", key) for key in unknown])
        found = bench.destination.find("contacts", cells)["record_key"].to_pylist() if unknown else []
        missing = {key: values for key, values in unknown.items() if key not in found}
        if missing:
            assert set(bench.write("create", missing, intent=intent).values()) == {"accepted"}


@pytest.mark.full  # what it shares with Marketo lists is shown there in every run
class TestHubSpotLists(Conformance):
    service, object_name = "hubspot", "list_members"
    fault_path = "/memberships/(add|remove)"
    has_partial_failure = False

    @contextmanager
    def open(self, sandbox: RunningSandbox) -> Iterator[Destination]:
        with hubspot(sandbox) as destination:
            yield destination

    @pytest.fixture
    def bench(self, clean_sandbox: RunningSandbox) -> Iterator[Bench]:
        with hubspot(clean_sandbox) as destination:
            make = {"processingType": "MANUAL", "objectTypeId": "0-1", "name": "T1 people"}
            made = destination._connection.request("POST", "/crm/v3/lists", json=make).json()
            self.list_id = str(made["list"]["listId"])
            self.ids = clean_sandbox.query("select id from hubspot.contacts where not archived order by 1")["id"]
            yield Bench(destination, clean_sandbox, self.object_name)

    def key(self, number: int) -> str:
        return f"{self.list_id}:{self.ids[number]}"

    def values(self, number: int) -> dict[str, str | None]:
        return {"list_id": self.list_id, "record_id": str(self.ids[number])}

    def held(self, sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
        members: dict[str, dict[str, Any]] = {}
        for write in sandbox.writes("hubspot", object="list_members"):
            key = f"{self.list_id}:{write['record_id']}"
            if write["operation"] == "add":
                members[key] = {}
            else:
                members.pop(key, None)
        return members

    def test_who_is_not_there_is_refused_alone(self, bench: Bench) -> None:
        gone = {"list_id": self.list_id, "record_id": "999999999"}
        assert bench.write("create", {"a": self.values(1), "gone": gone}) == {"a": "accepted", "gone": "rejected"}
