"""Systems that make a file of what is asked for before it can be read (Oracle Eloqua's Bulk API 2.0)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from connections import Connection
from ingestion.errors import LoadFailure
from ingestion.rest.configuration import Resource
from ingestion.rest.listing import Place

_WAITS = (1.0, 2.0, 5.0, 10.0)  # seconds between two looks at an export; the last one repeats
_LONGEST_SECONDS = 3600.0


class Exports:
    """The exports of one load. What one resource begins ahead is written while the others are asked for and read."""

    def __init__(self, connection: Connection, sleep: Callable[[float], None] = time.sleep) -> None:
        self._connection, self._sleep = connection, sleep
        self._begun: dict[str, tuple[dict[str, Any], str]] = {}  # by table: what was asked for, and where it comes

    def begin(self, resource: Resource, statements: Mapping[str, str], condition: str) -> str:
        """Ask for what meets a condition, unless just that is being written already; returns the sync's path.

        `statements` are further fields by name.
        """
        own = resource.export
        fields = {field.column: f"{{{{{field.path}}}}}" for field in resource.fields} | dict(statements)
        where = " AND ".join(part for part in (own.get("where", ""), condition) if part)
        definition = {"name": f"marketmap {resource.table}", "fields": fields, "areSystemTimestampsInUTC": True}
        if where:
            definition["filter"] = where
        asked, path = self._begun.get(resource.table, ({}, ""))
        if asked == definition:
            return path
        defined = _posted(self._connection, own["definitions"], definition)
        sync = _posted(self._connection, own["syncs"], {"syncedInstanceUri": defined["uri"]})
        path = f"{own.get('root', '')}{sync['uri']}"
        self._begun[resource.table] = (definition, path)
        return path

    def read_at(self, resource: Resource, statements: Mapping[str, str], condition: str) -> Place:
        """Where the rows that meet a condition are read, page by page; what was begun ahead is read once.

        Raises LoadFailure when the export fails or takes over an hour.
        """
        path = self.begin(resource, statements, condition)
        self._begun.pop(resource.table)
        _wait(self._connection, resource, path, self._sleep)
        return f"{path}/data", dict(resource.params)


def _posted(connection: Connection, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    # A definition or sync made twice costs the vendor a little room, and nobody a row.
    answer: dict[str, Any] = connection.request("POST", path, json=body, idempotent=True).json()
    return answer


def _wait(connection: Connection, resource: Resource, path: str, sleep: Callable[[float], None]) -> None:
    waited = 0.0
    for number in range(10_000):
        status = str(connection.request("GET", path).json().get("status"))
        if status in ("success", "warning"):
            return
        if status not in ("pending", "active") or waited > _LONGEST_SECONDS:
            problem = f"the export of {resource.table} is {status} after {waited:.0f} s"
            raise LoadFailure(connection.system, problem, "Run again; if it stays so, ask the vendor")
        pause = _WAITS[min(number, len(_WAITS) - 1)]
        sleep(pause if number else 0.4)
        waited += pause
