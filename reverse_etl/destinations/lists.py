"""A system that takes nothing of ours but who is in a list: what its destinations share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence

import pyarrow as pa

from connections.http import Connection, Usage
from reverse_etl.destinations import Batch, Channel, Limits, ObjectDescription, Operation
from reverse_etl.destinations.members import Outcome, Record
from reverse_etl.destinations.memberships import Memberships


class ListDestination(ABC):
    """Answers the `Destination` protocol for list_members; a vendor says who is in a list, and adds or removes."""

    name: str

    def __init__(self, connection: Connection, member: str, channel: Channel) -> None:
        """`member` is the field that names one, beside list_id."""
        self.limits = Limits(
            channels=(channel,),
            key_fields=(),
            blank_is_null=True,
            operations=frozenset({"create", "delete"}),
            is_repeatable=True,
        )
        self._connection = connection
        self._lists = Memberships("list_members", "list_id", member, self._listed, self._change)

    @property
    def usage(self) -> Usage:
        """Calls of the connection."""
        return self._connection.usage

    def describe(self, object_name: str) -> ObjectDescription | None:
        """The two fields that name a membership."""
        return self._lists.describe() if object_name == self._lists.name else None

    def check(self, object_name: str, operations: frozenset[Operation], fields: Sequence[str]) -> list[str]:
        """Nothing to look at beforehand."""
        return []

    def find(self, object_name: str, cells: pa.Table) -> pa.Table:
        """Memberships that exist."""
        return self._lists.find(cells)

    def read(self, object_name: str, remote_ids: Sequence[str], fields: Sequence[str]) -> pa.Table:
        """What names each membership."""
        return self._lists.read(remote_ids, fields)

    def write(self, batch: Batch) -> pa.Table:
        """Add or remove members."""
        return self._lists.write(batch)

    def _listed(self, list_id: str, members: Sequence[str]) -> Iterator[tuple[str, dict[str, str]]]:
        wanted = set(members)
        yield from ((member, {}) for member in self._members(list_id) if member in wanted)

    @abstractmethod
    def _members(self, list_id: str) -> Collection[str]:
        """Everybody in the list."""

    @abstractmethod
    def _change(self, list_id: str, members: Sequence[Record], is_removal: bool) -> list[Outcome]:
        """Add the members, or remove them; one outcome each."""
