"""Systems that are described by a file: `systems/<name>.yml` says how they are paged and what lands as what."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from connections import Connection
from connections.oauth import open_dynamics
from ingestion.context import Context, SourceSpec
from ingestion.rest.configuration import Configuration, read_configuration
from ingestion.rest.resources import Reading
from ingestion.rounds import Pages, Table

SYSTEMS = Path(__file__).with_name("systems")


@dataclass(frozen=True)
class RestOptions:
    """Nothing to choose: the file says it all."""


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
        one.table: Reading(context.connection, context.warehouse, dataset, one, configuration.headers).pages
        for one in configuration.resources
    }


def _probe(configuration: Configuration, connection: Connection) -> str:
    connection.request("GET", configuration.probe, headers=configuration.headers)
    return f"{configuration.probe} answers"


DYNAMICS = rest_source(read_configuration(SYSTEMS / "dynamics.yml"), open_dynamics)
