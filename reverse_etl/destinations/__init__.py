"""What the engine asks of a destination. A new destination is one module that answers this protocol.

Records travel as Arrow tables whose values are canonical texts (`reverse_etl.values`) or null.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import pyarrow as pa

from connections.http import Usage
from reverse_etl.values import Family

OutcomeStatus = Literal["accepted", "rejected", "retryable", "unknown"]

# What `update` takes: one row per value to write. A field without a row is left as it is; a null clears it.
CELLS = pa.schema([("record_key", pa.string()), ("field", pa.string()), ("value", pa.string())])
# What `update` answers: one row per record; `retryable` = refused for now (a lock, a limit), nothing was written.
OUTCOMES = pa.schema([("record_key", pa.string()), ("status", pa.string()), ("message", pa.string())])


@dataclass(frozen=True)
class FieldDescription:
    """A field as the destination describes it; None = no such limit. `separator` splits a multi-value text."""

    name: str
    type_name: str
    family: Family | None
    is_updateable: bool
    is_nullable: bool
    max_length: int | None = None
    integer_digits: int | None = None
    decimal_digits: int | None = None
    allowed_values: tuple[str, ...] | None = None
    separator: str | None = None


@dataclass(frozen=True)
class ObjectDescription:
    """An object with its fields by exact name."""

    name: str
    is_updateable: bool
    fields: Mapping[str, FieldDescription]


@dataclass(frozen=True)
class Channel:
    """One way to write: worth it from `from_records` on, in batches of at most `batch_records` and `batch_bytes`.

    `window_records` are read just before they are written; a small window keeps the reading fresh.
    """

    name: str
    from_records: int
    batch_records: int
    window_records: int
    batch_bytes: int


@dataclass(frozen=True)
class Limits:
    """What a destination can take; `channels` in rising order of `from_records`, the first one from 0.

    `attempts` bounds how often a retryable record is sent in one run; `retry_seconds` is the first pause, then doubled.
    """

    channels: tuple[Channel, ...]
    key_fields: tuple[str, ...]
    blank_is_null: bool
    attempts: int = 4
    retry_seconds: float = 0.5

    def channel(self, records: int) -> Channel:
        """The channel for a volume."""
        return [channel for channel in self.channels if channel.from_records <= records][-1]


class Destination(Protocol):
    """A system that records are written to. Every method may raise connections.errors.ConnectionFailure."""

    name: str
    limits: Limits

    @property
    def usage(self) -> Usage:
        """Calls made and quota left so far."""

    def describe(self, object_name: str) -> ObjectDescription | None:
        """The object, or None if there is none of that name."""

    def read(self, object_name: str, keys: Sequence[str], fields: Sequence[str]) -> pa.Table:
        """Current values: `record_key` and one text column per field; records that do not exist are left out."""

    def update(self, object_name: str, cells: pa.Table, channel: str, announce: Callable[[str], None]) -> pa.Table:
        """Write CELLS, answer OUTCOMES; records left out of the answer count as unknown.

        Raises OutcomeUnknown if some of it may have been written, any other ConnectionFailure only if nothing was.
        Before anything can take effect later than this call, `announce` is given a ticket for `close_out`.
        """

    def close_out(self, ticket: str) -> None:
        """Return once nothing sent under `ticket` can take effect any more, whatever came of it."""
