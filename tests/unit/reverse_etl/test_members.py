"""Groups of a batch: what one failure says about the others, and what never leaves."""

from collections.abc import Sequence

import pytest

from connections.errors import ConnectionFailure, OutcomeUnknown, QuotaExhausted, RequestRejected
from reverse_etl.destinations.members import (
    Outcome,
    Record,
    addressed,
    all_of,
    in_groups,
    without_hash,
    write_in_groups,
)

HASH = "a" * 64


def record(key: str, **values: str) -> Record:
    return Record(key, None, values)


def refusal(status: int) -> RequestRejected:
    return RequestRejected("meta", "no", "correct it", status=status, code="100", body="")


def statuses(failures: dict[str, ConnectionFailure], sizes: dict[str, int]) -> dict[str, str]:
    """Write groups of these sizes, some of which fail; {record key: status}."""
    groups = {name: [record(f"{name}{n}", audience=name) for n in range(size)] for name, size in sizes.items()}

    def send(name: str, records: Sequence[Record]) -> list[Outcome]:
        if name in failures:
            raise failures[name]
        return all_of(records, "accepted")

    return {outcome.key: outcome.status for outcome in write_in_groups(groups, send)}


def test_a_lost_answer_leaves_its_own_group_unknown() -> None:
    lost = OutcomeUnknown("meta", "cut", "read back")
    assert statuses({"b": lost}, {"a": 1, "b": 1, "c": 1}) == {"a0": "accepted", "b0": "unknown", "c0": "accepted"}


@pytest.mark.parametrize("status", [400, 413, 422])
def test_a_refused_content_is_to_be_divided_until_it_stands_alone(status: int) -> None:
    told = statuses({"b": refusal(status)}, {"a": 1, "b": 2})
    assert told == {"a0": "accepted", "b0": "undivided", "b1": "undivided"}
    assert statuses({"b": refusal(status)}, {"b": 1}) == {"b0": "rejected"}


@pytest.mark.parametrize("failure", [QuotaExhausted("meta", "spent", "wait"), refusal(404), refusal(410)])
def test_what_concerns_the_whole_sync_is_raised_unless_something_was_written(failure: ConnectionFailure) -> None:
    with pytest.raises(type(failure)):
        statuses({"a": failure}, {"a": 1, "b": 1})
    assert statuses({"b": failure}, {"a": 1, "b": 1}) == {"a0": "accepted", "b0": "retryable"}


def test_only_hashes_or_nothing_pass() -> None:
    records = [
        record("good", email_sha256=HASH, phone_sha256=HASH),
        record("part", email_sha256=HASH),
        record("plain", email_sha256="mary@example.com"),
        record("upper", email_sha256=HASH.upper()),
        record("long", email_sha256=HASH + "a"),
        record("line", email_sha256=HASH + "\n"),
        record("phone", email_sha256=HASH, phone_sha256="15551234567"),
        record("empty", email_sha256=""),
    ]
    good, refused = without_hash(records, ("email_sha256", "phone_sha256"))
    assert [one.key for one in good] == ["good", "part"]
    assert [one.key for one in refused] == ["plain", "upper", "long", "line", "phone", "empty"]
    assert all("mary" not in one.message for one in refused)


def test_groups_keep_the_order_of_the_batch() -> None:
    records = [record("1", audience="b"), record("2", audience="a"), record("3", audience="b"), record("4")]
    assert {name: [one.key for one in group] for name, group in in_groups(records, "audience").items()} == {
        "b": ["1", "3"],
        "a": ["2"],
        "": ["4"],
    }


def test_a_change_of_another_value_still_knows_whom_it_concerns() -> None:
    changed = Record(f"Buyers: T1:{HASH}", None, {"phone_sha256": HASH})
    named = record("k", audience="B", email_sha256="other")
    bare = record("without colon", phone_sha256=HASH)
    assert [one.values for one in addressed([changed, named, bare], "audience", "email_sha256")] == [
        {"audience": "Buyers: T1", "email_sha256": HASH, "phone_sha256": HASH},
        {"audience": "B", "email_sha256": "other"},
        {"phone_sha256": HASH},
    ]
