"""What a source is given to work with, and how it presents itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from ingestion.rounds import Pages, State, Table


@dataclass(frozen=True)
class Period:
    """A stretch of history, UTC without a zone: from `start` on, before `end`."""

    start: datetime
    end: datetime


@dataclass
class Context:
    """One load of one source.

    `states` are the resources' memories as of the last commit, to plan with; a resource changes only its own, which
    its pages receive. `notes` says, by table, why nothing came from it although nothing failed.
    """

    connection: Any  # a `Connection`, or what the source's opener gives in its place
    warehouse: Path
    scratch: Path
    states: Mapping[str, State]
    say: Callable[[str], None]
    options: Any
    notes: dict[str, str] = field(default_factory=dict)
    run_id: str = ""


@dataclass(frozen=True)
class SourceSpec:
    """A source: its raw tables, how to reach it, where their rows come from, one cheap call that proves it answers.

    `after` names the sources whose raw tables it reads; so may the options, where people decide on the order. `again`
    gives the pages of its time series for a period, whatever has been landed of it; the cursors stay where they are.
    """

    name: str
    tables: tuple[Table, ...]
    opener: Callable[[Any], AbstractContextManager[Any]]
    pages: Callable[[Context], dict[str, Pages]]
    options: Callable[[], Any]
    probe: Callable[[Any], str]
    after: tuple[str, ...] = ()
    again: Callable[[Context, Period], dict[str, Pages]] | None = None

    @property
    def resources(self) -> tuple[str, ...]:
        """The names of the raw tables."""
        return tuple(table.name for table in self.tables)
