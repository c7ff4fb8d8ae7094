"""Lists that people bring: companies, contacts and leads out of CSV, XLSX and Parquet, each row with its fate.

`marketmap import` puts a list into the inbox (`manifest.py`); this source lands what is there, once per content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from connections.local import OpenFolder, open_folder
from ingestion.context import Context, SourceSpec
from ingestion.files.judgement import judged, unreadable
from ingestion.files.manifest import OBJECTS, Manifest, deposit, prepare, waiting, withdraw
from ingestion.files.reading import SOURCE, blocks, plain
from ingestion.frames import FLAG, MOMENT, TEXT, frame
from ingestion.readahead import work_ahead
from ingestion.rounds import Pages, Round, State, Table

__all__ = ["FILES", "OBJECTS", "SOURCE", "Manifest", "deposit", "list_pages", "plain", "prepare", "withdraw"]

Say = Callable[[str], None]
_ROWS, _IMPORTS = "rows", "imports"
_IMPORT_TYPES = dict.fromkeys(("import_id", "file_name", "object", "list_name", "encoding", "fields"), TEXT) | {
    "imported_at": MOMENT,
    "is_enriched": FLAG,
}


@dataclass(frozen=True)
class FilesOptions:
    """Nothing to choose: each import says what it is."""


def pages(context: Context) -> dict[str, Pages]:
    """The rows of each list that is new, and the lists."""
    inbox: OpenFolder = context.connection
    return {
        _ROWS: partial(_row_pages, inbox.folder, context.scratch, context.say),
        _IMPORTS: partial(_import_pages, inbox.folder),
    }


def _row_pages(inbox: Path, scratch: Path, say: Say, memory: State, current: Round) -> Iterator[pa.Table]:
    """List by list; one that was landed is remembered with its rows."""
    done = memory.get("done", [])
    for manifest, file in waiting(inbox):
        if manifest.import_id in done:
            continue
        if current.is_full:
            current.unfinished.add(_ROWS)
            return
        yield from list_pages(manifest, file, scratch, say)
        done = [*done, manifest.import_id]
        memory["done"] = done


def list_pages(manifest: Manifest, file: Path, scratch: Path, say: Say) -> Iterator[pa.Table]:
    """The rows of one list with their fate; raises LoadFailure when it cannot be read to its end."""
    skipped: list[tuple[int, str]] = []
    rows = 0
    # One thread a block is enough: two blocks are worked on at a time.
    with duckdb.connect(config={"threads": 1, "temp_directory": str(scratch)}) as connection:
        found = blocks(file, manifest.layout, lambda place, reason: skipped.append((place, reason)))
        for page in work_ahead(lambda block: judged(manifest, block, connection.cursor()), found):
            rows += page.num_rows
            yield page
            say(f"{manifest.file_name}: {rows:,} rows read")
    if skipped:
        yield unreadable(manifest, skipped)


def _import_pages(inbox: Path, memory: State, _current: Round) -> Iterator[pa.Table]:
    done = memory.setdefault("done", [])
    fresh = [manifest for manifest, _ in waiting(inbox) if manifest.import_id not in done]
    if fresh:
        yield frame(
            [
                {
                    "import_id": manifest.import_id,
                    "file_name": manifest.file_name,
                    "object": manifest.object,
                    "list_name": manifest.list_name,
                    "encoding": manifest.layout.encoding if manifest.layout.kind == "csv" else manifest.layout.kind,
                    "fields": manifest.fields,
                    "imported_at": manifest.imported_at,
                    "is_enriched": manifest.is_enriched,
                }
                for manifest in fresh
            ],
            _IMPORT_TYPES,
        )
        done += [manifest.import_id for manifest in fresh]


def _probe(inbox: OpenFolder) -> str:
    """Count the lists."""
    return f"{len(waiting(inbox.folder))} lists in {inbox.folder}"


FILES = SourceSpec(
    name=SOURCE,
    tables=(Table(_ROWS, ("import_id", "row_number"), immutable=True), Table(_IMPORTS, ("import_id",), immutable=True)),
    opener=open_folder,
    pages=pages,
    options=FilesOptions,
    probe=_probe,
)
