"""Reading and writing at the same time: blocks are parsed and worked on while the ones before them are written."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
_END: Any = object()
_WORKERS = 2  # what follows is written by one thread, which two can keep busy


def read_ahead(items: Generator[Item, None, None]) -> Generator[Item, None, None]:
    """The items, each made in another thread while the one before it is used; one more than usual is in memory."""
    with closing(items), ThreadPoolExecutor(1, thread_name_prefix="read-ahead") as pool:
        coming = pool.submit(next, items, _END)
        while (item := coming.result()) is not _END:
            coming = pool.submit(next, items, _END)
            yield item


def work_ahead(work: Callable[[Item], Result], items: Generator[Item, None, None]) -> Iterator[Result]:
    """What becomes of each item, in order; two are worked on while one is used, so two more are in memory.

    What fails, be it to read an item or to work on it, raises after the results of all items before it.
    """
    coming: deque[Future[Result]] = deque()
    with ThreadPoolExecutor(_WORKERS, thread_name_prefix="work-ahead") as pool, closing(read_ahead(items)) as given:
        while True:
            try:
                item = next(given, _END)
            except Exception as error:  # whatever it is, its turn comes
                failed: Future[Result] = Future()
                failed.set_exception(error)
                coming.append(failed)
                break
            if item is _END:
                break
            coming.append(pool.submit(work, item))
            if len(coming) > _WORKERS:
                yield coming.popleft().result()
        while coming:
            yield coming.popleft().result()
