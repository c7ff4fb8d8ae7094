"""The system fields that every Salesforce record carries."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox.world.accounts import LIVE
from sandbox.world.columns import Ints, chosen, stamps
from sandbox.world.timeline import Timeline
from sandbox.world.users import Users


def audit_columns(
    created: Ints, removed: Ints, state: Ints, users: Users, timeline: Timeline, rng: np.random.Generator
) -> dict[str, pa.Array]:
    """IsDeleted, Created*, LastModified*, SystemModstamp; a removed record was last touched when it was removed."""
    count = created.size
    touched = created + ((timeline.end - 1 - created).clip(0) * rng.random(count) ** 0.7).astype(np.int64)
    modified = np.where(state == LIVE, touched, removed).clip(None, timeline.end - 1)
    writers = np.where(rng.random(count) < 0.4, 0, users.sellers[rng.integers(0, users.sellers.size, count)])
    editors = np.where(rng.random(count) < 0.5, 0, users.sellers[rng.integers(0, users.sellers.size, count)])
    system = np.minimum(
        modified + np.where(rng.random(count) < 0.2, rng.integers(1, 5_000, count), 0), timeline.end - 1
    )
    return {
        "IsDeleted": pa.array(state != LIVE),
        "CreatedDate": stamps(created),
        "CreatedById": chosen(users.ids, writers),
        "LastModifiedDate": stamps(modified),
        "LastModifiedById": chosen(users.ids, editors),
        "SystemModstamp": stamps(system),
    }
