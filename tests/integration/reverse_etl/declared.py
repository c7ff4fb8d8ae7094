"""The syncs as they are declared, over a model that a test fills."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

import reverse_etl
from reverse_etl.destinations import Destination
from reverse_etl.engine import run
from reverse_etl.report import SyncReport
from reverse_etl.spec import SyncSpec, load_specs
from tests.integration.conftest import ROOT, RunningSandbox

SPECS = load_specs(Path(reverse_etl.__file__).parent / "syncs")
FIELD_MAP = ROOT / "dbt_project" / "seeds" / "field_map.csv"


@dataclass
class Desk:
    """A warehouse with one sync's model, and the destination that it goes to."""

    warehouse: Path
    sandbox: RunningSandbox
    spec: SyncSpec
    destination: Destination
    write_mode: str = ""  # what a person sets in field_map.csv to turn the sync on

    def want(self, rows: list[dict[str, Any]]) -> None:
        """Let the model hold these rows."""
        with duckdb.connect(str(self.warehouse)) as con:
            con.execute("create schema if not exists activation; create schema if not exists seeds")
            con.execute(f"create or replace table seeds.field_map as from read_csv('{FIELD_MAP}', all_varchar = true)")
            if self.write_mode:
                con.execute(
                    "update seeds.field_map set write_mode = ? where sync = ?", [self.write_mode, self.spec.name]
                )
            columns = self._columns()
            con.execute(f"create or replace table {self.spec.model} ({', '.join(columns)})")
            names = [column.split()[0] for column in columns]
            marks = ", ".join("?" for _ in names)
            for row in rows:
                con.execute(f"insert into {self.spec.model} values ({marks})", [row.get(name) for name in names])

    def run(self, **options: Any) -> SyncReport:
        """Run the sync."""
        return run(self.spec, warehouse=self.warehouse, destination=self.destination, **options)

    def _columns(self) -> list[str]:
        with FIELD_MAP.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["sync"] == self.spec.name]
        types = {"double": "double", "date": "date"}
        mapped = {row["column_name"]: types.get(row["data_type"], "varchar") for row in rows}
        others = dict.fromkeys([self.spec.key.column, *self.spec.reasons.values()], "varchar")
        return [f"{name} {kind}" for name, kind in {**others, **mapped}.items()]
