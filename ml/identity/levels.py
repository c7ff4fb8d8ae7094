"""How a comparison of two records is written down: kinds of evidence, each in levels from agreement to contradiction.

Each level is a SQL condition on the two sides of a pair (`_l`, `_r`); the levels are tried in their order. `match` and
`other` say how often the level is met among candidate pairs that are one company and among those that are two (Splink's
m and u, here within the blocks and not among random pairs: siblings of a family share a domain as a rule). The figures
are starting points and what small data fall back on; the model estimates its own where there are enough pairs.
"""

from typing import NamedTuple


class Level(NamedTuple):
    """One level of agreement; `words` is the evidence a person reads, unless `silent`.

    A `fixed` level is not estimated: it is too rare for that, or too certain.
    """

    words: str
    condition: str
    match: float
    other: float
    fixed: bool = False
    silent: bool = False


class Comparison(NamedTuple):
    """One kind of evidence; where `unknown` holds it says nothing."""

    name: str
    levels: tuple[Level, ...]
    unknown: str | None = None


class Task(NamedTuple):
    """What one model judges: its name, its evidence, and the columns that the conditions read.

    `sides` are told of each of the two records, `pair` of both together. `prior` is the share of matches to start from.
    """

    name: str
    comparisons: tuple[Comparison, ...]
    sides: tuple[str, ...]
    pair: tuple[str, ...]
    prior: float


def unknown(*columns: str) -> str:
    """The condition that a value is missing on either side."""
    return " or ".join(f"{column}_l is null or {column}_r is null" for column in columns)


def closeness(
    what: str, column: str, limits: tuple[float, float, float], match: tuple[float, ...], other: tuple[float, ...]
) -> Comparison:
    """A figure compared by the ratio of the larger to the smaller."""
    ratio = f"greatest({column}_l / {column}_r, {column}_r / {column}_l)"
    words = (f"{what} alike", f"{what} close", f"{what} apart", f"{what} far apart")
    conditions = [*(f"{ratio} < {limit}" for limit in limits), "ELSE"]
    levels = tuple(Level(*row) for row in zip(words, conditions, match, other, strict=True))
    return Comparison(what, levels, f"{unknown(column)} or {column}_l <= 0 or {column}_r <= 0")
