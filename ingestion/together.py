"""Several sources side by side: most of a load is waiting for the source, and one that fails does not stop another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed, wait
from pathlib import Path
from typing import Any

from ingestion.loading import SOURCES, LoadReport, load
from ingestion.warehouse import kept_open

Outcome = LoadReport | Exception


def load_together(
    credentials: Mapping[str, Any],
    *,
    warehouse: Path,
    state_dir: Path,
    progress: Callable[[str, str], None],
    landed: Callable[[str, frozenset[str]], None] = lambda source, tables: None,
    options: Mapping[str, Any] | None = None,
) -> Iterator[tuple[str, Outcome]]:
    """Load each source of `credentials`; yields (source, report or failure) as they end.

    A source that reads another's raw tables (`after` of its spec or of its options) waits for it, and goes on with
    what is there if that one failed. From several threads, `progress` hears (source, line), and `landed` (source, the
    tables that hold all there was when the load began).
    """
    started: dict[str, Future[LoadReport]] = {}
    chosen = options or {}

    def awaited(source: str) -> tuple[str, ...]:
        return (*SOURCES[source].after, *getattr(chosen.get(source), "after", ()))

    def one(source: str) -> LoadReport:
        wait([started[earlier] for earlier in awaited(source) if earlier in started])
        return load(
            source,
            credentials[source],
            warehouse=warehouse,
            state_dir=state_dir,
            progress=lambda line: progress(source, line),
            landed=lambda tables: landed(source, tables),
            options=chosen.get(source),
        )

    # Sources before those that wait for them: a waiting thread never holds the place of the one it waits for.
    order = sorted(credentials, key=lambda source: len(awaited(source)))
    with kept_open(warehouse), ThreadPoolExecutor(max(1, len(order)), thread_name_prefix="load") as pool:
        for source in order:
            started[source] = pool.submit(one, source)
        names = {future: source for source, future in started.items()}
        for future in as_completed(names):
            failure = future.exception()
            if failure is not None and not isinstance(failure, Exception):
                raise failure
            yield names[future], failure if failure is not None else future.result()
