"""The pages of one table, begun before dlt is: a table with nothing new costs no extract, load or commit."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator

import pyarrow as pa

from connections import ConnectionFailure
from ingestion.errors import UNREADABLE, LoadFailure, unreadable
from ingestion.rounds import Pages, Round, State, Table


class Feed:
    """Yields pages and, once `is_done`, holds the memory to be committed with them."""

    def __init__(self, source: str, table: Table, pages: Pages, memory: State, current: Round) -> None:
        self.source = source
        self.table = table
        self.memory = copy.deepcopy(memory)
        self.is_done = False
        self._before = copy.deepcopy(memory)
        self._current = current
        self._pages = self._guarded(pages)

    def has_news(self) -> bool:
        """Whether there is a page to land or a memory to keep; fetches the first page to find out."""
        first = next(self._pages, None)
        if first is None:
            self.is_done = True
            return self.memory != self._before
        self.give_back(first)
        return True

    def give_back(self, page: pa.Table) -> None:
        """Let a page be the next one again."""
        self._pages = itertools.chain([page], self._pages)

    def __iter__(self) -> Iterator[pa.Table]:
        yield from self._pages
        self.is_done = True

    def _guarded(self, pages: Pages) -> Iterator[pa.Table]:
        current = self._current
        if isinstance(current.failure, ConnectionFailure) or current.is_full:
            current.unfinished.add(self.table.name)
            return
        try:
            for page in pages(self.memory, current):
                self._check_key(page)
                current.rows += page.num_rows
                yield page
        except (ConnectionFailure, LoadFailure) as failure:
            # What was fetched is complete rows: it is committed, and the memory says how far it goes.
            current.failure = failure
            current.unfinished.add(self.table.name)
        except UNREADABLE as error:
            current.failure = unreadable(self.source, self.table.name, error)
            current.failure.__cause__ = error
            current.unfinished.add(self.table.name)

    def _check_key(self, page: pa.Table) -> None:
        for column in self.table.key:
            if column not in page.column_names:
                raise ValueError(f"rows without {column}")
            if page[column].null_count:
                raise ValueError(f"{page[column].null_count} rows without a value in {column}")
