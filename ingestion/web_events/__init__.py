"""What people do on our own pages and in our own product, and what other systems of ours tell: landed once by its id.

The collector (`collector.py`) receives it into a folder; this source lands the folder.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from connections.local import OpenFolder, open_folder
from ingestion.context import Context, SourceSpec
from ingestion.frames import MOMENT, TEXT, retyped
from ingestion.rounds import Pages, Round, State, Table
from ingestion.web_events.spool import finished_files

KEY = "event_id"
_COMMON = (KEY, "occurred_at", "received_at", "visitor_id", "session_id", "properties")
STREAMS: dict[str, tuple[str, ...]] = {
    "page_views": (*_COMMON, "url", "path", "title", "referrer", "utm_source", "utm_campaign", "ip", "user_agent"),
    "identities": (*_COMMON, "email", "user_id", "full_name", "company_name"),
    "activities": (
        *_COMMON, "source_key", "activity_type", "subject", "email", "user_id", "company_domain", "product",
    ),
}  # fmt: skip
_MOMENTS = ("occurred_at", "received_at")
_PAGE_ROWS = 100_000


@dataclass(frozen=True)
class WebEventsOptions:
    """Nothing to choose: what was received is landed."""


def pages(context: Context) -> dict[str, Pages]:
    """The rows of each stream that were received since the last load."""
    return {stream: partial(_stream_pages, context.connection, stream) for stream in STREAMS}


def _stream_pages(inbox: OpenFolder, stream: str, memory: State, current: Round) -> Iterator[pa.Table]:
    """File by file. One that was landed is remembered with its rows, and removed by the next load."""
    folder, landed = inbox.folder / stream, set(memory.get("landed", []))
    kept = []
    for file in finished_files(folder):
        if file.name in landed:
            file.unlink()
            continue
        if current.is_full:
            current.unfinished.add(stream)
            break
        yield from event_pages(file, STREAMS[stream])
        kept.append(file.name)
        memory["landed"] = kept


def event_pages(file: Path, columns: tuple[str, ...]) -> Iterator[pa.Table]:
    """A file of newline-delimited JSON as pages; objects and lists stay JSON text, columns that are not known go there.

    Raises ValueError naming the line that is no JSON object.
    """
    declared = ", ".join(f"'{name}': 'VARCHAR'" for name in columns)
    sql = f"select * from read_json(?, format = 'newline_delimited', columns = {{{declared}}})"
    with duckdb.connect() as connection:
        try:
            batches = connection.execute(sql, [str(file)]).to_arrow_reader(_PAGE_ROWS)
            for batch in batches:
                yield _typed(pa.Table.from_batches([batch]))
        except duckdb.Error as error:
            raise ValueError(f"{file}: {str(error).splitlines()[0]}") from error


def _typed(page: pa.Table) -> pa.Table:
    for name in _MOMENTS:
        place = page.column_names.index(name)
        page = page.set_column(place, name, retyped(page[name].cast(TEXT), MOMENT))
    return page


def _probe(inbox: OpenFolder) -> str:
    """Count the files that wait."""
    waiting = sum(len(finished_files(inbox.folder / stream)) for stream in STREAMS)
    return f"{waiting} files wait to be landed in {inbox.folder}"


WEB_EVENTS = SourceSpec(
    name="web_events",
    tables=tuple(Table(stream, (KEY,), immutable=True) for stream in STREAMS),
    opener=open_folder,
    pages=pages,
    options=WebEventsOptions,
    probe=_probe,
)
