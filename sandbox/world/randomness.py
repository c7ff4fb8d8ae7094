"""Independent random streams: one per topic, so that a change in one part leaves the others as they were."""

from __future__ import annotations

import zlib

import numpy as np

from sandbox.world.columns import Flags, Floats, Ints


def stream(seed: int, topic: str) -> np.random.Generator:
    """The generator of one topic of a world with this seed."""
    return np.random.default_rng([seed, zlib.crc32(topic.encode())])


def pick(rng: np.random.Generator, weights: Floats | list[float], count: int) -> Ints:
    """Positions drawn with replacement in proportion to their weights."""
    edges = np.cumsum(np.asarray(weights, dtype=float))
    positions: Ints = np.searchsorted(edges, rng.random(count) * edges[-1], side="right").astype(np.int64)
    return positions


def chance(rng: np.random.Generator, share: float | Floats, count: int) -> Flags:
    """True with the given probability, one or one per row."""
    return rng.random(count) < share


def sigmoid(logit: Floats) -> Floats:
    """Logit to probability."""
    return 1.0 / (1.0 + np.exp(-logit))


def calibrated(logit: Floats, expected: float) -> float:
    """The intercept at which the probabilities of these logits add up to `expected`."""
    low, high = -30.0, 30.0
    for _ in range(60):
        middle = (low + high) / 2
        if sigmoid(logit + middle).sum() < expected:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def group_ranges(sorted_groups: Ints, group_count: int) -> tuple[Ints, Ints]:
    """Where each group's rows begin and how many there are, for rows sorted by group."""
    starts = np.searchsorted(sorted_groups, np.arange(group_count + 1)).astype(np.int64)
    return starts[:-1], np.diff(starts)
