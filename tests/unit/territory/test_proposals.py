"""Proposals keep to their rules and say what they could not keep (RTE-34, ICP-21, DQ-08, DQ-11)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml.territory import Proposal, Rules, equity, propose

RULES = Rules(tolerance=0.1, minimum_accounts=1, maximum_accounts=100, seconds=5)


def accounts(rows: Sequence[tuple[str, str | None, float]], **columns: Any) -> pd.DataFrame:
    """(account, owner, value), each its own family, all in one region, none fixed unless said otherwise."""
    table = pd.DataFrame(rows, columns=["account_id", "owner_id", "value"])
    defaults: dict[str, Any] = {"family_id": table["account_id"], "region": "all", "is_fixed": False}
    return table.assign(**(defaults | columns))


def owners(table: pd.DataFrame, proposal: Proposal) -> dict[str, str]:
    after = dict(zip(table["account_id"], table["owner_id"], strict=True))
    return after | dict(zip(proposal.moves["account_id"], proposal.moves["to_owner_id"], strict=True))


def test_equity_is_that_of_the_textbook() -> None:
    found = equity(np.array([10.0, 20.0, 30.0, 40.0]))
    assert (found.max_min_ratio, found.gini, found.largest_deviation_ratio) == (4.0, 0.25, 0.6)
    assert equity(np.array([5.0, 5.0])).gini == 0
    assert equity(np.array([0.0, 5.0])).max_min_ratio == float("inf")
    assert equity(np.array([])).max_min_ratio == 1


def test_one_move_is_enough_where_one_is() -> None:
    table = accounts([("a", "ann", 10), ("b", "ann", 20), ("c", "ann", 30), ("d", "bob", 40)])
    proposal = propose(table, RULES)
    assert len(proposal.moves) == 1
    assert proposal.after.max_min_ratio == 1
    assert owners(table, proposal)["a"] == "bob"


def test_fair_territories_are_left_alone() -> None:
    proposal = propose(accounts([("a", "ann", 50), ("b", "bob", 52)]), RULES)
    assert (len(proposal.moves), proposal.moved_ratio, proposal.notes) == (0, 0.0, ())


def test_a_family_moves_together_and_an_exception_not_at_all() -> None:
    rows = [("a", "ann", 10.0), ("b", "ann", 10.0), ("c", "ann", 20.0), ("d", "ann", 20.0), ("e", "bob", 20.0)]
    table = accounts(rows, family_id=["f", "f", "c", "d", "e"], is_fixed=[False, False, True, True, True])
    proposal = propose(table, RULES)
    assert set(proposal.moves["account_id"]) == {"a", "b"}


def test_who_has_left_gives_everything_and_gets_nothing() -> None:
    table = accounts([("a", "ann", 10), ("b", "gone", 10), ("c", None, 10), ("d", "bob", 10)])
    after = owners(table, propose(table, RULES, reps={"ann", "bob"}))
    assert sorted(after.values()) == ["ann", "ann", "bob", "bob"]


def test_what_cannot_be_kept_is_said() -> None:
    proposal = propose(accounts([("whale", "ann", 1000), ("minnow", "bob", 1)]), RULES)
    assert len(proposal.notes) == 2
    assert all("from the mean" in note for note in proposal.notes)


def test_regions_are_balanced_each_by_itself() -> None:
    rows = [("a", "ann", 10.0), ("b", "ann", 10.0), ("c", "bob", 20.0), ("d", "cleo", 500.0)]
    proposal = propose(accounts(rows, region=["east", "east", "east", "west"]), RULES)
    assert len(proposal.moves) == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_rows_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [
        (f"account {one:02d}", f"rep {one % 3 if one < 20 else 0}", float(rng.integers(1, 50))) for one in range(40)
    ]
    table = accounts(rows)
    shuffled = table.sample(frac=1, random_state=seed)
    pd.testing.assert_frame_equal(propose(table, RULES).moves, propose(shuffled, RULES).moves)
    assert propose(table, RULES).after.largest_deviation_ratio <= 0.1 + 1e-9


def test_without_time_to_think_there_is_a_fair_proposal_still() -> None:
    """On a busy machine the solver may come to no answer in its seconds: one that is at hand is given, and said."""
    generator = np.random.default_rng(4)
    owner = generator.choice(20, 1_500, p=generator.dirichlet(np.full(20, 2.5)))
    values = generator.lognormal(10, 1, 1_500)
    table = accounts([(f"a{n:04d}", f"rep {owner[n]:02d}", values[n]) for n in range(1_500)])
    hurried = Rules(tolerance=0.05, minimum_accounts=1, maximum_accounts=10_000, seconds=0.001)
    proposal = propose(table, hurried)
    assert proposal.after.largest_deviation_ratio <= 0.05
    assert proposal.moved_ratio < 0.2
    assert not proposal.is_optimal
    assert any("no time to prove" in note for note in proposal.notes)
