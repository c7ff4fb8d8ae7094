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
from sandbox.world.store import Store
from sandbox.world.timeline import Timeline

QUEUES = vocabulary("queue")
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
    queues = _write_queues(timeline, rng, store)
    _write_users(ids, created, role, active, manager, rng, store)
    sellers = np.flatnonzero((role == 0) | (role == 3))
    return Users(ids, active, sellers, np.flatnonzero(role == 1), queues)


def _write_users(
    ids: pa.Array, created: Ints, role: Ints, active: Flags, manager: Ints, rng: np.random.Generator, store: Store
) -> None:
    pools = read_rows("person_names.csv")
    given_pool = [name for row in pools[:4] for name in row["given"].split("|")]
    family_pool = [name for row in pools[:4] for name in row["family"].split("|")]
    count = role.size
    special = [("Marketo", "Integration"), ("Marketing", "Operations"), ("System", "Administrator"), ("Deal", "Desk")]
    given = [special[row][0] if row < 4 else given_pool[rng.integers(len(given_pool))] for row in range(count)]
    family = [special[row][1] if row < 4 else family_pool[rng.integers(len(family_pool))] for row in range(count)]
    logins = [
        f"{fold(first)}.{fold(last)}{row}@example-vendor.com".replace(" ", "").replace("'", "").replace("..", ".")
        for row, (first, last) in enumerate(zip(given, family, strict=True))
    ]
    store.insert(
        'salesforce."User"',
        {
            "Id": ids,
            "Username": pa.array([f"{login}.sales" for login in logins]),
            "Name": joined(pa.array(given), " ", pa.array(family)),
            "FirstName": pa.array(given),
            "LastName": pa.array(family),
            "Email": pa.array(logins),
            "IsActive": pa.array(active),
            "Title": chosen(ROLES, role),
            "Department": pa.array(["Operations" if row < 0 else "Sales" for row in role.tolist()]),
            "TimeZoneSidKey": chosen(ZONES, rng.integers(0, len(ZONES), count)),
            "ManagerId": chosen(ids, manager),
            "UserType": repeated("Standard", count),
            **_audit(ids, created),
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


def _write_queues(timeline: Timeline, rng: np.random.Generator, store: Store) -> pa.Array:
    created = np.full(len(QUEUES), timeline.start - 400 * DAY, dtype=np.int64)
    ids = salesforce_ids("Group", created, rng)
    store.insert(
        'salesforce."Group"',
        {
            "Id": ids,
            "Name": pa.array(QUEUES),
            "DeveloperName": pa.array([name.replace(" ", "_") for name in QUEUES]),
            "Type": repeated("Queue", len(QUEUES)),
            "Email": pa.array([f"{name.split()[0].lower()}@example-vendor.com" for name in QUEUES]),
            "CreatedDate": stamps(created),
            "LastModifiedDate": stamps(created),
            "SystemModstamp": stamps(created),
        },
    )
    return ids
