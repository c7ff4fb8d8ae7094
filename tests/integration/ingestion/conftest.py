"""A warehouse per test, loads of the sandbox's sources into it, and the sandbox's world to compare them with."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

with warnings.catch_warnings():
    # dlt's sqlglot warns, on import, about an accelerator that other packages bring along.
    warnings.filterwarnings("ignore", "sqlglotrs is deprecated", DeprecationWarning)
    import dlt  # noqa: F401

from connections import (
    BomboraCredentials,
    HubSpotCredentials,
    MarketoCredentials,
    SalesforceCredentials,
    ZoomInfoCredentials,
)
from ingestion import LoadReport, load
from tests.integration.conftest import RunningSandbox

CREDENTIALS: dict[str, Callable[[dict[str, str]], Any]] = {
    "salesforce": lambda env: SalesforceCredentials(
        env["SALESFORCE_BASE_URL"], env["SALESFORCE_CLIENT_ID"], env["SALESFORCE_CLIENT_SECRET"]
    ),
    "marketo": lambda env: MarketoCredentials(
        env["MARKETO_BASE_URL"], env["MARKETO_CLIENT_ID"], env["MARKETO_CLIENT_SECRET"]
    ),
    "zoominfo": lambda env: ZoomInfoCredentials(
        env["ZOOMINFO_BASE_URL"], env["ZOOMINFO_USERNAME"], env["ZOOMINFO_PASSWORD"]
    ),
    "bombora": lambda env: BomboraCredentials(env["BOMBORA_BASE_URL"], env["BOMBORA_API_KEY"]),
    "hubspot": lambda env: HubSpotCredentials(
        env["HUBSPOT_BASE_URL"], env["HUBSPOT_ACCESS_TOKEN"], calls_per_10_seconds=10_000
    ),
}


class Lake:
    """A warehouse and a state folder of one test, fed by a sandbox."""

    def __init__(self, home: Path, sandbox: RunningSandbox) -> None:
        self.warehouse = home / "warehouse.duckdb"
        self.state_dir = home / "ingestion"
        self.sandbox = sandbox

    def load(self, source: str, **settings: Any) -> LoadReport:
        """Land what is new at a source."""
        credentials = settings.pop("credentials", None) or CREDENTIALS[source](self.sandbox.env)
        return load(source, credentials, warehouse=self.warehouse, state_dir=self.state_dir, **settings)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Query the warehouse; the sandbox's first state is attached as `world`."""
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute(f"attach '{self.sandbox.home}/world.duckdb' as world (read_only)")
            return connection.execute(sql).fetchall()

    def write(self, table: str, content: pa.Table) -> None:
        """Put rows into the warehouse that another source would have landed."""
        with duckdb.connect(str(self.warehouse)) as connection:
            connection.execute(f"create schema if not exists {table.partition('.')[0]}")
            connection.register("content", content)
            connection.execute(f"create or replace table {table} as from content")

    def difference(
        self, world_table: str, raw_table: str, columns: dict[str, str], where: str = "true", ours: str = "true"
    ) -> int:
        """Rows that the world and the raw table do not share, columns given as world's -> raw's."""
        theirs = f"select {', '.join(columns)} from world.{world_table} where {where}"
        landed = f"select {', '.join(columns.values())} from {raw_table} where {ours}"
        both = f"(({theirs}) except all ({landed})) union all (({landed}) except all ({theirs}))"
        return int(self.rows(f"select count(*) from ({both})")[0][0])


@pytest.fixture
def lake(tmp_path: Path, clean_sandbox: RunningSandbox) -> Lake:
    """A fresh warehouse over the sandbox in its first state."""
    return Lake(tmp_path, clean_sandbox)
