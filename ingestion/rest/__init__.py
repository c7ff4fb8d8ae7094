"""Systems that are described by a file: `systems/<name>.yml` says how they are paged and what lands as what."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from connections import Connection, ConnectionFailure, RequestRejected
from connections.eloqua import open_eloqua
from connections.google import open_google_ads, open_google_analytics
from connections.keyed import PIPEDRIVE, SALESLOFT
from connections.linkedin import open_linkedin
from connections.meta import open_meta
from connections.oauth import open_dynamics, open_outreach, open_pardot, open_zoho
from ingestion.context import Context, SourceSpec
from ingestion.rest.configuration import Configuration, Resource, filled, read_configuration
from ingestion.rest.exports import Exports
from ingestion.rest.reports import Lookup, Report
from ingestion.rest.resources import Reading
from ingestion.rounds import Pages, Round, State, Table

SYSTEMS = Path(__file__).with_name("systems")
_FORBIDDEN = 403


@dataclass(frozen=True)
class RestOptions:
    """`all_due`: ask now for new fields and deletions that the file lets wait for their hour."""

    all_due: bool = False


def rest_source(configuration: Configuration, opener: Callable[[Any], Connection]) -> SourceSpec:
    """The source that a configuration describes."""
    return SourceSpec(
        name=configuration.system,
        tables=tuple(Table(one.table, one.keys) for one in configuration.resources),
        opener=opener,
        pages=partial(_pages, configuration),
        options=RestOptions,
        probe=partial(_probe, configuration),
    )


def _pages(configuration: Configuration, context: Context) -> dict[str, Pages]:
    dataset, headers = f"raw_{configuration.system}", configuration.headers
    account = context.connection.account
    exports, readings = Exports(context.connection), list[Reading]()
    reports: dict[str, Report] = {}
    found: dict[str, Pages] = {}
    for one in (resource.filled(account=account) for resource in configuration.resources):
        kind = one.changes["kind"]
        if kind == "window":
            reports[one.table] = Report(context, dataset, one, headers)
            pages = reports[one.table].pages
        elif kind == "lookup":
            pages = Lookup(context, dataset, one, headers, reports[one.changes["table"]]).pages
        else:
            readings.append(Reading(context, dataset, one, headers, exports))
            pages = readings[-1].pages
        found[one.table] = partial(_permitted, context, one, pages) if one.optional else pages
    with suppress(ConnectionFailure):  # whoever reads asks again, and says what is wrong
        for reading in readings:
            reading.begin(context.states.get(reading.resource.table, {}))
    return found


def _permitted(context: Context, resource: Resource, pages: Pages, state: State, current: Round) -> Iterator[pa.Table]:
    """The pages; none, and a note, when the credentials give no right to them."""
    try:
        yield from pages(state, current)
    except RequestRejected as rejected:
        if rejected.status != _FORBIDDEN:
            raise
        context.notes[resource.table] = f"no right to read it ({rejected})"


def _probe(configuration: Configuration, connection: Connection) -> str:
    path = filled(configuration.probe, {"account": connection.account})
    try:
        connection.request("GET", path, headers=configuration.headers)
    except RequestRejected as rejected:
        if rejected.status != _FORBIDDEN or not all(one.optional for one in configuration.resources):
            raise
        return f"answers, and gives no right to {path}"
    return f"{path} answers"


_OPENERS: dict[str, Callable[[Any], Connection]] = {
    "dynamics": open_dynamics,
    "pipedrive": PIPEDRIVE.open,
    "zoho": open_zoho,
    "pardot": open_pardot,
    "eloqua": open_eloqua,
    "outreach": open_outreach,
    "salesloft": SALESLOFT.open,
    "linkedin": open_linkedin,
    "meta": open_meta,
    "google_ads": open_google_ads,
    "google_analytics": open_google_analytics,
}
REST_SOURCES = tuple(
    rest_source(read_configuration(SYSTEMS / f"{name}.yml"), opener) for name, opener in _OPENERS.items()
)
