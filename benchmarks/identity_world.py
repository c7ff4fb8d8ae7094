"""A generated world as a warehouse that identity can resolve, with its truth beside it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pyarrow as pa

from sandbox.services.zoominfo.matching import find
from sandbox.world.generation import generate
from sandbox.world.scale import Dirt

AS_OF = dt.date(2026, 11, 20)
RECORDS = Path(__file__).with_name("identity_records.sql")


def make_warehouse(folder: Path, *, accounts: int, seed: int, dirt: Dirt) -> Path:
    """Generate a world into the folder and put its records into `warehouse.duckdb`; `truth.duckdb` lies beside it."""
    generate(folder, accounts=accounts, seed=seed, as_of=AS_OF, dirt=dirt)
    return load_records(folder)


def load_records(folder: Path) -> Path:
    """Make `warehouse.duckdb` anew from the world in the folder."""
    warehouse, world = folder / "warehouse.duckdb", folder / "world.duckdb"
    warehouse.unlink(missing_ok=True)
    enriched = _enrich(world)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(f"attach '{world}' as world (read_only)")
        connection.register("answers", enriched)
        connection.execute("create temp table enriched as select * from answers")
        connection.execute(RECORDS.read_text("utf-8"))
    return warehouse


def _enrich(world: Path) -> pa.Table:
    """What the vendor's own matching answers for every live account: right mostly, not always."""
    with duckdb.connect(str(world), read_only=True) as connection:
        asked = connection.execute(
            """select "Id", "Name", "Website", "BillingCountry" from salesforce."Account"
            where not "IsDeleted" order by 1"""
        ).fetchall()
        inputs = [
            {"companyName": name, "companyWebsite": website, "companyCountry": country}
            for _, name, website, country in asked
        ]
        answers = find(connection, inputs, ["id"])
    found = [(row[0], answer["id"]) for row, answer in zip(asked, answers, strict=True) if answer]
    return pa.table(
        {
            "record_id": pa.array([record for record, _ in found], pa.string()),
            "vendor_id": pa.array([vendor for _, vendor in found], pa.int64()),
        }
    )
