"""What destinations without values to read share: records out of a batch, outcomes per group, fields known by name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, Protocol, TypeVar

import pyarrow as pa

from connections.errors import ConnectionFailure, OutcomeUnknown, RequestRejected
from connections.verdicts import Usage
from reverse_etl.destinations import (
    FOUND,
    OUTCOMES,
    Batch,
    Channel,
    FieldDescription,
    Limits,
    ObjectDescription,
    Operation,
    OutcomeStatus,
    Reading,
)

# A request that is refused for what it holds; any other refusal concerns the whole sync and is raised.
_CONTENT_REFUSED = {400, 413, 422}
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Record:
    """One record of a batch; `cleared` are the fields that are to hold nothing, others without a value are left out."""

    key: str
    remote_id: str | None
    values: Mapping[str, str]
    cleared: tuple[str, ...] = ()
    intent: str = ""


@dataclass(frozen=True)
class Outcome:
    """What came of one record."""

    key: str
    status: OutcomeStatus
    message: str = ""
    remote_id: str | None = None


def records_of(batch: Batch) -> list[Record]:
    """The batch's records in their order, each with its values."""
    values: dict[str, dict[str, str]] = {}
    cleared: dict[str, list[str]] = {}
    cells = zip(*(batch.cells[name].to_pylist() for name in ("record_key", "field", "value")), strict=True)
    for key, field, value in cells:
        if value is None:
            cleared.setdefault(key, []).append(field)
        else:
            values.setdefault(key, {})[field] = value
    named = zip(*(batch.records[name].to_pylist() for name in ("record_key", "remote_id", "intent")), strict=True)
    return [
        Record(key, remote_id, values.get(key, {}), tuple(cleared.get(key, ())), intent or "")
        for key, remote_id, intent in named
    ]


def table_of(outcomes: Iterable[Outcome]) -> pa.Table:
    """OUTCOMES."""
    rows = [(one.key, one.status, one.message, one.remote_id) for one in outcomes]
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    return pa.table([pa.array(column, pa.string()) for column in columns], schema=OUTCOMES)


def addressed(records: Iterable[Record], group: str, identity: str) -> list[Record]:
    """Records that know their audience and who they are, also when only other values of theirs are to be written.

    Both stand in the key, `<audience>:<identity>`, as the sync's model makes it.
    """
    complete = []
    for record in records:
        audience, _, who = record.key.rpartition(":")
        named = {group: audience, identity: who, **record.values}
        complete.append(replace(record, values=named) if audience else record)
    return complete


def all_of(records: Iterable[Record], status: OutcomeStatus, message: str = "") -> list[Outcome]:
    """The same outcome for every record."""
    return [Outcome(record.key, status, message) for record in records]


def in_groups(records: Iterable[Record], field: str) -> dict[str, list[Record]]:
    """Records by the value of a field, such as the audience that they belong to."""
    groups: dict[str, list[Record]] = {}
    for record in records:
        groups.setdefault(record.values.get(field, ""), []).append(record)
    return groups


def without_hash(records: Iterable[Record], fields: Sequence[str]) -> tuple[list[Record], list[Outcome]]:
    """Records whose `fields` hold SHA-256 in lower-case hexadecimal or nothing, and refusals of the others.

    The last line of defence: what is not hashed does not leave, whatever the model says.
    """
    good, refused = [], []
    for record in records:
        plain = [field for field in fields if not _SHA256.fullmatch(record.values.get(field, "0" * 64))]
        if plain:
            refused.append(Outcome(record.key, "rejected", f"{', '.join(plain)} is not a SHA-256 hash; not sent"))
        else:
            good.append(record)
    return good, refused


def write_in_groups(
    groups: Mapping[str, Sequence[Record]], send: Callable[[str, Sequence[Record]], list[Outcome]]
) -> list[Outcome]:
    """Send group by group and collect the outcomes, so that a failure does not hide what was written before it.

    A request refused for its content leaves its group `undivided`; a lost answer leaves it unknown. Any other failure
    is raised if nothing was written yet, and else leaves the rest to be sent again, when it is met once more.
    """
    outcomes: list[Outcome] = []
    for name, records in groups.items():
        try:
            outcomes += send(name, records)
        except OutcomeUnknown as lost:
            outcomes += all_of(records, "unknown", str(lost))
        except ConnectionFailure as failure:
            if isinstance(failure, RequestRejected) and failure.status in _CONTENT_REFUSED:
                outcomes += all_of(records, "rejected" if len(records) == 1 else "undivided", str(failure))
                continue
            if not outcomes:
                raise
            outcomes += all_of(records, "retryable", str(failure))
    return outcomes


class Metered(Protocol):
    """Whatever leads to another system and counts what it has cost."""

    @property
    def usage(self) -> Usage:
        """Calls or messages so far."""


Way = TypeVar("Way", bound=Metered)


class WriteOnly(Generic[Way]):
    """The part of the `Destination` protocol that is the same wherever nothing can be asked: the ledger alone knows."""

    def __init__(self, connection: Way) -> None:
        self._connection = connection

    @property
    def usage(self) -> Usage:
        """Calls so far."""
        return self._connection.usage

    def check(self, object_name: str, operations: frozenset[Operation], fields: Sequence[str]) -> list[str]:
        """Nothing to look at beforehand."""
        return []

    def find(self, object_name: str, cells: pa.Table) -> pa.Table:
        """Nothing can be asked for."""
        return FOUND.empty_table()

    def read(self, object_name: str, remote_ids: Sequence[str], fields: Sequence[str]) -> pa.Table:
        """Nothing can be asked for."""
        return pa.table({"remote_id": pa.array([], pa.string())})

    def close_out(self, ticket: str) -> None:
        """Nothing takes effect later, or doing it again does no harm."""


def audience_limits(channel: Channel) -> Limits:
    """An audience: nobody can list its members, and adding or removing one twice does no harm."""
    return Limits(
        channels=(channel,),
        key_fields=(),
        blank_is_null=True,
        operations=frozenset({"create", "update", "delete"}),
        reads="nothing",
        is_repeatable=True,
    )


def message_limits(channel: Channel, reads: Reading = "nothing") -> Limits:
    """Messages to people: posted when they are due and never changed, and a second one would be a nuisance."""
    return Limits(
        channels=(channel,),
        key_fields=(),
        blank_is_null=True,
        operations=frozenset({"create", "delete"}),
        reads=reads,
    )


def object_of(
    name: str,
    fields: Sequence[str],
    *,
    required: Sequence[str] = (),
    numbers: Sequence[str] = (),
    longest: int | None = None,
) -> ObjectDescription:
    """An object whose fields are fixed by the destination's API: texts, and some numbers."""
    described = {
        field: FieldDescription(
            name=field,
            type_name="number" if field in numbers else "text",
            family="number" if field in numbers else "text",
            is_updateable=True,
            is_nullable=field not in required,
            max_length=longest,
            is_required=field in required,
        )
        for field in fields
    }
    return ObjectDescription(name=name, is_updateable=True, fields=described)
