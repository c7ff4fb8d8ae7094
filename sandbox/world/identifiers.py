"""Record ids: Salesforce's 18 characters, and plain numbers for the others.

Serials rise with the time of creation, with random gaps: an id tells when, never what.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox.world.columns import Ints

PREFIXES = {
    "Account": "001", "Contact": "003", "User": "005", "Opportunity": "006", "OpportunityHistory": "008",
    "Group": "00G", "OpportunityContactRole": "00K", "Lead": "00Q", "Task": "00T", "Event": "00U",
    "CampaignMember": "00v", "Campaign": "701",
}  # fmt: skip
_INSTANCE = "5e0"
_ALPHABET = np.frombuffer(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", dtype=np.uint8)
_SUFFIX_ALPHABET = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345", dtype=np.uint8)
_SERIAL_DIGITS = 9


def serials(created: Ints, rng: np.random.Generator, first: int, widest_gap: int = 40) -> Ints:
    """A distinct number per record, rising with its creation time, ties in random order."""
    order = np.lexsort((rng.random(created.size), created))
    numbers = np.empty(created.size, dtype=np.int64)
    numbers[order] = first + np.cumsum(rng.integers(1, widest_gap + 1, created.size))
    return numbers


def salesforce_ids(object_name: str, created: Ints, rng: np.random.Generator) -> pa.Array:
    """18-character ids with the object's key prefix and the case-safe suffix (three characters, each the capitals
    of five letters as a 5-bit number: Salesforce's documented rule)."""
    numbers = serials(created, rng, first=62**5 + int(rng.integers(62**4)))
    count = created.size
    letters = np.empty((count, 18), dtype=np.uint8)
    letters[:, :6] = np.frombuffer((PREFIXES[object_name] + _INSTANCE).encode(), dtype=np.uint8)
    rest = numbers.copy()
    for place in range(_SERIAL_DIGITS - 1, -1, -1):
        letters[:, 6 + place] = _ALPHABET[rest % 62]
        rest //= 62
    capitals = (letters[:, :15] >= ord("A")) & (letters[:, :15] <= ord("Z"))
    weights = capitals.reshape(count, 3, 5) @ (1 << np.arange(5))
    letters[:, 15:] = _SUFFIX_ALPHABET[weights]
    return fixed_width_texts(letters)


def fixed_width_texts(letters: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> pa.Array:
    """An Arrow text column from one row of ASCII bytes per value."""
    count, width = letters.shape
    offsets = np.arange(count + 1, dtype=np.int32) * width
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(letters))]
    return pa.Array.from_buffers(pa.string(), count, buffers)
