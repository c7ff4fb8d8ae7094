"""An id stays with its records: over re-runs, merges, splits and absences."""

import random

from hypothesis import given
from hypothesis import strategies as st

from ml.identity.stable_ids import Assignment, Key, assign_ids, mint


def _key(number: int) -> Key:
    return ("salesforce", "Account", f"001{number:03}")


def _groups(*numbers: list[int]) -> list[list[Key]]:
    return [[_key(number) for number in group] for group in numbers]


def _memory(groups: list[list[Key]], assignment: Assignment) -> dict[Key, str]:
    return {key: found for group, found in zip(groups, assignment.ids, strict=True) for key in group}


def _kinds(assignment: Assignment) -> list[str]:
    return [event.event for event in assignment.events]


def test_ids_come_from_the_oldest_record_and_have_their_shape() -> None:
    first = assign_ids("acc", _groups([1, 2], [3]), {}, set())
    assert first.ids == [mint("acc", _key(1)), mint("acc", _key(3))]
    assert all(len(found) == 20 and found.startswith("acc_") for found in first.ids)
    assert _kinds(first) == ["minted", "minted"]


def test_a_second_run_changes_nothing() -> None:
    groups = _groups([1, 2], [3])
    first = assign_ids("acc", groups, {}, set())
    again = assign_ids("acc", groups, _memory(groups, first), set(first.ids))
    assert again == Assignment(first.ids, [])


def test_a_merge_keeps_the_larger_and_tells_where_the_other_went() -> None:
    groups = _groups([1], [2, 3])
    first = assign_ids("acc", groups, {}, set())
    small, large = first.ids
    merged = assign_ids("acc", _groups([1, 2, 3]), _memory(groups, first), set(first.ids))
    assert merged.ids == [large]
    assert [(event.entity_id, event.event, event.into_id) for event in merged.events] == [(small, "merged", large)]


def test_of_equals_the_oldest_keeps_its_id() -> None:
    groups = _groups([1], [2])
    first = assign_ids("acc", groups, {}, set())
    assert assign_ids("acc", _groups([1, 2]), _memory(groups, first), set(first.ids)).ids == [first.ids[0]]


def test_a_split_keeps_the_id_with_most_records() -> None:
    groups = _groups([1, 2, 3])
    first = assign_ids("acc", groups, {}, set())
    split = assign_ids("acc", _groups([1], [2, 3]), _memory(groups, first), set(first.ids))
    assert split.ids[1] == first.ids[0]
    assert split.ids[0] not in first.ids  # record 1 minted the old id, and must not mint it again
    assert [(event.event, event.into_id) for event in split.events] == [("split", first.ids[0])]


def test_what_was_merged_by_mistake_gets_its_own_id_back() -> None:
    groups = _groups([1, 4], [2])
    first = assign_ids("acc", groups, {}, set())
    merged = assign_ids("acc", _groups([1, 2, 4]), _memory(groups, first), set(first.ids))
    memory = _memory(_groups([1, 2, 4]), merged)
    back = assign_ids("acc", groups, memory, set(merged.ids))
    assert back.ids == first.ids


def test_an_absent_account_is_retired_and_restored_with_its_records() -> None:
    groups = _groups([1], [2])
    first = assign_ids("acc", groups, {}, set())
    memory = _memory(groups, first)
    gone = assign_ids("acc", _groups([1]), memory, set(first.ids))
    assert _kinds(gone) == ["retired"]
    back = assign_ids("acc", groups, memory, set(gone.ids))
    assert back.ids == first.ids
    assert _kinds(back) == ["restored"]


def test_settled_groups_count_without_being_looked_at() -> None:
    groups = _groups([1], [2])
    first = assign_ids("acc", groups, {}, set())
    rest = assign_ids("acc", _groups([3]), {}, set(first.ids), settled=set(first.ids))
    assert _kinds(rest) == ["minted"]


_PARTITION = st.lists(st.integers(0, 5), min_size=8, max_size=8)


def _partition(colours: list[int]) -> list[list[Key]]:
    return [[_key(number) for number, own in enumerate(colours) if own == colour] for colour in sorted(set(colours))]


@given(_PARTITION, _PARTITION, st.randoms())
def test_ids_do_not_depend_on_the_order_of_groups(before: list[int], after: list[int], order: random.Random) -> None:
    groups = _partition(before)
    first = assign_ids("acc", groups, {}, set())
    memory = _memory(groups, first)
    then = _partition(after)
    found = assign_ids("acc", then, memory, set(first.ids))
    assert len(set(found.ids)) == len(found.ids)
    shuffled = order.sample(then, len(then))
    again = assign_ids("acc", shuffled, memory, set(first.ids))
    assert _memory(shuffled, again) == _memory(then, found)
    assert again.events == found.events
    # Every id of the first run lives on or is accounted for.
    ended = {event.entity_id for event in found.events if event.event in {"merged", "retired"}}
    assert set(first.ids) - set(found.ids) == ended
