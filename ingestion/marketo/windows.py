"""History in windows of 31 days, from now back to where there is nothing any more; remembered one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from ingestion.marketo.client import instant
from ingestion.marketo.extracts import AHEAD, Extract, Extractor
from ingestion.rounds import Round, State

_LENGTH = timedelta(days=31)
# A quarter without a single record is the beginning of the history, not a pause in it.
_EMPTY_WINDOWS_AT_THE_END = 3


def history(
    extractor: Extractor, memory: State, until: datetime, since: datetime | None, current: Round
) -> Iterator[Extract]:
    """Extracts of the windows that `memory["history"]` does not call finished, newest first, while the round has room.

    After each one the memory says where to go on; once the history is complete it says {"complete": true}. Ends of
    windows are inclusive and shared, so that no second is left out; a record on the border comes twice.
    """
    state = memory.setdefault("history", {"end": until.isoformat(), "empty": 0})
    # Past the first empty window jobs are started one by one: most likely there is nothing more.
    for extract in extractor.run(_windows(state, since), lambda: 1 if state["empty"] else AHEAD):
        yield extract
        state["end"] = _start_of(extract).isoformat()
        state["empty"] = 0 if extract.records else state["empty"] + 1
        if state["empty"] >= _EMPTY_WINDOWS_AT_THE_END:
            break
        if current.is_full:
            return
    memory["history"] = {"complete": True}


def is_complete(memory: State) -> bool:
    """Whether the whole history has been landed."""
    return bool(memory.get("history", {}).get("complete"))


def forward(start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
    """Filters of the windows of a period, oldest first."""
    while start < end:
        until = min(start + _LENGTH, end)
        yield {"createdAt": {"startAt": instant(start), "endAt": instant(until)}}
        start = until


def _windows(state: State, since: datetime | None) -> Iterator[dict[str, Any]]:
    end = datetime.fromisoformat(state["end"])
    while since is None or end > since:
        start = max(end - _LENGTH, since) if since else end - _LENGTH
        yield {"createdAt": {"startAt": instant(start), "endAt": instant(end)}}
        end = start


def _start_of(extract: Extract) -> datetime:
    return datetime.fromisoformat(extract.filter["createdAt"]["startAt"]).replace(tzinfo=None)
