"""Who owns whom: a tree of two to four levels in each family."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.world.columns import Flags, Ints


@dataclass(frozen=True)
class Hierarchy:
    """Per company: rows of the parent (-1 at the top), the domestic and the global ultimate; level (0 = top)."""

    parent: Ints
    domestic_ultimate: Ints
    global_ultimate: Ints
    level: Ints


def build_hierarchy(family: Ints, is_branch: Flags, employees: Ints, country: Ints) -> Hierarchy:
    """The largest non-branch leads; families of five or more get regional parents, of nine or more a third level."""
    order = np.lexsort((-employees, is_branch, family))
    starts = np.flatnonzero(np.diff(family[order], prepend=-1))
    rank = np.empty(family.size, dtype=np.int64)
    sizes = np.diff(np.append(starts, family.size))
    rank[order] = np.arange(family.size) - np.repeat(starts, sizes)
    parent_rank = np.where(rank >= 9, 4 + rank % 3, np.where(rank >= 4, 1 + rank % 3, 0))
    start_of = np.empty(family.size, dtype=np.int64)
    start_of[order] = np.repeat(starts, sizes)
    parent = np.where(rank == 0, -1, order[start_of + np.where(rank == 0, 0, parent_rank)])
    parent = np.where(is_branch & (rank > 0), order[start_of], parent)
    level = np.zeros(family.size, dtype=np.int64)
    climber = parent.copy()
    while (climber >= 0).any():
        level += climber >= 0
        climber = np.where(climber >= 0, parent[climber], -1)
    return Hierarchy(parent, _domestic(parent, country), order[start_of], level)


def _domestic(parent: Ints, country: Ints) -> Ints:
    """Climb while the parent sits in the same country."""
    top = np.arange(parent.size)
    while True:
        above = parent[top]
        climbs = (above >= 0) & (country[above] == country[top])
        if not climbs.any():
            return top
        top = np.where(climbs, above, top)
