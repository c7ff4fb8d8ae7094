"""The sales organisation: users (some gone), an integration user, queues."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world.columns import DAY, Flags, Ints, chosen, joined, repeated, stamps
from sandbox.world.identifiers import salesforce_ids
from sandbox.world.legal_names import fold
from sandbox.world.randomness import stream
from sandbox.world.reference import read_rows, vocabulary
from sandbox.world.sales_development import DEPARTMENT, Prospectors, draw_prospectors
from sandbox.world.store import Store
from sandbox.world.timeline import Timeline

QUEUES = vocabulary("queue")
NURTURE_QUEUE = "Nurture Queue"
ROLES = ("Account Executive", "Sales Development Representative", "Sales Manager", "Customer Success Manager")
ZONES = (
    "America/New_York",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Berlin",
    "Asia/Kolkata",
    "Australia/Sydney",
)


@dataclass(frozen=True)
class Users:
    """Ids of everybody; the integration user is the first row, marketing the second, the rest sell."""

    ids: pa.Array
    active: Flags
    sellers: Ints
    developers: Ints
    queues: pa.Array
    prospectors: Prospectors

    @property
    def integration(self) -> str:
        """The id of the user that other systems write as."""
        return str(self.ids[0].as_py())


def draw_users(accounts: int, timeline: Timeline, seed: int, store: Store) -> Users:
    """One seller per about 80 accounts (at least 12), a tenth of them inactive; writes User and Group."""
    rng = stream(seed, "users")
    count = 4 + max(12, accounts // 80)
    created = np.sort(timeline.start - rng.integers(30, 1500, count) * DAY)
    ids = salesforce_ids("User", created, rng)
    role = np.concatenate([np.full(4, -1), rng.choice(4, count - 4, p=[0.45, 0.35, 0.08, 0.12])])
    role[4:8] = [0, 1, 2, 0]
    active = np.where(np.arange(count) < 8, True, rng.random(count) > 0.12)
    managers = np.flatnonzero(role == 2)
    manager = np.where((role >= 0) & (role != 2), managers[rng.integers(0, managers.size, count)], -1)
    queues = _write_queues(timeline, rng, seed, store)
    _write_users(ids, created, role, active, manager, rng, store)
    prospectors = draw_prospectors(accounts, timeline, seed)
    _write_prospectors(prospectors, ids[int(managers[0])].as_py(), ids, seed, store)
    sellers = np.flatnonzero((role == 0) | (role == 3))
    return Users(ids, active, sellers, np.flatnonzero(role == 1), queues, prospectors)


def _write_users(
    ids: pa.Array, created: Ints, role: Ints, active: Flags, manager: Ints, rng: np.random.Generator, store: Store
) -> None:
    given_pool, family_pool = _name_pools()
    count = role.size
    special = [("Marketo", "Integration"), ("Marketing", "Operations"), ("System", "Administrator"), ("Deal", "Desk")]
    given = [special[row][0] if row < 4 else given_pool[rng.integers(len(given_pool))] for row in range(count)]
    family = [special[row][1] if row < 4 else family_pool[rng.integers(len(family_pool))] for row in range(count)]
    work = {
        "Id": ids,
        "IsActive": pa.array(active),
        "Title": chosen(ROLES, role),
        "Department": pa.array(["Operations" if row < 0 else "Sales" for row in role.tolist()]),
        "TimeZoneSidKey": chosen(ZONES, rng.integers(0, len(ZONES), count)),
        "ManagerId": chosen(ids, manager),
        **_audit(ids, created),
    }
    _insert_users(given, family, 0, work, store)


def _write_prospectors(prospectors: Prospectors, manager: str, writer: pa.Array, seed: int, store: Store) -> None:
    rng = stream(seed, "prospector names")
    count = len(prospectors.ids)
    given, family = ([pool[rng.integers(len(pool))] for _ in range(count)] for pool in _name_pools())
    # The public sector works in American time; the others sit anywhere.
    american = np.array(["Public" in title for title in prospectors.titles])
    work = {
        "Id": prospectors.ids,
        "IsActive": pa.array(prospectors.active),
        "Title": pa.array(prospectors.titles),
        "Department": repeated(DEPARTMENT, count),
        "TimeZoneSidKey": chosen(ZONES, np.where(american, 0, rng.integers(0, len(ZONES), count))),
        "ManagerId": repeated(manager, count),
        **_audit(writer, prospectors.created),
    }
    _insert_users(given, family, 900, work, store)


def _name_pools() -> tuple[list[str], list[str]]:
    pools = read_rows("person_names.csv")[:4]
    given = [name for row in pools for name in row["given"].split("|")]
    return given, [name for row in pools for name in row["family"].split("|")]


def _insert_users(
    given: list[str], family: list[str], first_number: int, work: dict[str, pa.Array], store: Store
) -> None:
    logins = [
        f"{fold(first)}.{fold(last)}{row}@example-vendor.com".replace(" ", "").replace("'", "").replace("..", ".")
        for row, (first, last) in enumerate(zip(given, family, strict=True), first_number)
    ]
    store.insert(
        'salesforce."User"',
        {
            "Username": pa.array([f"{login}.sales" for login in logins]),
            "Name": joined(pa.array(given), " ", pa.array(family)),
            "FirstName": pa.array(given),
            "LastName": pa.array(family),
            "Email": pa.array(logins),
            "UserType": repeated("Standard", len(logins)),
            **work,
        },
    )


def _audit(ids: pa.Array, created: Ints) -> dict[str, pa.Array]:
    writer = repeated(ids[0].as_py(), created.size)
    changed = stamps(created + DAY)
    return {
        "CreatedDate": stamps(created),
        "CreatedById": writer,
        "LastModifiedDate": changed,
        "LastModifiedById": writer,
        "SystemModstamp": changed,
    }


def _write_queues(timeline: Timeline, rng: np.random.Generator, seed: int, store: Store) -> pa.Array:
    """The ids of the queues that leads wait in; nobody waits in the queue for nurture yet."""
    before = np.full(len(QUEUES), timeline.start - 400 * DAY, dtype=np.int64)
    ids = salesforce_ids("Group", before, rng)
    added = salesforce_ids("Group", before[:1] + 300 * DAY, stream(seed, "nurture queue"))
    for names, keys, created in ((QUEUES, ids, before), ((NURTURE_QUEUE,), added, before[:1] + 300 * DAY)):
        store.insert(
            'salesforce."Group"',
            {
                "Id": keys,
                "Name": pa.array(names),
                "DeveloperName": pa.array([name.replace(" ", "_") for name in names]),
                "Type": repeated("Queue", len(names)),
                "Email": pa.array([f"{name.split()[0].lower()}@example-vendor.com" for name in names]),
                "CreatedDate": stamps(created),
                "LastModifiedDate": stamps(created),
                "SystemModstamp": stamps(created),
            },
        )
    return ids
