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


def exported(
    connection: Connection,
    resource: Resource,
    statements: Mapping[str, str],
    condition: str,
    sleep: Callable[[float], None] = time.sleep,
) -> Place:
    """Let the system write what meets a condition; returns where it is read, page by page.

    `statements` are further fields by name. Raises LoadFailure when the export fails or takes over an hour.
    """
    own = resource.export
    fields = {field.column: f"{{{{{field.path}}}}}" for field in resource.fields} | dict(statements)
    where = " AND ".join(part for part in (own.get("where", ""), condition) if part)
    definition = {"name": f"marketmap {resource.table}", "fields": fields, "areSystemTimestampsInUTC": True}
    if where:
        definition["filter"] = where
    root = own.get("root", "")
    defined = _posted(connection, own["definitions"], definition)
    sync = _posted(connection, own["syncs"], {"syncedInstanceUri": defined["uri"]})
    _wait(connection, resource, f"{root}{sync['uri']}", sleep)
    return f"{root}{sync['uri']}/data", dict(resource.params)


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
        sleep(pause if number else 0.2)
        waited += pause
