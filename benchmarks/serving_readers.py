"""The readers of `benchmarks.serving`: they ask page after page until they are told to stop, and note what they see."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import duckdb

from benchmarks import serving_pages
from benchmarks.serving_pages import Ask, Page
from orchestration.serving import _extension

PROCESSES = 20
# With how many of a hundred pages are of this kind.
PAGES: dict[str, tuple[Page, int]] = {
    "profile": (serving_pages.profile, 70),
    "segment": (serving_pages.segment, 22),
    "search": (serving_pages.search, 7),
    "report": (serving_pages.report, 1),
}
_FINISHED: Any = None


@dataclass
class Seen:
    """What readers saw: (page, seconds), pages that were not right, and questions that failed, by the error's text."""

    pages: list[tuple[str, float]] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)

    def add(self, other: Seen) -> None:
        """Take up what others saw."""
        self.pages += other.pages
        self.wrong += other.wrong
        self.failures += other.failures


def read_while(
    connect: Callable[[], Ask], readers: int, pause: float, accounts: int, happens: Callable[[], None]
) -> Seen:
    """What so many readers see while something `happens`; each pauses about so many seconds after each page."""
    context = get_context("spawn")
    finished = context.Event()
    ready = context.Barrier(readers + 1)
    whole = Seen()
    with ProcessPoolExecutor(PROCESSES, context, _begin, (finished, ready)) as pool:
        ask = partial(_process, connect, readers // PROCESSES, pause, accounts)
        waiting = [pool.submit(ask, number) for number in range(PROCESSES)]
        try:
            ready.wait(300)
            happens()
        finally:
            finished.set()
        for one in waiting:
            whole.add(one.result())
    return whole


def _begin(finished: Any, ready: Any) -> None:
    global _FINISHED  # noqa: PLW0603 - a process of a pool is told at its start
    _FINISHED = finished, ready


def _process(connect: Callable[[], Ask], readers: int, pause: float, accounts: int, number: int) -> Seen:
    seen = [Seen() for _ in range(readers)]
    threads = [
        threading.Thread(target=_read, args=(connect, pause, accounts, number * 100 + one, into))
        for one, into in enumerate(seen)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in seen[1:]:
        seen[0].add(one)
    return seen[0]


def _read(connect: Callable[[], Ask], pause: float, accounts: int, number: int, seen: Seen) -> None:
    finished, ready = _FINISHED
    rng = random.Random(number)  # noqa: S311 - pages, not secrets
    ask = connect()
    ready.wait(300)
    while not finished.wait(rng.uniform(0.5, 1.5) * pause):
        name = rng.choices(list(PAGES), [share for _, share in PAGES.values()])[0]
        started = time.monotonic()
        try:
            if not PAGES[name][0](ask, rng, accounts):
                seen.wrong[name] += 1
        except duckdb.Error as error:
            seen.failures[str(error).splitlines()[0]] += 1
        seen.pages.append((name, time.monotonic() - started))


def served(address: str, token: str) -> Ask:
    """Ask a server over its protocol: a client with DuckDB and a token, and nothing of ours."""
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("set enable_progress_bar = false")
    for extension in ("httpfs", "quack"):
        connection.execute(f"load '{_extension(extension)}'")
    connection.execute(f"attach '{address}' as marketmap (type quack, token '{token}')")
    return lambda query: connection.execute("from marketmap.query(?)", [query]).fetchall()


def direct(published: Path) -> Ask:
    """Open the published file for each question, as a script or a notebook does."""

    def ask(query: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(published), read_only=True) as connection:
            connection.execute("set enable_progress_bar = false")
            return connection.execute(query).fetchall()

    return ask
