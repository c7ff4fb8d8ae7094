"""Which records are one: links applied from the strongest down, none against what a group already is. Pure."""

from collections.abc import Iterable, Sequence
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

    root: list[int]
    refused: list[Link]


def cluster(traits: Sequence[Sequence[str | None]], links: Iterable[Link]) -> Clusters:
    """Group records by links; the order in which the links come does not matter.

    `traits[record]` holds what all records of a group must agree on where they are known (domain, country): a chain
    `A (ES) - B (no country) - C (FR)` joins A or C to B, not both. Given links join regardless.
    """
    root = list(range(len(traits)))
    known: list[list[set[str]]] = [[{value} if value is not None else set() for value in record] for record in traits]
    refused: list[Link] = []
    for link in sorted(links, key=lambda link: (not link.given, -link.score, link.left, link.right)):
        low, high = sorted((_root(root, link.left), _root(root, link.right)))
        if low == high:
            continue
        united = [one | other for one, other in zip(known[low], known[high], strict=True)]
        settled = [max(len(one), len(other)) for one, other in zip(known[low], known[high], strict=True)]
        if not link.given and any(len(values) > max(1, size) for values, size in zip(united, settled, strict=True)):
            refused.append(link)
            continue
        root[high] = low
        known[low] = united
    return Clusters([_root(root, record) for record in range(len(root))], refused)


def _root(root: list[int], record: int) -> int:
    while root[record] != record:
        root[record] = root[root[record]]
        record = root[record]
    return record
