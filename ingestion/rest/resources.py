"""The rows of a configured listing: all at first, then what changed and what is gone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from connections import RequestRejected
from ingestion.context import Context
from ingestion.frames import MOMENT
from ingestion.ledger import utc_now
from ingestion.rest.configuration import Resource
from ingestion.rest.descriptions import asked_for, describe
from ingestion.rest.exports import Exports
from ingestion.rest.listing import Page, Place, Record, address, listing, value_at
from ingestion.rest.records import Rows
from ingestion.rounds import Round, State

_EXPIRED = (400, 404, 410)
_OVERLAP = timedelta(minutes=10)  # changes that were under way when the last load read
_CALM = timedelta(hours=1)  # after this long nothing is under way any more
# How often a system is asked what it does not tell by itself, unless its file says otherwise.
_HOURS = {"describe": 1.0, "listing": 1.0, "sweep": 20.0}


class Reading:
    """One listing in one load. With the option `all_due` nothing waits for its hour."""

    def __init__(
        self, context: Context, dataset: str, resource: Resource, headers: Mapping[str, str], exports: Exports
    ) -> None:
        self._connection, self._headers, self._exports = context.connection, headers, exports
        self._notes = context.notes
        self.resource, self._all_due = resource, bool(context.options.all_due)
        self._rows = Rows(context.warehouse, dataset, resource)

    def begin(self, state: State) -> None:
        """Let the system write what this load will ask for, if that is an export and not a first, long one."""
        own = self.resource
        is_first = not state or "began" in state or (own.describe and self._is_due("describe", state))
        if own.export and not is_first:
            self._exports.begin(own, asked_for(own, state)[0], self._cursor_text(state) if "cursor" in state else "")

    def pages(self, state: State, current: Round) -> Iterator[pa.Table]:
        """New, changed and deleted rows."""
        kind, deletions = self.resource.changes["kind"], self.resource.deletions["kind"]
        if self.resource.describe and self._is_due("describe", state):
            self._describe(state)
        if "columns" not in state:
            yield self._rows.page([], state)
        if kind == "snapshot":
            yield from self._snapshot(state)
        elif kind == "delta_link" and "delta" in state:
            yield from self._by_delta(state, current)
        elif kind == "since" and "cursor" in state:
            yield from self._since(state)
        else:
            yield from self._first(state, current)
        if "resume" not in state and deletions in ("listing", "sweep") and self._is_due(deletions, state):
            yield from self._listed_as_deleted(state) if deletions == "listing" else self._swept(state)

    # -- ways to learn what is new
    def _first(self, state: State, current: Round) -> Iterator[pa.Table]:
        """Everything, page by page, so that memory does not grow with the listing; a stopped load goes on from there.

        What changes while we read is found later: the cursor is not after the moment in which reading began.
        """
        began = datetime.fromisoformat(state.setdefault("began", utc_now().isoformat()))
        answer, seen = dict[str, Any](), 0
        for page in self._resumed(state):
            answer = page.answer
            rows = self._rows.page(self._alive(page.records), state)
            self._note_latest(state, rows)
            seen += rows.num_rows
            if page.following:
                state["resume"] = list(page.following)
            if rows.num_rows:
                yield rows
            if page.following and current.is_full:
                current.unfinished.add(self.resource.table)
                return
        for name in ("resume", "began"):
            state.pop(name, None)
        self._keep_link(state, answer)
        self._move_cursor(state, began)
        if seen and self.resource.changes["kind"] == "since" and "cursor" not in state:
            raise ValueError(f"{self.resource.table}: {self.resource.modified} holds no times; correct its field")

    def _resumed(self, state: State) -> Iterator[Page]:
        """The pages from where a load stopped; from the first if that place is gone."""
        place: Place | None = None
        if "resume" in state:
            path, query = state["resume"]
            place = (path, query)
        try:
            yield from self._read(place or self._start(state))
        except RequestRejected as rejected:
            if place is None or rejected.status not in _EXPIRED:
                raise
            state.pop("resume")
            yield from self._read(self._start(state))

    def _snapshot(self, state: State) -> Iterator[pa.Table]:
        """Everything that is listed, compared with what is landed: new, changed, and what is no longer listed."""
        found = [record for page in self._read(self._start(state)) for record in self._alive(page.records)]
        changes = self._rows.compared(found, state)
        if changes is not None:
            yield changes

    def _by_delta(self, state: State, current: Round) -> Iterator[pa.Table]:
        """What the system's own change tracking tells; everything when its link is too old."""
        own, told, answer = self.resource.changes, False, dict[str, Any]()
        try:
            for page in self._read(address(state["delta"])):
                answer = page.answer
                gone = [r for r in page.records if value_at(r, own["deleted_at"]) is not None]
                alive = [r for r in page.records if value_at(r, own["deleted_at"]) is None]
                rows = self._rows.unknown(self._rows.page(alive, state))
                for news in (
                    [rows] if rows.num_rows else [],
                    self._rows.marked([str(r[own["deleted_id"]]) for r in gone]),
                ):
                    for table in news:
                        told = True
                        yield table
        except RequestRejected as rejected:
            if rejected.status not in _EXPIRED:
                raise
            state.pop("delta")
            yield from self._first(state, current)
            yield from self._swept(state)
            return
        if told:  # a link that told nothing new is as good as the next one, and keeps an idle load free of commits
            self._keep_link(state, answer)

    def _since(self, state: State) -> Iterator[pa.Table]:
        """What changed since the cursor, by a parameter, a header or an export's condition."""
        began, flag = utc_now(), self.resource.deletions
        headers = dict(self._headers)
        place = self._start(state, cursor=self._cursor_text(state), headers=headers)
        for page in self._read(place, headers):
            gone = [r for r in page.records if flag["kind"] == "flag" and value_at(r, flag["at"]) == flag["equals"]]
            rows = self._rows.page(self._alive(page.records), state)
            self._note_latest(state, rows)
            rows = self._rows.unknown(rows)
            if rows.num_rows:
                yield rows
            yield from self._rows.marked([self._rows.id_of(record) for record in gone])
        self._move_cursor(state, began)

    # -- what is gone
    def _listed_as_deleted(self, state: State) -> Iterator[pa.Table]:
        own, headers = self.resource.deletions, dict(self._headers)
        paging = own.get("paging", self.resource.paging)
        place = (str(own["path"]), {str(k): str(v) for k, v in own.get("params", {}).items()})
        if "name" in own and "checked" in state:
            text = self._moment_text(own, datetime.fromisoformat(state["checked"]) - _OVERLAP)
            (headers if own.get("in") == "header" else place[1])[own["name"]] = text
        began = utc_now()
        for page in listing(self._connection, place, own["records"], paging, headers):
            yield from self._rows.marked([str(value_at(record, own["id"])) for record in page.records])
        state["checked"] = began.isoformat()

    def _swept(self, state: State) -> Iterator[pa.Table]:
        """Mark what a whole listing does not hold: for systems that do not tell what was deleted.

        What it holds and is not landed lands: a row that a moving page boundary had hidden.
        """
        ids: list[str] = []
        for page in self._read(self._start(state)):
            alive = self._alive(page.records)
            ids += [self._rows.id_of(record) for record in alive]
            rows = self._rows.unknown(self._rows.page(alive, state)) if self.resource.modified else None
            if rows is not None and rows.num_rows:
                yield rows
        yield from self._rows.marked_but(ids)
        state["checked"] = utc_now().isoformat()

    # -- parts
    def _read(self, place: Place, headers: Mapping[str, str] | None = None) -> Iterator[Page]:
        return listing(self._connection, place, self.resource.records, self.resource.paging, headers or self._headers)

    def _start(self, state: State, cursor: str = "", headers: dict[str, str] | None = None) -> Place:
        """The first page of everything, or of what changed since the cursor."""
        own, changes = self.resource, self.resource.changes
        if own.export:
            return self._exports.read_at(own, self._asked_for(state), cursor)
        params = dict(own.params)
        if own.describe.get("param"):
            declared = dict.fromkeys(field.path.partition(".")[0] for field in own.fields)
            params[own.describe["param"]] = ",".join(declared | self._asked_for(state))
        if cursor:
            (params if changes["in"] == "param" or headers is None else headers)[changes["name"]] = cursor
        return own.path, params

    def _asked_for(self, state: State) -> dict[str, str]:
        further, left_out = asked_for(self.resource, state)
        if left_out:
            self._notes[self.resource.table] = f"no room in a call for more fields; left out: {', '.join(left_out)}"
        return further

    def _alive(self, records: list[Record]) -> list[Record]:
        flag = self.resource.deletions
        if flag["kind"] != "flag":
            return records
        return [record for record in records if value_at(record, flag["at"]) != flag["equals"]]

    def _describe(self, state: State) -> None:
        if describe(self._connection, self.resource, self._headers, state):
            for name in ("cursor", "delta", "resume", "began"):  # a new field is filled for the records that we have
                state.pop(name, None)
        state["described"] = utc_now().isoformat()

    def _is_due(self, what: str, state: State) -> bool:
        block = self.resource.describe if what == "describe" else self.resource.deletions
        last = state.get("described" if what == "describe" else "checked")
        if last is None and what != "describe":
            # Whatever was just read whole holds nothing that is gone.
            state["checked"] = utc_now().isoformat()
            return self._all_due
        hours = float(block.get("hours", _HOURS[what]))
        return self._all_due or last is None or utc_now() - datetime.fromisoformat(last) > timedelta(hours=hours)

    def _cursor_text(self, state: State) -> str:
        cursor = datetime.fromisoformat(state["cursor"])
        return self._moment_text(self.resource.changes, cursor if state.get("calm") else cursor - _OVERLAP)

    @staticmethod
    def _moment_text(block: Mapping[str, Any], moment: datetime) -> str:
        return str(block["template"]).format(cursor=moment.strftime(block.get("format", "%Y-%m-%dT%H:%M:%SZ")))

    def _keep_link(self, state: State, answer: Record) -> None:
        link = value_at(answer, self.resource.changes.get("at", "")) if self.resource.changes.get("at") else None
        if link:
            state["delta"] = str(link)

    def _note_latest(self, state: State, page: pa.Table) -> None:
        column = self.resource.modified
        latest: Any = pc.max(page[column]).as_py() if column and page[column].type == MOMENT else None
        if latest is not None:
            state["latest"] = max(state.get("latest", ""), latest.isoformat())

    def _move_cursor(self, state: State, began: datetime) -> None:
        if "latest" in state:
            state["cursor"] = min(state["latest"], began.isoformat())
            state["calm"] = began - datetime.fromisoformat(state["cursor"]) > _CALM
