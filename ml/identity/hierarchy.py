"""Who owns whom: parents from the CRM and from vendors brought to one forest of accounts.

Pure functions on ids. The sources are believed in an order; a disagreement is recorded. A cycle cannot stand, but it
must not stop the job either: it is cut at one deterministic place and recorded with its path.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class AccountNode:
    """What the hierarchy needs to know of an account: its country and how it ranks as the head of a cycle."""

    country: str | None
    rank: tuple[bool, str, str]
    """(is not a customer, created at in ISO, id): the smallest of a cycle becomes its top."""


@dataclass(frozen=True)
class Placement:
    """Where an account stands and who says so; level 0 is the global ultimate."""

    parent: str | None
    source: str | None
    domestic_ultimate: str
    global_ultimate: str
    level: int


@dataclass(frozen=True)
class Conflict:
    """Something a person should settle at the source.

    A `cycle` is what one source says by itself. Links of several sources that close a circle only together
    (`parents_disagree`, with the path) are a quarrel like any other: the source that is believed last is overruled.
    """

    account_id: str
    kind: str
    parent: str | None
    source: str | None
    overruled_parent: str | None
    overruled_source: str | None
    path: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hierarchy:
    """Every account's place, the links they follow from, and what had to be overruled."""

    placements: dict[str, Placement]
    parents: dict[str, str]
    conflicts: list[Conflict]


Parents = Mapping[str, str]


def build_hierarchy(
    accounts: Mapping[str, AccountNode],
    stated: Sequence[tuple[str, Parents]],
    evidence: tuple[str, Parents] | None = None,
) -> Hierarchy:
    """Place every account. Parents that are not accounts, and accounts that are their own parent, are ignored.

    `stated`: each source with its parents, the one that is believed first in front. `evidence` fills in where no source
    says anything; it contradicts nobody. The domestic ultimate is the highest ancestor in the account's own country
    (IDN-08), the account itself if none.
    """
    parents: dict[str, str] = {}
    sources: dict[str, str] = {}
    conflicts: list[Conflict] = []
    for account_id in sorted(accounts):
        words = [(source, _valid(account_id, links.get(account_id), accounts)) for source, links in stated]
        known = [(source, parent) for source, parent in words if parent]
        if not known:
            continue
        sources[account_id], parents[account_id] = known[0]
        conflicts.extend(
            Conflict(account_id, "parents_disagree", parents[account_id], sources[account_id], parent, source)
            for source, parent in known[1:]
            if parent != parents[account_id]
        )
    order = {source: place for place, (source, _) in enumerate(stated)}
    conflicts.extend(_cut_cycles(parents, sources, order, accounts))
    if evidence:
        for account_id, parent in evidence[1].items():
            if account_id not in parents:
                parents[account_id], sources[account_id] = parent, evidence[0]
    placements = _place(accounts, parents, sources)
    conflicts.sort(key=lambda conflict: (conflict.account_id, conflict.kind, conflict.overruled_source or ""))
    return Hierarchy(placements, parents, conflicts)


def _valid(account_id: str, parent: str | None, accounts: Mapping[str, AccountNode]) -> str | None:
    return parent if parent is not None and parent != account_id and parent in accounts else None


def _cut_cycles(
    parents: dict[str, str], sources: dict[str, str], order: Mapping[str, int], accounts: Mapping[str, AccountNode]
) -> list[Conflict]:
    """Remove one link of each cycle: that of the source believed last, then of the highest-ranking account."""
    conflicts: list[Conflict] = []
    settled: set[str] = set()
    for start in sorted(parents):
        trail: dict[str, int] = {}
        node: str | None = start
        while node is not None and node not in settled and node not in trail:
            trail[node] = len(trail)
            node = parents.get(node)
        if node is not None and node in trail:
            cycle = list(trail)[trail[node] :]
            top = min(cycle, key=lambda member: (-order[sources[member]], accounts[member].rank))
            turn = cycle.index(top)
            path = (*cycle[turn:], *cycle[:turn], top)
            kind = "cycle" if len({sources[member] for member in cycle}) == 1 else "parents_disagree"
            conflicts.append(Conflict(top, kind, None, None, parents.pop(top), sources.pop(top), path))
        settled.update(trail)
    return conflicts


@dataclass(frozen=True)
class _Standing:
    level: int
    top: str
    highest_by_country: dict[str, str]  # of the account and all above it; shared down the line where nothing changes


def _place(accounts: Mapping[str, AccountNode], parents: Parents, sources: Mapping[str, str]) -> dict[str, Placement]:
    standings: dict[str, _Standing] = {}
    placements: dict[str, Placement] = {}
    for account_id, account in accounts.items():
        standing = _standing(account_id, accounts, parents, standings)
        home = account.country or ""
        placements[account_id] = Placement(
            parent=parents.get(account_id),
            source=sources.get(account_id),
            domestic_ultimate=standing.highest_by_country.get(home, account_id),
            global_ultimate=standing.top,
            level=standing.level,
        )
    return placements


def _standing(
    account_id: str, accounts: Mapping[str, AccountNode], parents: Mapping[str, str], standings: dict[str, _Standing]
) -> _Standing:
    """Climb to the first account that has been placed, then place all on the way down; chains may be any length."""
    climbed: list[str] = []
    node: str | None = account_id
    while node is not None and node not in standings:
        climbed.append(node)
        node = parents.get(node)
    above = standings[node] if node is not None else None
    for member in reversed(climbed):
        highest = above.highest_by_country if above else {}
        country = accounts[member].country
        if country and country not in highest:
            highest = {**highest, country: member}
        above = _Standing(above.level + 1 if above else 0, above.top if above else member, highest)
        standings[member] = above
    return standings[account_id]
