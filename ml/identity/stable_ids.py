"""Ids that outlive a run: a group of records keeps the id that its records had, whatever joins or leaves it.

Pure functions; the memory of earlier runs comes in and the events of this run go out.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

Key = tuple[str, str, str]
"""(source, object, record id)"""


_NONE: Counter[str] = Counter()


@dataclass(frozen=True)
class IdEvent:
    """What happened to an id: minted, split off or merged into `into_id`, moved in part to it, retired, restored."""

    entity_id: str
    event: str
    into_id: str | None
    reason: str


@dataclass(frozen=True)
class Assignment:
    """`ids` has one id per group, in the order given; `events` what changed against the memory."""

    ids: list[str]
    events: list[IdEvent]


def mint(prefix: str, anchor: Key, attempt: int = 0) -> str:
    """An id made from the oldest record of a group: the same records give the same id on an empty warehouse."""
    text = "\x1f".join((*anchor, str(attempt)))
    return f"{prefix}_{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def assign_ids(
    prefix: str,
    groups: Sequence[Sequence[Key]],
    memory: Mapping[Key, str],
    active: Set[str],
    settled: Set[str] = frozenset(),
) -> Assignment:
    """Give every group its id.

    `groups`: the records of each entity, oldest first. `memory`: the last id of every record ever seen. `active`: the
    ids that had records in the last run; `settled`: those of them that stand already, their groups left out. A group
    inherits the id that most of its records carried; between equals the one with the oldest record. An id that goes to
    another group while this one held some of it is a merge, the other way round a split.
    """
    claims = [Counter([memory[key] for key in group if key in memory]) if memory else _NONE for group in groups]
    owner = _settle(groups, claims, memory)
    inherited = {group: entity_id for entity_id, group in owner.items()}
    taken = set(inherited.values()) | settled
    events: list[IdEvent] = []
    ids: list[str] = []
    for position, group in enumerate(groups):
        entity_id = inherited.get(position)
        if entity_id is None:
            entity_id = _free_id(prefix, group[0], taken, active)
            taken.add(entity_id)
            events.append(_birth(entity_id, claims[position], memory))
        elif entity_id not in active:
            events.append(IdEvent(entity_id, "restored", None, "its records are back"))
        ids.append(entity_id)
    events.extend(_endings(claims, ids, settled | set(ids), active))
    born = {(event.into_id, event.entity_id) for event in events if event.event == "split"}
    events.extend(_moves(claims, ids, settled | set(ids), born))
    return Assignment(ids, sorted(events, key=lambda event: (event.entity_id, event.event)))


def _settle(
    groups: Sequence[Sequence[Key]], claims: Sequence[Counter[str]], memory: Mapping[Key, str]
) -> dict[str, int]:
    """Which group inherits each remembered id: largest overlap first, then the oldest record, then the id."""
    bids: list[tuple[int, int, Key, str, int]] = []
    for position, (group, held) in enumerate(zip(groups, claims, strict=True)):
        if not held:
            continue
        places: dict[str, int] = {}
        for place, key in enumerate(group):
            if key in memory:
                places.setdefault(memory[key], place)
        bids.extend((-count, places[old], group[places[old]], old, position) for old, count in held.items())
    owner: dict[str, int] = {}
    served: set[int] = set()
    for *_, old, position in sorted(bids):
        if old not in owner and position not in served:
            owner[old] = position
            served.add(position)
    return owner


def _free_id(prefix: str, anchor: Key, taken: Set[str], active: Set[str]) -> str:
    attempt = 0
    while (entity_id := mint(prefix, anchor, attempt)) in taken or entity_id in active:
        attempt += 1
    return entity_id


def _birth(entity_id: str, held: Counter[str], memory: Mapping[Key, str]) -> IdEvent:
    if not held:
        return IdEvent(entity_id, "minted", None, "records seen for the first time")
    left = min(held, key=lambda old: (-held[old], old))
    return IdEvent(entity_id, "split", left, f"{held[left]} of its records belonged to {left}")


def _endings(claims: Sequence[Counter[str]], ids: Sequence[str], alive: Set[str], active: Set[str]) -> list[IdEvent]:
    """Ids that had records in the last run and have none of their own now."""
    heirs: dict[str, Counter[str]] = defaultdict(Counter)
    for held, entity_id in zip(claims, ids, strict=True):
        for old, count in held.items():
            heirs[old][entity_id] += count
    events = []
    for old in sorted(active - alive):
        if held_by := heirs.get(old):
            into = min(held_by, key=lambda heir: (-held_by[heir], heir))
            events.append(IdEvent(old, "merged", into, f"{held_by[into]} of its records now belong to {into}"))
        else:
            events.append(IdEvent(old, "retired", None, "no record of it is left"))
    return events


def _moves(
    claims: Sequence[Counter[str]], ids: Sequence[str], alive: Set[str], born: Set[tuple[str | None, str]]
) -> list[IdEvent]:
    """Ids that live on but lost records to another one; what a split took away is told by the split."""
    heirs: dict[str, Counter[str]] = defaultdict(Counter)
    for held, entity_id in zip(claims, ids, strict=True):
        for old, count in held.items():
            if old != entity_id and old in alive and (old, entity_id) not in born:
                heirs[old][entity_id] += count
    events = []
    for old, held_by in sorted(heirs.items()):
        into = min(held_by, key=lambda heir: (-held_by[heir], heir))
        shares = ", ".join(f"{held_by[heir]} to {heir}" for heir in sorted(held_by))
        events.append(IdEvent(old, "moved", into, f"records of it now belong elsewhere: {shares}"))
    return events
