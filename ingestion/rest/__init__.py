"""Systems that are described by a file: `systems/<name>.yml` says how they are paged and what lands as what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from connections import Connection
from connections.eloqua import open_eloqua
from connections.keyed import PIPEDRIVE, SALESLOFT
from connections.oauth import open_dynamics, open_outreach, open_pardot, open_zoho
from ingestion.context import Context, SourceSpec
from ingestion.rest.configuration import Configuration, read_configuration
from ingestion.rest.resources import Reading
from ingestion.rounds import Pages, Table

SYSTEMS = Path(__file__).with_name("systems")


@dataclass(frozen=True)
class RestOptions:
    """`all_due`: ask now for new fields and deletions that the file lets wait for their hour."""

    all_due: bool = False


def rest_source(configuration: Configuration, opener: Callable[[Any], Connection]) -> SourceSpec:
    """The source that a configuration describes."""
    return SourceSpec(
        name=configuration.system,
        tables=tuple(Table(one.table, (one.key,)) for one in configuration.resources),
        opener=opener,
        pages=partial(_pages, configuration),
        options=RestOptions,
        probe=partial(_probe, configuration),
    )


def _pages(configuration: Configuration, context: Context) -> dict[str, Pages]:
    dataset = f"raw_{configuration.system}"
    return {
        one.table: Reading(context, dataset, one, configuration.headers, all_due=context.options.all_due).pages
        for one in configuration.resources
    }


def _probe(configuration: Configuration, connection: Connection) -> str:
    connection.request("GET", configuration.probe, headers=configuration.headers)
    return f"{configuration.probe} answers"


_OPENERS: dict[str, Callable[[Any], Connection]] = {
    "dynamics": open_dynamics,
    "pipedrive": PIPEDRIVE.open,
    "zoho": open_zoho,
    "pardot": open_pardot,
    "eloqua": open_eloqua,
    "outreach": open_outreach,
    "salesloft": SALESLOFT.open,
}
REST_SOURCES = tuple(
    rest_source(read_configuration(SYSTEMS / f"{name}.yml"), opener) for name, opener in _OPENERS.items()
)
