"""Who belongs to a list or a program of another system: the same record wherever members can be asked for.

A membership is known as `<container>:<member>`, at the destination as in the sync's model; members are added and
removed container by container.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from reverse_etl.destinations import CELLS, FOUND, Batch, ObjectDescription
from reverse_etl.destinations.members import (
    Outcome,
    Record,
    addressed,
    in_groups,
    object_of,
    records_of,
    table_of,
    write_in_groups,
)


@dataclass(frozen=True)
class Memberships:
    """An object whose records are memberships.

    `held` gives those of the members asked for that a container has, with what else their memberships say; `change`
    adds or (the last argument) removes. `container` and `member` are the fields that name both, `more` the others.
    """

    name: str
    container: str
    member: str
    held: Callable[[str, Sequence[str]], Iterable[tuple[str, Mapping[str, str]]]]
    change: Callable[[str, Sequence[Record], bool], list[Outcome]]
    more: tuple[str, ...] = ()

    def describe(self) -> ObjectDescription:
        """The fields that name it, and what else it says."""
        named = (self.container, self.member)
        return object_of(self.name, (*named, *self.more), required=named)

    def find(self, cells: pa.Table) -> pa.Table:
        """FOUND: memberships that exist."""
        values: dict[str, dict[str, str]] = {}
        for key, field, value in zip(*(cells[name].to_pylist() for name in CELLS.names), strict=True):
            values.setdefault(key, {})[field] = value
        wanted = {f"{one.get(self.container)}:{one.get(self.member)}": key for key, one in values.items()}
        rows = [(wanted[remote_id], remote_id) for remote_id, _ in self._existing(wanted)]
        columns = list(zip(*rows, strict=True)) or [(), ()]
        return pa.table([pa.array(column, pa.string()) for column in columns], schema=FOUND)

    def read(self, remote_ids: Sequence[str], fields: Sequence[str]) -> pa.Table:
        """What names each membership, and what else it says."""
        held = self._existing(remote_ids)
        columns = [
            [remote_id for remote_id, _ in held],
            *([values.get(field) for _, values in held] for field in fields),
        ]
        return pa.Table.from_arrays([pa.array(c, pa.string()) for c in columns], names=["remote_id", *fields])

    def write(self, batch: Batch) -> pa.Table:
        """Add or remove members, container by container."""
        is_removal = batch.operation == "delete"

        def send(container: str, members: Sequence[Record]) -> list[Outcome]:
            named = {record.key: f"{container}:{record.values[self.member]}" for record in members}
            outcomes = self.change(container, members, is_removal)
            return [Outcome(one.key, one.status, one.message, named[one.key]) for one in outcomes]

        records = addressed(records_of(batch), self.container, self.member)
        return table_of(write_in_groups(in_groups(records, self.container), send))

    def _existing(self, remote_ids: Iterable[str]) -> list[tuple[str, Mapping[str, str]]]:
        by_container: dict[str, list[str]] = {}
        for remote_id in remote_ids:
            container, _, member = remote_id.partition(":")
            by_container.setdefault(container, []).append(member)
        return [
            (f"{container}:{member}", {self.container: container, self.member: member, **said})
            for container, members in by_container.items()
            for member, said in self.held(container, members)
        ]
