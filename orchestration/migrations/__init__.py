"""Upgrades of a warehouse that an earlier version made: numbered SQL files, each applied once, in their order.

dlt adds columns to raw tables and dbt builds its own anew (histories get new columns, see change_history.sql). What
`ops` and `ml` keep is written by our own code: a column that it needs and an old table lacks is added here. A table
that does not exist yet is made by its owner, with all its columns: write `alter table if exists`.
"""

from __future__ import annotations

import logging
from importlib.resources import files
from pathlib import Path

import duckdb

from orchestration.errors import RequestFault
from orchestration.warehouse import transaction

LOG = logging.getLogger("marketmap.migrations")

_TABLE = """
create schema if not exists ops;
create table if not exists ops.migrations (migration varchar primary key, applied_at timestamp not null)
"""


def bring_up_to_date(warehouse: Path) -> list[str]:
    """Apply what is new and return its names; the caller holds the run lock.

    Each file is applied whole or not at all. Raises RequestFault, nothing changed, for a warehouse of a newer version.
    """
    if not warehouse.exists():
        return []
    declared = _declared()
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(_TABLE)
        applied = {name for (name,) in connection.execute("select migration from ops.migrations").fetchall()}
        if unknown := sorted(applied - declared.keys()):
            raise RequestFault(
                f"{warehouse} was made by a newer version of marketmap (migration {unknown[-1]}). Upgrade the program,"
                " or marketmap restore a backup that this version made."
            )
        fresh = [name for name in sorted(declared) if name not in applied]
        for name in fresh:
            with transaction(connection):
                connection.execute(declared[name])
                connection.execute(
                    "insert into ops.migrations values (?, (now() at time zone 'UTC')::timestamp)", [name]
                )
            LOG.debug("migrations: %s", name)
    return fresh


def _declared() -> dict[str, str]:
    """The SQL of each migration by its name, such as 0001_columns_of_the_sync_engine."""
    return {
        entry.name.removesuffix(".sql"): entry.read_text(encoding="utf-8")
        for entry in files(__package__).iterdir()
        if entry.name.endswith(".sql")
    }
