"""Free text: notes with quotes, commas, newlines, other scripts, and now and then a very long one."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox.world.columns import chosen
from sandbox.world.reference import vocabulary

NOTES = vocabulary("note")
LONG_NOTE = ('Imported from the old CRM. Customer said: "we\'d like to see it". ' * 70)[:4_000]
_POOL = (*NOTES, LONG_NOTE)


def descriptions(rng: np.random.Generator, count: int, filled: float = 0.35) -> pa.Array:
    """A note for some rows, 4,000 characters for about one in 1,500, null for the rest."""
    code = rng.integers(0, len(NOTES), count)
    code = np.where(rng.random(count) < 0.0007, len(NOTES), code)
    return chosen(_POOL, np.where(rng.random(count) < filled, code, -1))
