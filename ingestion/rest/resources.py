"""The rows of a configured listing: all at first, then what changed and what is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connections import Connection, RequestRejected
from ingestion.deletions import living, marked_deleted, snapshot_changes
from ingestion.frames import MOMENT, frame
from ingestion.naming import column_names
from ingestion.rest.configuration import Resource
from ingestion.rest.listing import Record, address, listing, value_at
from ingestion.rounds import Round, State
from ingestion.warehouse import rows

_EXPIRED = (400, 404, 410)
OVERLAP = timedelta(minutes=10)


class Reading:
    """One listing in one load."""

    def __init__(
        self, connection: Connection, warehouse: Path, dataset: str, resource: Resource, headers: Mapping[str, str]
    ) -> None:
        self._connection, self._warehouse, self._dataset = connection, warehouse, dataset
        self.resource, self._headers = resource, headers

    def pages(self, state: State, current: Round) -> Iterator[pa.Table]:
        """New, changed and deleted rows."""
        if not state:
            yield self._page([], state)
        kind = self.resource.changes["kind"]
        if kind == "delta_link":
            yield from self._by_delta(state)
        elif kind == "since" and "cursor" in state:
            yield from self._since(state)
        else:
            yield from self._whole(state)
        if self.resource.deletions["kind"] == "listing":
            yield from self._listed_as_deleted()

    def _whole(self, state: State) -> Iterator[pa.Table]:
        """Everything that is listed, compared with what is landed: new, changed, and what is no longer listed."""
        found, answer = list[Record](), dict[str, Any]()
        for records, answer in self._read(self.resource.path, self.resource.params):  # noqa: B007 (the last answer is looked at after)
            found += records
        page = self._page(self._alive(found), state)
        if self.resource.changes["kind"] == "delta_link":
            self._keep_link(state, answer)
        self._move_cursor(state, page)
        changes = snapshot_changes(
            self._warehouse, self._dataset, self.resource.table, (self.resource.key,), page.drop_columns(["is_deleted"])
        )
        if changes is not None:
            yield changes

    def _by_delta(self, state: State) -> Iterator[pa.Table]:
        """What the system's own change tracking tells; everything when its link is too old."""
        if "delta" not in state:
            yield from self._first(state)
            return
        path, params = address(state["delta"])
        try:
            yield from self._told(state, path, params)
        except RequestRejected as rejected:
            if rejected.status not in _EXPIRED:
                raise
            yield from self._whole(state)

    def _first(self, state: State) -> Iterator[pa.Table]:
        """Page by page, so that memory does not grow with the listing."""
        answer: Record = {}
        for records, answer in self._read(self.resource.path, self.resource.params):  # noqa: B007 (the last answer is looked at after)
            if records:
                yield self._page(records, state)
        self._keep_link(state, answer)

    def _told(self, state: State, path: str, params: Mapping[str, str]) -> Iterator[pa.Table]:
        told, answer, gone_at = False, dict[str, Any](), self.resource.changes["deleted_at"]
        for records, answer in self._read(path, params):  # noqa: B007 (the last answer is looked at after)
            page = self._unknown(self._page([r for r in records if value_at(r, gone_at) is None], state))
            if page.num_rows:
                told = True
                yield page
            gone = [str(r[self.resource.changes["deleted_id"]]) for r in records if value_at(r, gone_at) is not None]
            for marked in self._marked(gone):
                told = True
                yield marked
        if told:  # a link that told nothing new is as good as the next one, and keeps an idle load free of commits
            self._keep_link(state, answer)

    def _keep_link(self, state: State, answer: Record) -> None:
        link = value_at(answer, self.resource.changes["at"])
        if link:
            state["delta"] = str(link)

    def _since(self, state: State) -> Iterator[pa.Table]:
        """What changed since the cursor, by a parameter or a header."""
        changes = self.resource.changes
        moment = datetime.fromisoformat(state["cursor"]) - OVERLAP
        text = str(changes["template"]).format(cursor=moment.strftime(changes.get("format", "%Y-%m-%dT%H:%M:%SZ")))
        params, headers = dict(self.resource.params), dict(self._headers)
        (headers if changes["in"] == "header" else params)[changes["name"]] = text
        for records, _ in self._read(self.resource.path, params, headers):
            flag = self.resource.deletions
            gone = [r for r in records if flag["kind"] == "flag" and value_at(r, flag["at"]) == flag["equals"]]
            page = self._unknown(self._page(self._alive(records), state))
            self._move_cursor(state, page)
            if page.num_rows:
                yield page
            yield from self._marked([str(value_at(record, self._path_of(self.resource.key))) for record in gone])

    def _listed_as_deleted(self) -> Iterator[pa.Table]:
        own = self.resource.deletions
        for records, _ in listing(
            self._connection, own["path"], own["records"], own.get("params", {}), self.resource.paging, self._headers
        ):
            yield from self._marked([str(value_at(record, own["id"])) for record in records])

    # -- parts
    def _read(
        self, path: str, params: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> Iterator[tuple[list[Record], Record]]:
        own = self.resource
        return listing(self._connection, path, own.records, params, own.paging, headers or self._headers)

    def _alive(self, records: Sequence[Record]) -> list[Record]:
        flag = self.resource.deletions
        if flag["kind"] != "flag":
            return list(records)
        return [record for record in records if value_at(record, flag["at"]) != flag["equals"]]

    def _path_of(self, column: str) -> str:
        return next(field.path for field in self.resource.fields if field.column == column)

    def _page(self, records: Sequence[Record], state: State) -> pa.Table:
        """Declared fields in their columns, whatever else a record holds beside them under a name of its own."""
        declared = {field.path.partition(".")[0] for field in self.resource.fields}
        others = [name for r in records for name in r if name not in declared and not name.startswith("@")]
        taken = {f"@{field.column}": field.column for field in self.resource.fields} | {"@gone": "is_deleted"}
        known: dict[str, str] = state.get("columns", {})
        names = column_names([*taken, *dict.fromkeys([*known, *others])], taken | known)
        state["columns"] = {name: column for name, column in names.items() if name not in taken}
        data = [
            {f"@{f.column}": value_at(r, f.path) for f in self.resource.fields}
            | {name: r.get(name) for name in state["columns"]}
            for r in records
        ]
        return living(frame(data, {f"@{f.column}": f.type for f in self.resource.fields}, names))

    def _unknown(self, page: pa.Table) -> pa.Table:
        """The rows whose version is not landed yet; all, if the listing tells no time of the last change."""
        own = self.resource
        if not own.modified or not page.num_rows:
            return page
        sql = f"""select {own.key}, {own.modified} from {self._dataset}.{own.table}
            where {own.key} in (select unnest(?)) and not is_deleted"""
        known = dict(rows(self._warehouse, sql, [page[own.key].to_pylist()]))
        pairs = zip(page[own.key].to_pylist(), page[own.modified].to_pylist(), strict=True)
        return page.filter(
            pa.array([known.get(key) != version or version is None for key, version in pairs], pa.bool_())
        )

    def _marked(self, ids: Sequence[str]) -> Iterator[pa.Table]:
        if ids:
            condition = f"{self.resource.key} in (select unnest(?))"
            found = marked_deleted(self._warehouse, self._dataset, self.resource.table, condition, [list(ids)])
            if found is not None:
                yield found

    def _move_cursor(self, state: State, page: pa.Table) -> None:
        column = self.resource.modified
        latest: Any = pc.max(page[column]).as_py() if column and page[column].type == MOMENT else None
        if latest is not None:
            state["cursor"] = max(state.get("cursor", ""), latest.isoformat())
        elif self.resource.changes["kind"] == "since" and "cursor" not in state and page.num_rows:
            raise ValueError(f"{self.resource.table}: {column} holds no times; correct its field")
