"""What the parts of one run share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from reverse_etl.destinations import Destination, ObjectDescription
from reverse_etl.mapping import FieldMapping
from reverse_etl.report import Mode, Tally
from reverse_etl.spec import SyncSpec


@dataclass
class RunContext:
    """One run of one sync on one connection to the warehouse."""

    con: duckdb.DuckDBPyConnection
    warehouse: Path
    spec: SyncSpec
    mapping: FieldMapping
    destination: Destination
    run_id: str
    mode: Mode
    say: Callable[[str], None]
    is_resync: bool = False
    described: ObjectDescription | None = None
    tally: Tally = field(default_factory=Tally)
    batches: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def targets(self) -> list[str]:
        """The fields that the sync writes."""
        return [field.target for field in self.mapping.fields]

    @property
    def is_direct(self) -> bool:
        """Whether a record's key is its id at the destination, so that there is nothing to look up."""
        return self.spec.key.field in self.destination.limits.key_fields

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, and durable when it ends: a killed process finds it or does not find it."""
        self.con.begin()
        try:
            yield
        except BaseException:
            self.con.rollback()
            raise
        self.con.commit()

    def count(self, query: str) -> int:
        """The single number that a query gives."""
        return int(self.con.execute(query).fetchall()[0][0])

    def column(self, query: str) -> list[str]:
        """The single text column that a query gives."""
        return [str(row[0]) for row in self.con.execute(query).fetchall()]


def utc_now() -> datetime:
    """The time as the ops tables hold it: UTC without a zone."""
    return datetime.now(UTC).replace(tzinfo=None)
