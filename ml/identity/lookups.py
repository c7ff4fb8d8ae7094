"""What values mean, found once: a costly function of raw values is asked only for those that no earlier run saw."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from ml.identity.tables import save


@cache
def package_rules() -> str:
    """A digest of this package: what other rules found is not found."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.rglob("*")):
        if path.suffix in {".py", ".sql", ".csv"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def look_up(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    query: str,
    results: list[str],
    function: Callable[..., tuple[str | None, ...]],
    *,
    settings: Mapping[str, str] | None = None,
) -> None:
    """Make the view `table`: one row per distinct raw value of the query and what `function` makes of it.

    `ml.<table>` keeps exactly these rows for the next run, which asks for new values only. `settings` is what the
    function reads beside the value; when it or this package changed, all are found anew.
    """
    cursor = connection.execute(f"create or replace temp table asked as select distinct * from ({query})")
    raw = [column[0] for column in connection.execute("select * from asked limit 0").description or ()]
    cursor.execute(f"delete from asked where {raw[0]} is null")
    digest = hashlib.sha256(f"{package_rules()}{sorted((settings or {}).items())}".encode()).hexdigest()
    same = " and ".join(f"asked.{column} is not distinct from kept.{column}" for column in raw)
    is_kept = connection.execute("select 1 from ml.lookups where lookup = ? and rules = ?", [table, digest]).fetchone()
    if is_kept:
        connection.execute(f"delete from ml.{table} as kept where not exists (from asked where {same})")
        connection.execute(f"delete from asked where exists (from ml.{table} as kept where {same})")
    rows = [(*row, *function(*row)) for row in connection.execute("from asked").fetchall()]
    if rows or not is_kept:
        save(connection, "found", dict.fromkeys([*raw, *results], pa.string()), rows)
        if is_kept:
            connection.execute(f"insert into ml.{table} from found")
        else:
            connection.execute(f"create or replace table ml.{table} as from found")
            connection.execute("delete from ml.lookups where lookup = ?", [table])
            connection.execute("insert into ml.lookups values (?, ?)", [table, digest])
    connection.execute(f"create or replace temp view {table} as from ml.{table}")
