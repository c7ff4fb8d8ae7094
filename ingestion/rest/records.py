"""A listing's records as rows of its raw table: declared fields in their columns, all others beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from ingestion.deletions import living, marked_deleted, snapshot_changes
from ingestion.frames import DAY, frame
from ingestion.naming import column_names
from ingestion.rest.configuration import Resource
from ingestion.rest.listing import Record, value_at
from ingestion.rounds import State
from ingestion.warehouse import rows


class Rows:
    """One raw table."""

    def __init__(self, warehouse: Path, dataset: str, resource: Resource) -> None:
        self._warehouse, self._dataset, self._resource = warehouse, dataset, resource
        fields = resource.fields
        self._paths = {one.column: one.path for one in fields}
        self._roots = {one.path for one in fields} | {one.path.partition(".")[0] for one in fields}
        if resource.export:
            self._roots = {one.column for one in fields}

    def page(self, records: Sequence[Record], state: State) -> pa.Table:
        """Records that live, as rows; the memory keeps which undeclared field got which column."""
        own = self._resource
        records = [self._unfolded(record, state.get("labels", {})) for record in records]
        others = [name for r in records for name in r if name not in self._roots and not _is_annotation(name)]
        taken = {f"@{field.column}": field.column for field in own.fields} | {"@gone": "is_deleted"}
        known: dict[str, str] = state.get("columns", {})
        names = column_names([*taken, *dict.fromkeys([*known, *others])], taken | known)
        state["columns"] = {name: column for name, column in names.items() if name not in taken}
        data = [
            {f"@{f.column}": _plain(self._value(r, f.column, f.path), f.type) for f in own.fields}
            | {name: r.get(name) for name in state["columns"]}
            for r in records
        ]
        return living(frame(data, {f"@{f.column}": f.type for f in own.fields}, names))

    def unknown(self, page: pa.Table) -> pa.Table:
        """The rows whose version is not landed yet; all, if the listing tells no time of the last change."""
        own = self._resource
        if not own.modified or not page.num_rows:
            return page
        sql = f"""select {own.key}, {own.modified} from {self._dataset}.{own.table}
            where {own.key} in (select unnest(?)) and not is_deleted"""
        known = dict(rows(self._warehouse, sql, [page[own.key].to_pylist()]))
        pairs = zip(page[own.key].to_pylist(), page[own.modified].to_pylist(), strict=True)
        return page.filter(
            pa.array([known.get(key) != version or version is None for key, version in pairs], pa.bool_())
        )

    def compared(self, records: Sequence[Record], state: State, scope: str = "true") -> pa.Table | None:
        """What a complete listing changes in the table, `scope` being what it is complete about; None if nothing."""
        own, listed = self._resource, {}
        for record in records:  # a moving page boundary can show a record twice; the later is the newer
            listed[tuple(str(self._value(record, key, self._paths[key])) for key in own.keys)] = record
        page = self.page(list(listed.values()), state).drop_columns(["is_deleted"])
        return snapshot_changes(self._warehouse, self._dataset, own.table, own.keys, page, scope)

    def marked(self, ids: Sequence[str]) -> Iterator[pa.Table]:
        """The rows of these keys, marked as deleted, where they are not yet."""
        if ids:
            yield from self._marked(f"{self._resource.key} in (select unnest(?))", ids)

    def marked_but(self, ids: Sequence[str]) -> Iterator[pa.Table]:
        """All rows but those of these keys, marked as deleted, where they are not yet."""
        yield from self._marked(f"{self._resource.key} not in (select unnest(?))", ids)

    def id_of(self, record: Record) -> str:
        """A record's key."""
        return str(self._value(record, self._resource.key, self._paths[self._resource.key]))

    def _marked(self, condition: str, ids: Sequence[str]) -> Iterator[pa.Table]:
        found = marked_deleted(self._warehouse, self._dataset, self._resource.table, condition, [list(ids)])
        if found is not None:
            yield found

    def _value(self, record: Record, column: str, path: str) -> Any:
        # An export's records carry the columns' names.
        return record.get(column) if self._resource.export else value_at(record, path)

    def _unfolded(self, record: Record, labels: Mapping[str, str]) -> Record:
        own = self._resource
        if own.export:  # which writes nothing as an empty text
            return {name: None if value == "" else value for name, value in record.items()}
        inner = record.get(own.unfold) if own.unfold else None
        if not isinstance(inner, Mapping):
            return record
        outer = {name: value for name, value in record.items() if name != own.unfold}
        return outer | {labels.get(name, name): value for name, value in inner.items()}


def _plain(value: Any, kind: pa.DataType) -> Any:
    """A day as text, also where a system writes {year, month, day} or 20260131."""
    if kind == DAY and isinstance(value, Mapping) and {"year", "month", "day"} <= value.keys():
        return f"{value['year']}-{value['month']:02}-{value['day']:02}"
    if kind == DAY and isinstance(value, str) and len(value) == len("20260131") and value.isdigit():
        return f"{value[:4]}-{value[4:6]}-{value[6:]}"
    return value


def _is_annotation(name: str) -> bool:
    """Whether a name says something about a record or a field of it (OData's `@odata.etag`, Zoho's `$approval`)."""
    return "@" in name or name.startswith("$")
