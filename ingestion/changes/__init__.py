"""What other systems tell by themselves: changes of CRM records, and leads. Received into a folder, landed once.

`receiver.py` receives; a change is landed once by its event's id, a lead is the latest of what was said of its key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import pyarrow as pa

from connections.local import OpenFolder, open_folder
from ingestion.changes.events import LEAD_FIELDS
from ingestion.context import Context, SourceSpec
from ingestion.rounds import Pages, Round, State, Table
from ingestion.web_events import event_pages
from ingestion.web_events.spool import finished_files

RECORDS, LEADS = "record_changes", "inbound_leads"
_COLUMNS = {
    RECORDS: (
        "event_id", "source", "object", "record_id", "change_type", "changed_field", "new_value", "occurred_at",
        "received_at", "payload",
    ),
    LEADS: ("event_id", "endpoint", "lead_key", "occurred_at", "received_at", "payload", *LEAD_FIELDS),
}  # fmt: skip


@dataclass(frozen=True)
class ChangesOptions:
    """Nothing to choose: what was received is landed."""


def pages(context: Context) -> dict[str, Pages]:
    """The rows of each stream that were received since the last load."""
    return {stream: partial(_stream_pages, context.connection, stream) for stream in _COLUMNS}


def _stream_pages(inbox: OpenFolder, stream: str, memory: State, current: Round) -> Iterator[pa.Table]:
    """File by file. One that was landed is remembered with its rows, and removed by the next load."""
    landed, kept = set(memory.get("landed", [])), list[str]()
    for file in finished_files(inbox.folder / stream):
        if file.name in landed:
            file.unlink()
            continue
        if current.is_full:
            current.unfinished.add(stream)
            break
        yield from event_pages(file, _COLUMNS[stream])
        kept.append(file.name)
        memory["landed"] = kept


def waiting(inbox: OpenFolder) -> int:
    """How many files wait to be landed: what a micro-batch looks at before it starts."""
    return sum(len(finished_files(inbox.folder / stream)) for stream in _COLUMNS)


def _probe(inbox: OpenFolder) -> str:
    """Count the files that wait."""
    return f"{waiting(inbox)} files wait to be landed in {inbox.folder}"


CHANGES = SourceSpec(
    name="changes",
    tables=(
        Table(RECORDS, ("event_id",), immutable=True),
        Table(LEADS, ("endpoint", "lead_key"), version="received_at"),
    ),
    opener=open_folder,
    pages=pages,
    options=ChangesOptions,
    probe=_probe,
)
