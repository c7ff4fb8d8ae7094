"""Activities: history by bulk extract, then the stream from where it was left; a landed activity never changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.context import Context, Period
from ingestion.frames import MOMENT, TEXT, WHOLE, csv_pages, frame
from ingestion.marketo import client
from ingestion.marketo.extracts import Extractor
from ingestion.marketo.source import LEADS, Marketo
from ingestion.marketo.windows import forward, history, is_complete
from ingestion.rounds import Round, State
from ingestion.warehouse import rows

TABLE = "activities"
DELETE_LEAD = 37  # told by deletedleads.json alone
_TYPES = {
    "marketoGUID": TEXT,
    "leadId": WHOLE,
    "activityDate": MOMENT,
    "activityTypeId": WHOLE,
    "campaignId": WHOLE,
    "primaryAttributeValueId": WHOLE,
    "primaryAttributeValue": TEXT,
    "attributes": TEXT,
}


def activity_pages(marketo: Marketo, memory: State, current: Round) -> Iterator[pa.Table]:
    """New activities. The cursor is the latest activity seen: no clock of ours has a part in it."""
    if not is_complete(memory):
        # What is known of people rests on leads alone, and can be worked at while the far longer history comes.
        if marketo.landing.get(LEADS) is current:
            current.unfinished.add(TABLE)
            return
        yield from _history(marketo, memory, current)
        if not is_complete(memory):
            current.unfinished.add(TABLE)
            return
    yield from _stream(marketo, memory, current)
    marketo.is_streamed = True


def period_pages(context: Context, period: Period, _memory: State, _current: Round) -> Iterator[pa.Table]:
    """All activities of a period; those that are there already are not landed twice. The cursor has no part in it."""
    extractor = Extractor(context.connection, "activities", list(_TYPES), context.scratch)
    for extract in extractor.run(forward(period.start, period.end)):
        if extract.file is not None:
            yield from extract_pages(extract.file)


def _history(marketo: Marketo, memory: State, current: Round) -> Iterator[pa.Table]:
    extractor = Extractor(marketo.connection, "activities", list(_TYPES), marketo.scratch)
    for extract in history(extractor, memory, marketo.until, marketo.options.activities_since, current):
        if extract.file is not None:
            for page in extract_pages(extract.file):
                latest = pc.max(page["activity_date"]).as_py()
                memory["cursor"] = max(memory.get("cursor", ""), latest.isoformat())
                marketo.landing[TABLE] = current
                yield page


def extract_pages(file: Path) -> Iterator[pa.Table]:
    """The rows of an extract's file, attributes as the stream writes them."""
    # One thread a page is enough: two pages are worked on at a time.
    with duckdb.connect(config={"threads": 1}) as connection:
        yield from csv_pages(
            file, _TYPES, nulls=("", "null"), quoted_nulls=False, finish=lambda page: _listed(page, connection.cursor())
        )


def _stream(marketo: Marketo, memory: State, current: Round) -> Iterator[pa.Table]:
    if "cursor" not in memory:
        since = marketo.until - timedelta(days=1)
    else:
        since = datetime.fromisoformat(memory["cursor"]) - marketo.options.overlap
    known = {guid for (guid,) in rows(marketo.warehouse, _KNOWN, [since])}
    types = [kind for kind in marketo.activity_types if kind != DELETE_LEAD]
    latest = memory.get("cursor", "")
    for records in client.activities(marketo.connection, since, types):
        fresh = [_record(record) for record in records if record["marketoGUID"] not in known]
        if fresh:
            page = frame(fresh, _TYPES)
            latest = max(latest, pc.max(page["activity_date"]).as_py().isoformat())
            marketo.landing[TABLE] = current
            yield page
    if latest:
        memory["cursor"] = latest


_KNOWN = f"select marketo_guid from raw_marketo.{TABLE} where activity_date >= ?"


def _record(record: client.Record) -> client.Record:
    """An activity as the stream gives it, with the columns of the bulk file; `id` is not unique and left out."""
    attributes = json.dumps(record.get("attributes") or [], ensure_ascii=False, separators=(",", ":"))
    return {name: value for name, value in record.items() if name != "id"} | {"attributes": attributes}


def _listed(page: pa.Table, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """The file's {"name": value} as the stream's [{"name": name, "value": value}]; what is a list already stays."""
    connection.register("page", page.select(["attributes"]))
    listed = connection.execute(_LISTED).to_arrow_table()["attributes"]
    return page.set_column(page.column_names.index("attributes"), "attributes", listed)


_LISTED = """
    select case
        when starts_with(attributes, '{') then cast(to_json(list_transform(
            map_entries(from_json(attributes, '"MAP(VARCHAR, VARCHAR)"')),
            lambda entry: {'name': entry.key, 'value': entry.value}
        )) as varchar)
        else attributes
    end as attributes
    from page
"""
