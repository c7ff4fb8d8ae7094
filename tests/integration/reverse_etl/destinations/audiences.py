"""What the ad platforms add to the suite: nothing unhashed leaves, removals follow the acknowledged hash."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from tests.integration.conftest import RunningSandbox
from tests.integration.reverse_etl.bench import Bench
from tests.integration.reverse_etl.conformance import Conformance


def hashed(number: int) -> str:
    """The hash of an address."""
    return sha256(f"person{number}@example.com".encode()).hexdigest()


class AudienceConformance(Conformance):
    """Members of an audience, found in the write log only: the platform lists nobody."""

    audience = "Tier 1 buyers"
    hash_field = "email_sha256"

    def key(self, number: int) -> str:
        return f"t1:{hashed(number)}"

    def values(self, number: int) -> dict[str, str | None]:
        return {"audience": self.audience, self.hash_field: hashed(number)}

    def held(self, sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
        members: dict[str, dict[str, Any]] = {}
        for write in sandbox.writes(self.service, object="AudienceMember"):
            if write["operation"] == "add":
                members[f"t1:{write['record_id']}"] = write["after"]["member"]
            else:
                members.pop(f"t1:{write['record_id']}", None)
        return members

    def test_what_is_not_hashed_stays_here(self, bench: Bench) -> None:
        plain = self.values(1) | {self.hash_field: "person1@example.com"}
        upper = self.values(2) | {self.hash_field: hashed(2).upper()}
        statuses = bench.write("create", {"plain": plain, "upper": upper, self.key(3): self.values(3)})
        assert statuses == {"plain": "rejected", "upper": "rejected", self.key(3): "accepted"}
        assert set(self.held(bench.sandbox)) == {self.key(3)}
        assert "person1@" not in bench.sandbox.control.get("/writes", params={"service": self.service}).text

    def test_the_audience_is_made_once(self, bench: Bench) -> None:
        for number in (1, 2):
            bench.write("create", self.some([number]))
        with self.open(bench.sandbox) as another:
            Bench(another, bench.sandbox, self.object_name).write("create", self.some([3]))
        made = [
            write for write in bench.sandbox.writes(self.service, object="Audience") if write["operation"] == "create"
        ]
        assert len({write["after"]["name"] for write in made}) == len(made)
        assert len(self.held(bench.sandbox)) == 3

    def test_two_audiences_are_kept_apart(self, bench: Bench) -> None:
        other = self.values(1) | {"audience": self.other_audience()}
        assert set(bench.write("create", {"a": self.values(1), "b": other}).values()) == {"accepted"}
        assert set(bench.write("delete", {"a": self.values(1)}).values()) == {"accepted"}
        writes = bench.sandbox.writes(self.service, object="AudienceMember")
        assert [write["operation"] for write in writes] == ["add", "add", "remove"]
        assert writes[0]["after"]["audience"] == writes[2]["before"]["audience"] != writes[1]["after"]["audience"]

    def other_audience(self) -> str:
        return "Open deals"
