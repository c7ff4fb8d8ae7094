"""Which records are one: links applied from the strongest down, none against what a group already is. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


class Link(NamedTuple):
    """Two records (by place, the smaller first) that belong together with a confidence of 0 to 1.

    A `given` link is the source's own statement (a merge in the CRM) and holds whatever the evidence says.
    """

    left: int
    right: int
    score: float
    given: bool = False


@dataclass(frozen=True)
class Clusters:
    """`root`: for each record the first record of its group. `refused`: links that would have joined contradictions."""

    root: dict[int, int]
    refused: list[Link]


Known = tuple[frozenset[str], ...]


def cluster(
    traits: Mapping[int, Sequence[str | None]],
    links: Iterable[Link],
    apart: Iterable[tuple[int, int]] = (),
    never: Iterable[tuple[int, int]] = (),
) -> Clusters:
    """Group records by links; the order in which the links come does not matter.

    `traits[record]` holds what all records of a group must agree on where they are known (domain, country): a chain
    `A (ES) - B (no country) - C (FR)` joins A or C to B, not both. `apart` are pairs that the evidence speaks against:
    no third record brings them together. Given links join regardless of both; `never` pairs (a person's decision) stay
    apart even against given links.
    """
    root = {record: record for record in traits}
    known: dict[int, Known] = {}
    for record, values in traits.items():
        if any(value is not None for value in values):
            known[record] = tuple(frozenset() if value is None else frozenset([value]) for value in values)
    against, forbidden = _enemies(apart), _enemies(never)
    members: dict[int, list[int]] = {}
    refused: list[Link] = []
    for link in sorted(links, key=lambda link: (not link.given, -link.score, link.left, link.right)):
        low, high = sorted((_root(root, link.left), _root(root, link.right)))
        if low == high:
            continue
        one, other = known.get(low), known.get(high)
        groups = members.get(low, [low]), members.get(high, [high])
        if _meet(*groups, forbidden) or (not link.given and (_contradict(one, other) or _meet(*groups, against))):
            refused.append(link)
            continue
        if one and other:
            known[low] = tuple(left | right for left, right in zip(one, other, strict=True))
        elif other:
            known[low] = other
        root[high] = low
        members[low] = [*groups[0], *groups[1]]
    return Clusters({record: _root(root, record) for record in root}, refused)


def connected(pairs: pa.Table) -> pa.Table:
    """Every record in the pairs (`left_place`, `right_place`) as `place`, with the first record of its group as `root`.

    What `cluster` answers where no record contradicts another one of its group, for millions of records at once.
    """
    sides = [pairs.column(side).to_numpy() for side in ("left_place", "right_place")]
    places, ends = np.unique(np.concatenate(sides), return_inverse=True)
    one, other = np.split(ends, 2)
    graph = coo_array((np.ones(one.size, dtype=np.int8), (one, other)), shape=(places.size, places.size))
    _, group = connected_components(graph, directed=False)
    _, firsts = np.unique(group, return_index=True)
    return pa.table({"place": places, "root": places[firsts][group]})


def _enemies(pairs: Iterable[tuple[int, int]]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    for left, right in pairs:
        found[left].add(right)
        found[right].add(left)
    return found


def _meet(one: Sequence[int], other: Sequence[int], enemies: Mapping[int, set[int]]) -> bool:
    few, many = sorted((one, other), key=len)
    return any(not enemies[record].isdisjoint(many) for record in few if record in enemies)


def _contradict(one: Known | None, other: Known | None) -> bool:
    """Whether each side knows a trait and they share no value of it (a CRM merge may have brought several values)."""
    if one is None or other is None:
        return False
    return any(left and right and not left & right for left, right in zip(one, other, strict=True))


def _root(root: dict[int, int], record: int) -> int:
    while root[record] != record:
        root[record] = root[root[record]]
        record = root[record]
    return record
