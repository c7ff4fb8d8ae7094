"""One night of `benchmarks.serving`'s market, in a process of its own as a build is: the first also makes the market.

`python -m benchmarks.serving_market HOME ACCOUNTS VERSION` leaves a published file whose answers are all of VERSION.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import yaml

from orchestration.publication import MARTS, publish

HERE = Path(__file__).parent
MODELS = HERE.parent / "dbt_project" / "models" / "marts"
TABLES = (
    "dim_accounts",
    "dim_contacts",
    "fct_activities",
    "fct_opportunities",
    "account_scores",
    "account_score_explanations",
    "account_tiers",
    "account_valuations",
    "account_stages",
)


def main(home: Path, accounts: int, version: int) -> None:
    """Make the market if there is none, change all scores, tiers and values to `version`, and publish."""
    working = home / "warehouse.duckdb"
    is_new = not working.exists()
    with duckdb.connect(str(working)) as connection:
        if is_new:
            _create(connection)
            connection.execute(_text("serving_market.sql").format(accounts=accounts))
        connection.execute(_text("serving_version.sql").format(accounts=accounts, version=version))
    publish(working, home / "published.duckdb", MARTS)


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    """The marts, empty, with the columns and types of their contracts."""
    columns = {
        model["name"]: model["columns"]
        for file in MODELS.glob("*/*models.yml")
        for model in yaml.safe_load(file.read_text(encoding="utf-8"))["models"]
    }
    connection.execute("create schema marts")
    for table in TABLES:
        typed = ", ".join(f"{column['name']} {column['data_type']}" for column in columns[table])
        connection.execute(f"create table marts.{table} ({typed})")


def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
