"""The fewest moves that make territories fair: a mixed-integer program, solved by HiGHS (scipy.optimize.milp).

Every group of accounts (a family with one owner) goes to exactly one rep. Value per rep must lie within a tolerance of
the mean, accounts per rep within bounds. What cannot be kept is kept as nearly as possible: a shortfall costs more than
any number of moves, so there is always a proposal, and it says what it could not do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from ml.territory.equity import Floats
from ml.territory.exchange import exchange

Ints = npt.NDArray[np.int64]

_FULL_SIZE = 10_000  # variables up to which every rep may take every group


@dataclass(frozen=True)
class Groups:
    """What moves as one: total value and number of accounts of each, the rep it is with (-1: none of them), and
    whether it must stay there."""

    value: Floats
    accounts: Ints
    rep: Ints
    is_fixed: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Solution:
    """The rep of each group, and whether it is proven to need the fewest moves."""

    rep: Ints
    is_optimal: bool


def solve(groups: Groups, rep_count: int, *, tolerance: float, minimum: int, maximum: int, seconds: float) -> Solution:
    """Assign groups to reps 0..rep_count-1; `tolerance` is a share of the mean value, bounds are accounts per rep."""
    group, rep = _choices(groups, rep_count, tolerance)
    moves = np.where(rep == groups.rep[group], 0.0, groups.accounts[group].astype(float))
    # Among equal numbers of moves the one that moves less value.
    moves += np.where(moves > 0, 0.1 * groups.value[group] / max(float(groups.value.sum()), 1.0), 0.0)
    count, size = groups.value.size, group.size
    mean = float(groups.value.sum()) / rep_count
    scale = max(mean, 1.0)
    once = csr_array((np.ones(size), (group, np.arange(size))), shape=(count, size + 2 * rep_count))
    value, work = groups.value[group] / scale, groups.accounts[group].astype(float)
    penalty = 10.0 * float(groups.accounts.sum())
    cost = np.concatenate([moves, np.full(rep_count, penalty), np.full(rep_count, penalty)])
    # Slack lets a rep miss a bound from either side: value + s >= low and value - s <= high.
    constraints = [
        LinearConstraint(once, 1, 1),
        LinearConstraint(_per_rep(value, rep, rep_count, 0, 1.0), (1 - tolerance) * mean / scale, np.inf),
        LinearConstraint(_per_rep(value, rep, rep_count, 0, -1.0), -np.inf, (1 + tolerance) * mean / scale),
        LinearConstraint(_per_rep(work, rep, rep_count, rep_count, 1.0), minimum, np.inf),
        LinearConstraint(_per_rep(work, rep, rep_count, rep_count, -1.0), -np.inf, maximum),
    ]
    result = milp(
        cost,
        integrality=np.concatenate([np.ones(size), np.zeros(2 * rep_count)]),
        bounds=Bounds(0, np.concatenate([np.ones(size), np.full(2 * rep_count, np.inf)])),
        constraints=constraints,
        options={"time_limit": seconds, "mip_rel_gap": 0.03},
    )
    # Where there was no time to prove the fewest moves, an answer that is at hand may be better.
    at_hand = exchange(groups.value, groups.rep, groups.is_fixed & (groups.rep >= 0), rep_count, tolerance)
    if result.x is None:
        return Solution(at_hand, False)
    chosen = result.x[:size] > 0.5
    assigned = groups.rep.copy()
    assigned[group[chosen]] = rep[chosen]
    if result.status == 0:
        return Solution(assigned, True)

    def badness(one: Ints) -> tuple[float, int]:
        return _outside(groups, one, rep_count, tolerance, minimum, maximum), _moved(groups, one)

    return Solution(min(assigned, at_hand, key=badness), False)


def _outside(groups: Groups, assigned: Ints, rep_count: int, tolerance: float, minimum: int, maximum: int) -> float:
    """How far reps are outside the tolerance, as a share of the mean, and outside the bounds, in accounts."""
    loads = np.bincount(assigned, weights=groups.value, minlength=rep_count)
    work = np.bincount(assigned, weights=groups.accounts, minlength=rep_count)
    value = np.maximum(np.abs(loads / max(float(loads.mean()), 1.0) - 1) - tolerance, 0).sum()
    accounts = np.maximum(minimum - work, 0).sum() + np.maximum(work - maximum, 0).sum()
    return round(float(value + accounts), 4)


def _moved(groups: Groups, assigned: Ints) -> int:
    return int(groups.accounts[assigned != groups.rep].sum())


def _choices(groups: Groups, rep_count: int, tolerance: float) -> tuple[Ints, Ints]:
    """Pairs of group and rep that are worth looking at: all of a small problem; of a large one moves that help."""
    count = groups.value.size
    placed = groups.rep >= 0
    allowed = np.ones((count, rep_count), dtype=bool)
    if count * rep_count > _FULL_SIZE:
        loads = np.bincount(groups.rep[placed], weights=groups.value[placed], minlength=rep_count)
        mean = groups.value.sum() / rep_count
        gives, takes = loads > mean * (1 - tolerance / 2), loads < mean * (1 + tolerance / 2)
        allowed[placed] = gives[groups.rep[placed]][:, None] & takes[None, :]
    allowed[groups.is_fixed & placed] = False
    allowed[np.flatnonzero(placed), groups.rep[placed]] = True
    group, rep = np.nonzero(allowed)
    return group.astype(np.int64), rep.astype(np.int64)


def _per_rep(amount: Floats, rep: Ints, rep_count: int, slack: int, sign: float) -> csr_array:
    """Rows of one sum per rep; the rep's slack stands in a column of its own, `slack` columns after the choices."""
    size, reps = rep.size, np.arange(rep_count)
    data = np.concatenate([amount, np.full(rep_count, sign)])
    rows = np.concatenate([rep, reps])
    columns = np.concatenate([np.arange(size), size + slack + reps])
    return csr_array((data, (rows, columns)), shape=(rep_count, size + 2 * rep_count))
