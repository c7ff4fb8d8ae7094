"""What every destination must do, whatever it is: a test class per destination says how to open it and what it holds.

    class TestLinkedInPeople(AudienceConformance):
        service, object_name = "linkedin", "people"
        def open(self, sandbox): ...

The records of a test are numbered; `values(n)` gives the fields of record n, `held(sandbox)` what the service holds as
{key of the record: its values as sent}. Nothing is patched: faults are those of the sandbox.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, ClassVar

import pytest

from connections.errors import AuthenticationFailed, ConnectionFailure, OutcomeUnknown, QuotaExhausted
from connections.retry import RetryPolicy
from reverse_etl.destinations import CELLS, Destination, Operation
from tests.integration.conftest import RunningSandbox
from tests.integration.reverse_etl.bench import Bench, table

QUICK = RetryPolicy(attempts=3, base_seconds=0.01, cap_seconds=0.02)
LONG = "Ж" * 31_900 + '\n"quoted", end'
TEXTS = ('O\'Brien & "Söhne"', "🚀 東京", "0", "false", "null", "#N/A", "a,b\r\nc", "=1+1", "007", "<b>&amp;</b>")


class Conformance:
    """The suite; `Destination` classes and their services differ, what is asked of them does not."""

    service: ClassVar[str]
    object_name: ClassVar[str]
    operation: ClassVar[Operation] = "create"  # update where the records are there already
    text_field: ClassVar[str | None] = None  # a field that holds any text
    longest_text: ClassVar[int] = len(LONG)
    renews_token: ClassVar[bool] = True  # an expired token is renewed by itself
    has_token: ClassVar[bool] = True
    has_partial_failure: ClassVar[bool] = True
    fault_path: ClassVar[str | None] = None  # the calls that write

    def open(self, sandbox: RunningSandbox) -> AbstractContextManager[Destination]:
        """The destination with the sandbox's credentials and quick retries."""
        raise NotImplementedError

    def values(self, number: int) -> dict[str, str | None]:
        """The fields of a record."""
        raise NotImplementedError

    def held(self, sandbox: RunningSandbox) -> dict[str, dict[str, Any]]:
        """What the service holds, by the key that `key` gives."""
        raise NotImplementedError

    def key(self, number: int) -> str:
        """The record key of record `number`."""
        return f"record-{number}"

    def some(self, numbers: Sequence[int]) -> dict[str, dict[str, str | None]]:
        """Records by key."""
        return {self.key(number): self.values(number) for number in numbers}

    @pytest.fixture
    def bench(self, clean_sandbox: RunningSandbox) -> Iterator[Bench]:
        """The destination over a sandbox in its first state."""
        with self.open(clean_sandbox) as destination:
            yield Bench(destination, clean_sandbox, self.object_name)

    def strike(self, bench: Bench, kind: str, **settings: Any) -> None:
        """Switch on a fault of the calls that write."""
        where = {"path": self.fault_path} if self.fault_path else {}
        bench.sandbox.fault(self.service, kind, **where, **settings)

    def test_every_record_has_one_outcome_and_arrives(self, bench: Bench) -> None:
        records = self.some(range(1, 8))
        assert set(bench.write(self.operation, records).values()) == {"accepted"}
        assert set(self.held(bench.sandbox)) == set(records)

    def test_texts_arrive_byte_for_byte(self, bench: Bench) -> None:
        if self.text_field is None:
            described = bench.destination.describe(self.object_name)
            assert described is not None  # fixed vocabulary: hashes and ids only
            return
        texts = [*TEXTS, LONG[-self.longest_text :]]
        for number, text in enumerate(texts, start=1):
            records = {self.key(number): self.values(number) | {self.text_field: text}}
            assert set(bench.write(self.operation, records).values()) == {"accepted"}, text[:40]
        held = self.held(bench.sandbox)
        assert [held[self.key(n)][self.text_field] for n in range(1, len(texts) + 1)] == texts

    def test_fields_that_are_not_given_stay_away(self, bench: Bench) -> None:
        described = bench.destination.describe(self.object_name)
        assert described is not None
        needed = {name for name, about in described.fields.items() if about.is_required}
        values = {name: value for name, value in self.values(1).items() if name in needed or name == self.text_field}
        assert bench.write(self.operation, {self.key(1): values}) == {self.key(1): "accepted"}

    def test_the_same_again_leads_to_the_same(self, bench: Bench) -> None:
        if not bench.destination.limits.is_repeatable and self.operation != "update":
            return  # a message is a message: whether it was sent is asked, or left alone
        records = self.some(range(1, 4))
        for _ in range(2):
            assert set(bench.write(self.operation, records, intent="same").values()) == {"accepted"}
        assert self.held(bench.sandbox).keys() == records.keys()

    def test_what_is_removed_is_gone(self, bench: Bench) -> None:
        if self.operation == "update":
            return
        assert "delete" in bench.destination.limits.operations
        records = self.some(range(1, 6))
        bench.write(self.operation, records)
        gone = self.some([2, 4])
        assert set(bench.write("delete", gone).values()) == {"accepted"}
        assert set(self.held(bench.sandbox)) == set(records) - set(gone)

    def test_what_is_refused_for_the_moment_is_not_lost(self, bench: Bench) -> None:
        for kind in ("429", "500"):
            self.strike(bench, kind, **({"retry_after": 0} if kind == "429" else {}))
            records = self.some([1, 2]) if kind == "429" else self.some([3, 4])
            try:
                statuses = bench.write(self.operation, records)
            except OutcomeUnknown:
                statuses = dict.fromkeys(records, "unknown")
            assert set(statuses.values()) <= {"accepted", "unknown", "retryable"}, kind
            held = self.held(bench.sandbox)
            assert all(key in held for key, status in statuses.items() if status == "accepted")

    def test_a_lost_answer_is_never_a_refusal(self, bench: Bench) -> None:
        records = self.some(range(1, 4))
        self.strike(bench, "drop_after_commit")
        try:
            statuses = bench.write(self.operation, records, intent="lost")
        except OutcomeUnknown:
            statuses = dict.fromkeys(records, "unknown")
        assert set(statuses.values()) <= {"accepted", "unknown"}
        unknown = [key for key, status in statuses.items() if status == "unknown"]
        self.settle(bench, {key: records[key] for key in unknown}, intent="lost")
        assert self.held(bench.sandbox).keys() == records.keys()

    def settle(self, bench: Bench, unknown: dict[str, dict[str, str | None]], *, intent: str) -> None:
        """Do with records of unknown outcome what the engine does: ask, else send again where that does no harm."""
        limits = bench.destination.limits
        if not unknown:
            return
        if self.operation == "update":
            held = bench.destination.read(self.object_name, list(unknown), list(next(iter(unknown.values()))))
            as_sent = {row.pop("remote_id"): row for row in held.to_pylist()}
            unknown = {key: values for key, values in unknown.items() if as_sent.get(key) != values}
        elif limits.reads != "nothing":
            cells = [(key, name, value) for key, values in unknown.items() for name, value in values.items()]
            found = bench.destination.find(self.object_name, table(CELLS, cells))["record_key"].to_pylist()
            unknown = {key: values for key, values in unknown.items() if key not in found}
        elif not limits.is_repeatable:
            return
        if unknown:
            assert set(bench.write(self.operation, unknown, intent=intent).values()) == {"accepted"}

    def test_a_cut_before_anything_was_done_loses_nothing(self, bench: Bench) -> None:
        records = self.some(range(1, 4))
        self.strike(bench, "drop_before")
        try:
            statuses = bench.write(self.operation, records, intent="cut")
        except ConnectionFailure:
            statuses = dict.fromkeys(records, "unknown")
        self.settle(bench, {k: records[k] for k, s in statuses.items() if s == "unknown"}, intent="cut")
        if bench.destination.limits.is_repeatable or bench.destination.limits.reads != "nothing":
            assert self.held(bench.sandbox).keys() == records.keys()

    def test_a_spent_quota_ends_the_run_and_is_met_again_tomorrow(self, bench: Bench) -> None:
        self.strike(bench, "quota", count=None)
        with pytest.raises((QuotaExhausted, ConnectionFailure)) as caught:
            bench.write(self.operation, self.some([1, 2]))
        assert not isinstance(caught.value, OutcomeUnknown)
        assert self.held(bench.sandbox) == {}
        bench.sandbox.control.delete("/faults")
        assert set(bench.write(self.operation, self.some([1, 2])).values()) == {"accepted"}

    def test_a_token_that_expires_on_the_way_costs_nothing(self, bench: Bench) -> None:
        if not self.has_token:
            return
        assert set(bench.write(self.operation, self.some([1])).values()) == {"accepted"}
        self.strike(bench, "expire_token")
        if not self.renews_token:
            with pytest.raises(AuthenticationFailed):
                bench.write(self.operation, self.some([2]))
        assert set(bench.write(self.operation, self.some([2])).values()) == {"accepted"}
        assert set(self.held(bench.sandbox)) == {self.key(1), self.key(2)}

    def test_a_part_that_fails_hides_nothing_of_the_rest(self, bench: Bench) -> None:
        if not self.has_partial_failure:
            return
        records = self.some(range(1, 41))
        self.strike(bench, "partial_failure", share=0.5, count=None)
        accepted = self.divide(bench, records)
        assert 0 < len(accepted) < len(records)
        assert set(self.held(bench.sandbox)) == accepted

    def divide(self, bench: Bench, records: dict[str, dict[str, str | None]]) -> set[str]:
        """Write as the engine does when nobody says which record is at fault: halve until the culprit stands alone."""
        statuses = bench.write(self.operation, records)
        accepted = {key for key, status in statuses.items() if status == "accepted"}
        undivided = [key for key, status in statuses.items() if status == "undivided"]
        assert set(statuses.values()) <= {"accepted", "rejected", "retryable", "undivided"}
        assert len(undivided) != 1
        for half in (undivided[: len(undivided) // 2], undivided[len(undivided) // 2 :]):
            accepted |= self.divide(bench, {key: records[key] for key in half}) if half else set()
        return accepted

    def test_an_object_that_is_not_there_is_told(self, bench: Bench) -> None:
        assert bench.destination.describe("no_such_object") is None

    def test_its_description_knows_what_it_takes(self, bench: Bench) -> None:
        described = bench.destination.describe(self.object_name)
        assert described is not None
        assert set(self.values(1)) <= set(described.fields)
        operations = frozenset({self.operation})
        assert bench.destination.check(self.object_name, operations, list(self.values(1))) == []
