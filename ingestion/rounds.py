"""What a source hands to the loader: tables whose pages come in rounds, each round committed before the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from connections import ConnectionFailure
from ingestion.errors import LoadFailure

State = dict[str, Any]
# `pages(state, round)` yields new and changed rows of one table. `state` is the table's own memory, committed together
# with the rows. When the round is full it returns early, after `round.unfinished.add(<table>)`.
Pages = Callable[[State, "Round"], Iterator[pa.Table]]


@dataclass
class Round:
    """One extract and its commit. A source ends its round at a clean point once it is full, and goes on in the next.

    So a first load of any size keeps what it has fetched when it is interrupted, and its memory and disk stay bounded.
    """

    limit: int
    rows: int = 0
    failure: ConnectionFailure | LoadFailure | None = None
    unfinished: set[str] = field(default_factory=set)
    # Of the unfinished tables, those that hold all there was when the load began: what is still to come is new.
    caught_up: set[str] = field(default_factory=set)

    @property
    def is_full(self) -> bool:
        """Whether the rows of this round should be committed before more are fetched."""
        return self.rows >= self.limit


@dataclass(frozen=True)
class Table:
    """A raw table and the law that its rows follow."""

    name: str
    key: tuple[str, ...]
    version: str | None = None  # a column that grows with each version of a row
    slice_key: str | None = None  # pages hold whole slices: rows of a slice that are no longer in it go
    immutable: bool = False  # a key once landed never changes
