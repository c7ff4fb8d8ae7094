"""What was built, tested or matched last, and from what: fingerprints by name, in the warehouse itself.

They stand in `ops.built_nodes`, so that a restored or deleted warehouse cannot disagree with them, and an erasure
forgets all of them at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import duckdb

_TABLE = """
create schema if not exists ops;
create table if not exists ops.built_nodes (unique_id varchar primary key, fingerprint varchar not null);
"""


def remembered(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    """Every fingerprint by name."""
    connection.execute(_TABLE)
    return dict(connection.execute("select unique_id, fingerprint from ops.built_nodes").fetchall())


def forget(connection: duckdb.DuckDBPyConnection, names: Collection[str]) -> None:
    """To be called before the work: of what is killed midway nothing is known."""
    connection.execute(_TABLE)
    connection.execute("delete from ops.built_nodes where list_contains(?, unique_id)", [sorted(names)])


def forget_all(connection: duckdb.DuckDBPyConnection) -> None:
    """So that the next run does not take what is left of a table for the whole of it."""
    connection.execute(_TABLE)
    connection.execute("delete from ops.built_nodes")


def remember(connection: duckdb.DuckDBPyConnection, fingerprints: Mapping[str, str]) -> None:
    """To be called after the work."""
    connection.execute(_TABLE)
    rows = [list(fingerprints.keys()), list(fingerprints.values())]
    connection.execute("insert or replace into ops.built_nodes select unnest(?), unnest(?)", rows)
