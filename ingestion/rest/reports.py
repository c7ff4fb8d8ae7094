"""Reports by day, whose last days a platform restates; and what the ids in them mean."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta

import pyarrow as pa

from ingestion.context import Context
from ingestion.ledger import utc_now
from ingestion.rest.configuration import Resource
from ingestion.rest.listing import Record, listing
from ingestion.rest.records import Rows
from ingestion.rounds import Round, State
from ingestion.warehouse import rows, tables_of

_ONE_DAY = timedelta(days=1)


class Report:
    """One report. Its last `days` are read again in each load and compared; the first load goes `history` days back.

    A call asks for `step` days. Where an answer holds no more than `most` rows without saying that it was cut
    (LinkedIn), a full answer is asked for again in halves.
    """

    def __init__(self, context: Context, dataset: str, resource: Resource, headers: Mapping[str, str]) -> None:
        self._connection, self._notes, self._headers = context.connection, context.notes, headers
        self._resource, self._rows = resource, Rows(context.warehouse, dataset, resource)
        self.is_over = False  # whether nothing more comes in this load

    def pages(self, state: State, current: Round) -> Iterator[pa.Table]:
        """New and restated rows."""
        try:
            yield from self._news(state, current)
        finally:
            self.is_over = self._resource.table not in current.unfinished

    def _news(self, state: State, current: Round) -> Iterator[pa.Table]:
        own, today = self._resource.changes, utc_now().date()
        if "columns" not in state:
            yield self._rows.page([], state)
        since = self._begin(state, today)
        while since <= today:
            until = min(since + timedelta(days=int(own["step"]) - 1), today)
            yield from self._compared(state, since, until)
            since = until + _ONE_DAY
            if since <= today and current.is_full:
                state["next"] = since.isoformat()
                current.unfinished.add(self._resource.table)
                return
        state.pop("next", None)
        state["read"] = today.isoformat()

    def _begin(self, state: State, today: date) -> date:
        own = self._resource.changes
        if "next" in state:
            return date.fromisoformat(state["next"])
        if "read" in state:
            return date.fromisoformat(state["read"]) - timedelta(days=int(own["days"]))
        return today - timedelta(days=int(own["history"]))

    def _compared(self, state: State, since: date, until: date) -> Iterator[pa.Table]:
        own, records = self._resource.changes, self._read(since, until)
        if "most" in own and len(records) >= int(own["most"]):
            if since < until:
                middle = since + (until - since) // 2
                yield from self._compared(state, since, middle)
                yield from self._compared(state, middle + _ONE_DAY, until)
                return
            self._notes[self._resource.table] = f"{since} has more than the {own['most']} rows that are told of a day"
        # An empty report of days that had figures says that the right to read them is gone, not that nobody saw an ad.
        if records:
            scope = f"{own['day']} between date '{since}' and date '{until}'"
            changes = self._rows.compared(records, state, scope)
            if changes is not None:
                yield changes

    def _read(self, since: date, until: date) -> list[Record]:
        own = self._resource.filled(**_spelt("since", since), **_spelt("until", until))
        place = (own.path, json.loads(own.body) if own.body else dict(own.params))
        pages = listing(self._connection, place, own.records, own.paging, self._headers, own.method)
        return [record for page in pages for record in page.records]


class Lookup:
    """The records behind ids that a report landed, asked for by id, `batch` at once, each once.

    Ids that the system does not know are remembered, not asked for again.
    """

    def __init__(
        self, context: Context, dataset: str, resource: Resource, headers: Mapping[str, str], report: Report
    ) -> None:
        self._connection, self._headers, self._warehouse = context.connection, headers, context.warehouse
        self._dataset, self._resource, self._report = dataset, resource, report
        self._rows = Rows(context.warehouse, dataset, resource)

    def pages(self, state: State, current: Round) -> Iterator[pa.Table]:
        """The records of ids that are new: in the round after the one that commits the report."""
        is_committed = self._report.is_over  # when this begins, and not while the report's pages are being written
        if "columns" not in state:
            yield self._rows.page([], state)
        if not is_committed:
            current.unfinished.add(self._resource.table)
            return
        ids, size = self._ids(state), int(self._resource.changes["batch"])
        for batch in (ids[begin : begin + size] for begin in range(0, len(ids), size)):
            own = self._resource.filled(ids=",".join(batch))
            place = (own.path, dict(own.params))
            pages = listing(self._connection, place, own.records, own.paging, self._headers, own.method)
            found = [record for page in pages for record in page.records]
            if found:
                yield self._rows.page(found, state)
            missing = set(batch) - {self._rows.id_of(record) for record in found}
            state["unknown"] = sorted({*state.get("unknown", []), *missing})

    def _ids(self, state: State) -> list[str]:
        """Numbers at the end of the report's ids (urn:li:organization:1035) that are neither landed nor unknown."""
        own, landed = self._resource, tables_of(self._warehouse, self._dataset)
        if own.changes["table"] not in landed:
            return []
        known = f"select {own.key} from {self._dataset}.{own.table}" if own.table in landed else "select ''"
        sql = f"""select distinct regexp_extract({own.changes["column"]}, '[0-9]+$') as id
            from {self._dataset}.{own.changes["table"]} where id <> '' and id not in ({known}) order by id"""
        unknown = set(state.get("unknown", []))
        return [str(one) for (one,) in rows(self._warehouse, sql) if one not in unknown]


def _spelt(name: str, day: date) -> dict[str, str]:
    return {
        name: day.isoformat(),
        f"{name}.year": str(day.year),
        f"{name}.month": str(day.month),
        f"{name}.day": str(day.day),
    }
