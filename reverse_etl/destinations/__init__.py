"""What the engine asks of a destination. A new destination is one module that answers `Destination`.

Everything travels as Arrow tables whose values are canonical texts (`reverse_etl.values`) or null. A record has two
names: `record_key` is the sync's own (the model's key column), `remote_id` is the destination's (its row id). Only the
engine decides what is written; a destination translates, sends, and tells what came of each record.

| mode of a sync | operations | what the model's rows are |
|---|---|---|
| update | update | values of records that exist at the destination |
| insert | create | records to be made once and then left alone (a task, a message) |
| upsert | create, update | records that should exist, with these values |
| mirror | create, update, delete | the same, and what leaves the model is deleted |
| membership | create, delete | who belongs to a list or audience: create = add, delete = remove |
| delete | delete | records that must not exist there |

A member of a list or audience is a record like any other: its cells say which list and who (a list id, a hash, ...).
A delete carries the cells that were acknowledged, so that a removal can name what it removes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import pyarrow as pa

from connections.http import Usage
from reverse_etl.values import Family

Operation = Literal["create", "update", "delete"]
# accepted: written, now or already. rejected: refused for good, in the destination's words. retryable: refused for the
# moment (a lock, a limit), nothing written. changed: not written, as the record's version is no longer the one read.
# undivided: the whole request was refused, or some of it and nobody says which, and sending it again does no harm: the
# engine halves the batch until the culprit stands alone. unknown: it may or may not have been written.
OutcomeStatus = Literal["accepted", "rejected", "retryable", "changed", "undivided", "unknown"]
# What can be asked of a destination: values (find and read), existence (find only), nothing (the ledger alone knows).
Reading = Literal["values", "existence", "nothing"]

# The records of a batch, in the order in which they go. remote_id is null for a create; version is null unless the
# record may be written only while it is still the version that `read` gave. intent names this change of the record: the
# same whenever it is sent again, in whatever batch or run, and another one for the next change; null where the
# destination can be asked what became of it.
RECORDS = pa.schema([(name, pa.string()) for name in ("record_key", "remote_id", "version", "intent")])
# Their values: one row per value. A field without a row is left as it is; a null clears it.
CELLS = pa.schema([("record_key", pa.string()), ("field", pa.string()), ("value", pa.string())])
# What `write` answers: one row per record, in any order; remote_id is asked of creates (null if there is none).
OUTCOMES = pa.schema(
    [("record_key", pa.string()), ("status", pa.string()), ("message", pa.string()), ("remote_id", pa.string())]
)
# What `find` answers: one row per record found; a key that fits several records has several rows.
FOUND = pa.schema([("record_key", pa.string()), ("remote_id", pa.string())])


@dataclass(frozen=True)
class FieldDescription:
    """A field as the destination describes it; None = no such limit. `separator` splits a multi-value text.

    A dependent picklist names its `controller`; `dependent_values` gives the values that each of its values allows.
    """

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
    is_createable: bool = True
    is_required: bool = False
    is_unique: bool = False
    controller: str | None = None
    dependent_values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ObjectDescription:
    """An object with its fields by exact name.

    `kind_field` names the field that says of which kind a record is (Salesforce: RecordTypeId), and `values_by_kind`
    the picklist values that each kind allows, by kind and field; empty if all allow the same.
    """

    name: str
    is_updateable: bool
    fields: Mapping[str, FieldDescription]
    is_createable: bool = True
    is_deletable: bool = True
    kind_field: str | None = None
    values_by_kind: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    default_kind: str | None = None


@dataclass(frozen=True)
class Channel:
    """One way to write: worth it from `from_records` on, in batches of at most `batch_records` and `batch_bytes`.

    `window_records` are read just before they are written; a small window keeps the reading fresh. `batch_calls` is
    about how many API calls a batch costs, so that a run can be weighed against the budget before it starts.
    """

    name: str
    from_records: int
    batch_records: int
    window_records: int
    batch_bytes: int
    batch_calls: float = 1.0


@dataclass(frozen=True)
class Limits:
    """What a destination can do and take; `channels` in rising order of `from_records`, the first one from 0.

    key_fields: fields whose value is the remote_id itself (Salesforce: Id); other keys are looked up with `find`.
    blank_is_null: an empty text cannot be told from no value. trims_text: white space at either end of a text is lost.
    attempts, retry_seconds: how often a retryable record is sent in one run, and the first pause, then doubled.
    operations: what `write` can do. reads: what can be asked, see `Reading`.
    is_repeatable: sending the same again leads to the same state (list membership, values under a key): what is unknown
    and cannot be read is sent again; without it, it is left alone and reported, for nobody can know.
    conditional_records: `write` honours RECORDS.version and answers `changed`, so many records to a call; 0 if not.
    read_calls: about how many API calls it takes to read 1,000 records.
    objects: the only ones that may be written; empty if all may. guarded: fields by object that a sync must name in its
    `allow` to write them, for they belong to people (the owner of an account).
    audit_fields: the fields that say who changed a record last, and when; empty if the destination does not tell.
    """

    channels: tuple[Channel, ...]
    key_fields: tuple[str, ...]
    blank_is_null: bool
    attempts: int = 4
    retry_seconds: float = 0.5
    operations: frozenset[Operation] = frozenset({"update"})
    reads: Reading = "values"
    is_repeatable: bool = False
    conditional_records: int = 0
    read_calls: float = 1.0
    objects: tuple[str, ...] = ()
    guarded: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    audit_fields: tuple[str, ...] = ()
    trims_text: bool = False

    def channel(self, records: int) -> Channel:
        """The channel for a volume."""
        return [channel for channel in self.channels if channel.from_records <= records][-1]


@dataclass(frozen=True)
class Batch:
    """What one call of `write` carries: records that all take the same operation, and their CELLS.

    `cells` stand together by record, in the order of `records`; a create or a membership may have records without any.
    `key_field` is the field that holds record_key at the destination (an external id), or None if nothing does.
    `announce` takes a ticket for `close_out` before anything can take effect later than the call of `write`.
    """

    object_name: str
    operation: Operation
    records: pa.Table
    cells: pa.Table
    channel: str
    key_field: str | None
    announce: Callable[[str], None]


class Destination(Protocol):
    """A system that records are written to. Every method may raise connections.errors.ConnectionFailure."""

    name: str
    limits: Limits

    @property
    def usage(self) -> Usage:
        """Calls made and quota left so far."""

    def describe(self, object_name: str) -> ObjectDescription | None:
        """The object, or None if there is none of that name. Asked before the first write only, and once."""

    def check(self, object_name: str, operations: frozenset[Operation], fields: Sequence[str]) -> list[str]:
        """What else would make every write fail (terms not accepted, list gone, address not registered).

        One line each, with the remedy. An empty list is the common answer.
        """

    def find(self, object_name: str, cells: pa.Table) -> pa.Table:
        """FOUND: live records whose fields hold all the CELLS given for a record_key; never a partial answer."""

    def read(self, object_name: str, remote_ids: Sequence[str], fields: Sequence[str]) -> pa.Table:
        """Current values: `remote_id`, one text column per field, and `version` if the destination is conditional.

        Records that do not exist are left out. Values are canonical: what was written compares equal.
        """

    def write(self, batch: Batch) -> pa.Table:
        """Send a batch and answer OUTCOMES; records left out of the answer count as unknown.

        Raises OutcomeUnknown if some of it may have been written, any other ConnectionFailure only if nothing was.
        """

    def close_out(self, ticket: str) -> None:
        """Return once nothing sent under `ticket` can take effect any more, whatever came of it."""
