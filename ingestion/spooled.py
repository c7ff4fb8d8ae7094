"""Sources that other programs fill: what they send is received into files of a folder, and landed from there once.

A stream is a table; `spool.py` says what stands in its files.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from connections.local import OpenFolder, open_folder
from ingestion.context import Context, SourceSpec
from ingestion.frames import MOMENT, TEXT, retyped
from ingestion.readahead import read_ahead
from ingestion.rounds import Pages, Round, State, Table
from ingestion.spool import finished_files

_MOMENTS = ("occurred_at", "received_at")
_PAGE_ROWS = 100_000

Streams = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class SpooledOptions:
    """Nothing to choose: what was received is landed."""


def spooled_source(name: str, streams: Streams, tables: Sequence[Table]) -> SourceSpec:
    """The source of the files below a folder, one folder for each of `streams` with its columns."""
    return SourceSpec(
        name=name,
        tables=tuple(tables),
        opener=open_folder,
        pages=partial(_pages, streams),
        options=SpooledOptions,
        probe=partial(_probe, streams),
    )


def event_pages(file: Path, columns: tuple[str, ...]) -> Iterator[pa.Table]:
    """A file of newline-delimited JSON as pages; objects and lists stay JSON text, columns that are not known go there.

    Raises ValueError naming the line that is no JSON object.
    """
    yield from read_ahead(_typed_batches(file, columns))


def _typed_batches(file: Path, columns: tuple[str, ...]) -> Generator[pa.Table, None, None]:
    declared = ", ".join(f"'{name}': 'VARCHAR'" for name in columns)
    sql = f"select * from read_json(?, format = 'newline_delimited', columns = {{{declared}}})"
    with duckdb.connect() as connection:
        try:
            batches = connection.execute(sql, [str(file)]).to_arrow_reader(_PAGE_ROWS)
            for batch in batches:
                yield _typed(pa.Table.from_batches([batch]))
        except duckdb.Error as error:
            raise ValueError(f"{file}: {str(error).splitlines()[0]}") from error


def _pages(streams: Streams, context: Context) -> dict[str, Pages]:
    return {stream: partial(_stream_pages, context.connection, stream, columns) for stream, columns in streams.items()}


def _stream_pages(
    inbox: OpenFolder, stream: str, columns: tuple[str, ...], memory: State, current: Round
) -> Iterator[pa.Table]:
    """File by file. One that was landed is remembered with its rows, and removed by the next load."""
    landed, kept = set(memory.get("landed", [])), list[str]()
    for file in finished_files(inbox.folder / stream):
        if file.name in landed:
            file.unlink()
            continue
        if current.is_full:
            current.unfinished.add(stream)
            break
        yield from event_pages(file, columns)
        kept.append(file.name)
        memory["landed"] = kept


def _typed(page: pa.Table) -> pa.Table:
    for name in _MOMENTS:
        place = page.column_names.index(name)
        page = page.set_column(place, name, retyped(page[name].cast(TEXT), MOMENT))
    return page


def _probe(streams: Streams, inbox: OpenFolder) -> str:
    waiting = sum(len(finished_files(inbox.folder / stream)) for stream in streams)
    return f"{waiting} files wait to be landed in {inbox.folder}"
