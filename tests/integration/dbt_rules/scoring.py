"""A market in memory, scored by the models' own compiled SQL: no dbt, a fraction of a second per model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from expectations.seeds.tables import load_tables
from tests.integration.dbt_project.project import PROJECT, run_dbt

AS_OF = "2026-06-30T12:00:00"
MODELS = (
    "int_activity_points",
    "int_account_points",
    "int_accounts__scored",
    "account_scores",
    "account_score_history",
    "account_score_trends",
    "fct_threshold_crossings",
    "account_model_scores",
    "account_product_scores",
    "int_account_topics",
    "account_recommendations",
    "mql_capacity",
    "score_feedback_reasons",
    "int_lead_status_history",
    "int_stage_subjects",
    "int_stage_log",
    "fct_stage_changes",
    "account_stages",
    "stage_conversions",
)
CHECKS = ("stages_are_set_by_who_may", "activity_types_have_a_scoring_rule", "lead_statuses_mean_a_stage")
# Histories keep their rows; those of the same key are merged.
_MERGED = {"account_score_history": "account_id", "int_lead_status_history": "salesforce_lead_id"}
_SCHEMAS = ("seeds", "staging", "intermediate", "marts")


@dataclass(frozen=True)
class Scoring:
    """SQL by model or test, the address of each model, and the columns of every table of a built home."""

    sql: Mapping[str, str]
    addresses: Mapping[str, str]
    tables: Mapping[str, str]


def compiled_in(home: Path) -> Scoring:
    """Compile the models as dbt does in a home in which they have been built once."""
    run_dbt(home, ["compile", "--select", *MODELS, *CHECKS, "--vars", f"{{as_of: '{AS_OF}'}}"])
    folder = home / "target" / "compiled" / "marketmap"
    # A unit test leaves what stood for a model under the model's name, in a folder named as its YAML file.
    found = (path for path in folder.rglob("*.sql") if path.parent.suffix != ".yml")
    files = {path.stem: path for path in found if path.stem in {*MODELS, *CHECKS}}
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        described = connection.execute(
            """select table_schema || '.' || table_name, string_agg('"' || column_name || '" ' || data_type, ', ')
            from information_schema.columns where table_schema in ? group by all""",
            [list(_SCHEMAS)],
        ).fetchall()
    sql = {name: path.read_text(encoding="utf-8") for name, path in files.items()}
    named = " ".join(sql.values())
    tables = {
        str(address): str(columns)
        for address, columns in described
        if str(address).partition(".")[2] in MODELS or '"warehouse"."{}"."{}"'.format(*str(address).split(".")) in named
    }
    return Scoring(sql, {address.partition(".")[2]: address for address in tables}, tables)


@dataclass
class Market:
    """Empty tables but for the shipped seeds; `fill` adds what is given, `build` what a model makes of it."""

    scoring: Scoring
    connection: duckdb.DuckDBPyConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = duckdb.connect()
        self.connection.execute("attach ':memory:' as warehouse; use warehouse; set threads = 1")
        for schema in _SCHEMAS:
            self.connection.execute(f"create schema {schema}")
        for address, columns in self.scoring.tables.items():
            if not address.startswith("seeds."):
                self.connection.execute(f"create table {address} ({columns})")
        seeds = [address.partition(".")[2] for address in self.scoring.tables if address.startswith("seeds.")]
        load_tables(self.connection, "warehouse.seeds", PROJECT, seeds)

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """What is done in it is undone at its end: making a market takes longer than most of what is asked of one."""
        self.connection.begin()
        try:
            yield
        finally:
            self.connection.rollback()

    def fill(self, name: str, *rows: Mapping[str, Any]) -> None:
        """Add rows to a table; columns that a row leaves out are null."""
        for row in rows:
            marks = ", ".join("?" for _ in row)
            statement = f"insert into {self.scoring.addresses[name]} ({', '.join(row)}) values ({marks})"
            self.connection.execute(statement, [*row.values()])

    def replace(self, name: str, *rows: Mapping[str, Any]) -> None:
        """These rows and no others."""
        self.connection.execute(f"delete from {self.scoring.addresses[name]}")
        self.fill(name, *rows)

    def build(self, name: str, at: str = AS_OF) -> None:
        """Replace a model's rows; a history or a log keeps its own and takes what is new."""
        address = self.scoring.addresses[name]
        sql = self.scoring.sql[name].replace(AS_OF, at).replace(AS_OF[:10], at[:10])
        self.connection.execute(f"create or replace temp table fresh as {sql}")
        if key := _MERGED.get(name):
            self.connection.execute(
                f"delete from {address} as kept using fresh"
                f" where kept.{key} = fresh.{key} and kept.valid_from = fresh.valid_from"
            )
        elif name != "int_stage_log":
            self.connection.execute(f"delete from {address}")
        self.connection.execute(f"insert into {address} by name from fresh")

    def findings(self, check: str) -> list[tuple[Any, ...]]:
        """The rows that a test of the project complains of."""
        return self.connection.execute(self.scoring.sql[check]).fetchall()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        return self.connection.execute(query).fetchall()
