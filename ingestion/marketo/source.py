"""What the parts of Marketo share in one load."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from connections import Connection
from ingestion.marketo import client
from ingestion.rounds import Round
from ingestion.warehouse import rows

DATASET = "raw_marketo"
LEADS = "leads"


@dataclass(frozen=True)
class MarketoOptions:
    """Where history begins (None = at the first quarter without a record), and how late an activity may turn up."""

    activities_since: datetime | None = None
    leads_since: datetime | None = None
    overlap: timedelta = timedelta(minutes=10)


@dataclass
class Marketo:
    """One load. `landing` says which tables get rows in which round: what depends on them waits for the next one.

    `is_streamed` once all activities have been asked for.
    """

    connection: Connection
    warehouse: Path
    scratch: Path
    options: MarketoOptions
    until: datetime
    activity_types: list[int]
    landing: dict[str, Round] = field(default_factory=dict)
    is_streamed: bool = False

    @cached_property
    def lead_fields(self) -> dict[str, pa.DataType]:
        """The fields of leads with their types; one call."""
        return client.lead_fields(self.connection)

    def must_wait(self, current: Round) -> bool:
        """Whether rows that leads and lists depend on are landing in this round, or still to come."""
        return any(landing is current for landing in self.landing.values()) or not self.is_streamed

    def latest_activity_load(self) -> str:
        """The id of the last load that brought activities; load ids grow with time."""
        found = rows(self.warehouse, f"select coalesce(max(_dlt_load_id), '') from {DATASET}.activities")
        return str(found[0][0]) if found else ""
