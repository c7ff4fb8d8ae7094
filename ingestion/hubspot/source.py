"""What the parts of HubSpot share in one load."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path

from ingestion.hubspot.client import Client
from ingestion.hubspot.fields import Record
from ingestion.rounds import Round
from ingestion.warehouse import rows

DATASET = "raw_hubspot"


@dataclass(frozen=True)
class HubSpotOptions:
    """`overlap`: how long a change may stay unseen by search.

    `sweep_every`: how often at most all objects are listed to find those that are missing without a trace;
    `reread_members_every`: how often lists are read again whose size and version stay the same;
    `searches_per_second`: a portal allows five to all its apps together.
    """

    overlap: timedelta = timedelta(minutes=10)
    sweep_every: timedelta = timedelta(days=1)
    reread_members_every: timedelta = timedelta(days=1)
    searches_per_second: int = 4


@dataclass(frozen=True)
class Kind:
    """An object we read: its name and raw table, the property with its last change, what it is linked to."""

    name: str
    modified: str = "hs_lastmodifieddate"
    links: tuple[str, ...] = ()


KINDS = (
    Kind("companies", links=("companies",)),
    Kind("contacts", modified="lastmodifieddate", links=("companies",)),
    Kind("deals", links=("companies", "contacts")),
    Kind("calls", links=("contacts", "companies", "deals")),
    Kind("emails", links=("contacts", "companies", "deals")),
    Kind("meetings", links=("contacts", "companies", "deals")),
    Kind("tasks", links=("contacts", "companies", "deals")),
)


@dataclass
class HubSpot:
    """One load. `landing` says which tables get rows in which round: what depends on them waits for the next one."""

    client: Client
    warehouse: Path
    options: HubSpotOptions
    landing: dict[str, Round] = field(default_factory=dict)

    @cached_property
    def forms(self) -> list[Record]:
        """The forms of the portal."""
        return [form for found, _ in self.client.pages("/marketing/v3/forms", limit=100) for form in found]

    def must_wait(self, current: Round) -> bool:
        """Whether objects are landing in this round, or still to come."""
        kinds = {kind.name for kind in KINDS}
        return any(self.landing.get(name) is current for name in kinds) or bool(kinds & current.unfinished)

    def latest_load(self, table: str) -> str:
        """The id of the last load that brought rows to a table; load ids grow with time."""
        found = rows(self.warehouse, f"select coalesce(max(_dlt_load_id), '') from {DATASET}.{table}")
        return str(found[0][0]) if found else ""

    def landed_since(self, table: str, load: str) -> list[str]:
        """Ids of the living rows that loads after `load` brought to a table."""
        sql = f"select id from {DATASET}.{table} where _dlt_load_id > ? and not is_deleted order by id"
        return [number for (number,) in rows(self.warehouse, sql, [load])]
