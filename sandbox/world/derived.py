"""Further systems over the same market, made when they are first served."""

from importlib.resources import files
from pathlib import Path

import duckdb


def populate(home: Path, schema: str) -> None:
    """Add a schema to `home/world.duckdb` by `schema/<schema>.sql`, once."""
    with duckdb.connect(str(home / "world.duckdb")) as connection:
        if not connection.execute("select 1 from duckdb_schemas() where schema_name = ?", [schema]).fetchall():
            connection.execute("set timezone = 'UTC'")
            connection.execute("begin")
            connection.execute(files("sandbox.world.schema").joinpath(f"{schema}.sql").read_text("utf-8"))
            connection.execute("commit")
