"""Leads: all of them by bulk extract, then those that activities say were created, changed or deleted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pyarrow as pa

from ingestion.deletions import living, marked_deleted
from ingestion.frames import csv_pages, frame
from ingestion.marketo import client
from ingestion.marketo.extracts import Extractor
from ingestion.marketo.source import DATASET, LEADS, Marketo
from ingestion.marketo.windows import history, is_complete
from ingestion.naming import column_names
from ingestion.rounds import Round, State
from ingestion.warehouse import rows

# Unsubscribe, new lead, change of data value, change of score, merge: what alters the lead itself. Visits do not.
_CHANGING_TYPES = (9, 12, 13, 22, 32)


def lead_pages(marketo: Marketo, memory: State, current: Round) -> Iterator[pa.Table]:
    """All leads; then the new, changed and deleted ones, in the round after the one that lands what tells of them."""
    fields = marketo.lead_fields
    known: dict[str, str] = memory.get("columns", {})
    if known and fields.keys() - known.keys():
        memory.pop("history", None)  # what older leads hold in a new field shows only by reading them again
    columns = memory["columns"] = column_names(fields, known)
    if not is_complete(memory):
        marketo.landing[LEADS] = current
        yield living(frame([], fields, columns))
        yield from _history(marketo, memory, current, columns)
        if not is_complete(memory):
            current.unfinished.add(LEADS)
            return
    if marketo.must_wait(current):
        current.unfinished.add(LEADS)
        if "seen" not in memory:
            current.caught_up.add(LEADS)
        return
    yield from _by_id(marketo, _altered(marketo, memory), columns)
    gone = marked_deleted(marketo.warehouse, DATASET, LEADS, f"id in (select lead_id from {DATASET}.deleted_leads)")
    if gone is not None:
        yield gone


def _history(marketo: Marketo, memory: State, current: Round, columns: dict[str, str]) -> Iterator[pa.Table]:
    extractor = Extractor(marketo.connection, "leads", list(columns), marketo.scratch)
    for extract in history(extractor, memory, marketo.until, marketo.options.leads_since, current):
        memory.setdefault("read_from", extract.created.isoformat())
        if extract.file is not None:
            for page in csv_pages(extract.file, marketo.lead_fields, columns, nulls=("", "null"), quoted_nulls=False):
                yield living(page)


def _by_id(marketo: Marketo, ids: set[int], columns: dict[str, str]) -> Iterator[pa.Table]:
    for records in client.leads_by_id(marketo.connection, sorted(ids), list(columns)):
        if records:
            yield living(frame(records, marketo.lead_fields, columns))


def _altered(marketo: Marketo, memory: State) -> set[int]:
    """Leads that activities have altered or named for the first time since the last look at them.

    The first look is at what happened while the history was read.
    """
    seen, read_from = memory.get("seen"), memory.pop("read_from", None)
    memory["seen"] = marketo.latest_activity_load()
    if seen is not None:
        return _changed(marketo, "_dlt_load_id > ?", seen) | _absent(marketo, seen)
    began = datetime.fromisoformat(read_from) if read_from else marketo.until
    return _changed(marketo, "activity_date >= ?", began - marketo.options.overlap) | _absent(marketo, "")


def _changed(marketo: Marketo, condition: str, since: str | datetime) -> set[int]:
    """Leads that activities have altered."""
    sql = f"""select distinct lead_id from {DATASET}.activities
        where {condition} and activity_type_id in (select unnest(?))"""
    return {lead for (lead,) in rows(marketo.warehouse, sql, [since, list(_CHANGING_TYPES)])}


def _absent(marketo: Marketo, seen: str) -> set[int]:
    """Leads that activities landed after the load `seen` name and that are not there, without the deleted ones."""
    sql = f"""select distinct lead_id from {DATASET}.activities
        where _dlt_load_id > ? and lead_id not in (select id from {DATASET}.{LEADS})
            and lead_id not in (select lead_id from {DATASET}.deleted_leads)"""
    return {lead for (lead,) in rows(marketo.warehouse, sql, [seen])}
