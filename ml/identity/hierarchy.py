"""Who owns whom: parents from the CRM and from the vendor brought to one forest of accounts.

Pure functions on ids. The CRM's word wins over the vendor's; a disagreement is recorded. A cycle cannot stand, but it
must not stop the job either: it is cut at one deterministic place and recorded with its path.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class AccountNode:
    """What the hierarchy needs to know of an account: its country and how it ranks as the head of a cycle."""

    country: str | None
    rank: tuple[bool, str, str]
    """(is not a customer, created at in ISO, id): the smallest of a cycle becomes its top."""


@dataclass(frozen=True)
class Placement:
    """Where an account stands; level 0 is the global ultimate."""

    parent: str | None
    domestic_ultimate: str
    global_ultimate: str
    level: int


@dataclass(frozen=True)
class Conflict:
    """Something a person should settle in the CRM: `cycle` or `parents_disagree`."""

    account_id: str
    kind: str
    crm_parent: str | None
    vendor_parent: str | None
    path: str


@dataclass(frozen=True)
class Hierarchy:
    """Every account's place, and what had to be overruled."""

    placements: dict[str, Placement]
    conflicts: list[Conflict]


def build_hierarchy(
    accounts: Mapping[str, AccountNode], crm_parents: Mapping[str, str], vendor_parents: Mapping[str, str]
) -> Hierarchy:
    """Place every account. Parents that are not accounts, and accounts that are their own parent, are ignored.

    The domestic ultimate is the highest ancestor in the account's own country (IDN-08), the account itself if none.
    """
    parents: dict[str, str] = {}
    conflicts: list[Conflict] = []
    for account_id in sorted(accounts):
        crm = _valid(account_id, crm_parents.get(account_id), accounts)
        vendor = _valid(account_id, vendor_parents.get(account_id), accounts)
        if crm and vendor and crm != vendor:
            conflicts.append(Conflict(account_id, "parents_disagree", crm, vendor, ""))
        chosen = crm or vendor
        if chosen:
            parents[account_id] = chosen
    from_crm = {account_id for account_id in parents if _valid(account_id, crm_parents.get(account_id), accounts)}
    conflicts.extend(_cut_cycles(parents, from_crm, accounts, crm_parents, vendor_parents))
    return Hierarchy(_place(accounts, parents), sorted(conflicts, key=lambda c: (c.account_id, c.kind)))


def _valid(account_id: str, parent: str | None, accounts: Mapping[str, AccountNode]) -> str | None:
    return parent if parent is not None and parent != account_id and parent in accounts else None


def _cut_cycles(
    parents: dict[str, str],
    from_crm: set[str],
    accounts: Mapping[str, AccountNode],
    crm_parents: Mapping[str, str],
    vendor_parents: Mapping[str, str],
) -> list[Conflict]:
    """Remove one edge of each cycle: a vendor's edge if there is one, else that of the highest-ranking account."""
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
            top = min(cycle, key=lambda member: (member in from_crm, accounts[member].rank))
            turn = cycle.index(top)
            path = " > ".join([*cycle[turn:], *cycle[:turn], top])
            conflicts.append(Conflict(top, "cycle", crm_parents.get(top), vendor_parents.get(top), path))
            del parents[top]
        settled.update(trail)
    return conflicts


@dataclass(frozen=True)
class _Standing:
    level: int
    top: str
    highest_by_country: dict[str, str]  # of the account and all above it; shared down the line where nothing changes


def _place(accounts: Mapping[str, AccountNode], parents: Mapping[str, str]) -> dict[str, Placement]:
    standings: dict[str, _Standing] = {}
    placements: dict[str, Placement] = {}
    for account_id, account in accounts.items():
        standing = _standing(account_id, accounts, parents, standings)
        home = account.country or ""
        placements[account_id] = Placement(
            parent=parents.get(account_id),
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
