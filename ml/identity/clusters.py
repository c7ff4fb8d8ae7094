"""Which records are one: links applied from the strongest down, none against what a group already is. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple


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


def cluster(traits: Mapping[int, Sequence[str | None]], links: Iterable[Link]) -> Clusters:
    """Group records by links; the order in which the links come does not matter.

    `traits[record]` holds what all records of a group must agree on where they are known (domain, country): a chain
    `A (ES) - B (no country) - C (FR)` joins A or C to B, not both. Given links join regardless.
    """
    root = {record: record for record in traits}
    known: dict[int, Known] = {}
    for record, values in traits.items():
        if any(value is not None for value in values):
            known[record] = tuple(frozenset() if value is None else frozenset([value]) for value in values)
    refused: list[Link] = []
    for link in sorted(links, key=lambda link: (not link.given, -link.score, link.left, link.right)):
        low, high = sorted((_root(root, link.left), _root(root, link.right)))
        if low == high:
            continue
        one, other = known.get(low), known.get(high)
        if one and other:
            if not link.given and _contradict(one, other):
                refused.append(link)
                continue
            known[low] = tuple(left | right for left, right in zip(one, other, strict=True))
        elif other:
            known[low] = other
        root[high] = low
    return Clusters({record: _root(root, record) for record in root}, refused)


def _contradict(one: Known, other: Known) -> bool:
    """Whether each side knows a trait and they share no value of it (a CRM merge may have brought several values)."""
    return any(left and right and not left & right for left, right in zip(one, other, strict=True))


def _root(root: dict[int, int], record: int) -> int:
    while root[record] != record:
        root[record] = root[root[record]]
        record = root[record]
    return record
