"""100,000 companies asked of a vendor in one load: calls and seconds, against ZoomInfo's sandbox.

The sandbox answers 25 records a call and keeps to the vendor's limit of calls, on the same two cores. Its market is
repeated as branches, each with a name of its own, until there are enough accounts: a question that was asked before
would be asked only once.
"""

from __future__ import annotations

import os
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import duckdb
from rich.console import Console

from benchmarks.metrics import Metric
from benchmarks.processes import running_sandbox
from connections import SalesforceCredentials, ZoomInfoCredentials
from ingestion import load
from ingestion.vendors import VendorOptions, read_rules
from ingestion.vendors.rules import Rules, Step

FULL, QUICK = 100_000, 5_000
MARKET, SEED = 400, 7
SEEDS = Path(__file__).parents[1] / "dbt_project" / "seeds"


def run(*, quick: bool, console: Console) -> list[Metric]:
    """Land the CRM, multiply its accounts, and ask for each of them."""
    records = QUICK if quick else FULL
    with tempfile.TemporaryDirectory(prefix="marketmap-enrichment-") as scratch:
        home = Path(scratch)
        with running_sandbox(home / "sandbox", MARKET, SEED) as environment:
            os.environ["SSL_CERT_FILE"] = environment["SSL_CERT_FILE"]
            _land(home, environment, records)
            console.print(f"Asking for {records:,} companies ...")
            started = time.monotonic()
            report = load(
                "zoominfo",
                ZoomInfoCredentials(
                    environment["ZOOMINFO_BASE_URL"], environment["ZOOMINFO_USERNAME"], environment["ZOOMINFO_PASSWORD"]
                ),
                warehouse=home / "warehouse.duckdb",
                state_dir=home / "state",
                options=VendorOptions(_everybody_of_one_vendor(), ("zoominfo",)),
            )
            seconds = time.monotonic() - started
        with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
            ((asked, found),) = connection.execute(
                "select count(*), count(*) filter (where zoominfo_company_id is not null) from raw_zoominfo.companies"
            ).fetchall()
    return [
        Metric("enrichment_records", asked, "records"),
        Metric("enrichment_found", found, "records"),
        Metric("enrichment_calls", report.usage.calls, "calls"),
        Metric("enrichment_seconds", seconds, "s"),
        Metric("enrichment_records_per_hour", asked / seconds * 3600, "records/h"),
    ]


def _land(home: Path, environment: dict[str, str], records: int) -> None:
    credentials = SalesforceCredentials(
        environment["SALESFORCE_BASE_URL"], environment["SALESFORCE_CLIENT_ID"], environment["SALESFORCE_CLIENT_SECRET"]
    )
    load("salesforce", credentials, warehouse=home / "warehouse.duckdb", state_dir=home / "state")
    with duckdb.connect(str(home / "warehouse.duckdb")) as connection:
        connection.execute(
            "delete from raw_salesforce.accounts where is_deleted or website is null or billing_country is null"
        )
        connection.execute(f"""
            create or replace table raw_salesforce.accounts as
            select accounts.* replace (
                accounts.id || '-' || copies.copy as id, accounts.name || ' Branch ' || copies.copy as name
            )
            from raw_salesforce.accounts as accounts
            cross join range({records}) as copies (copy)
            order by copies.copy, accounts.id
            limit {records}
        """)


def _everybody_of_one_vendor() -> Rules:
    shipped = read_rules(SEEDS)
    vendors = {
        name: replace(vendor, monthly_credits=2 * FULL, credits_per_load=2 * FULL)
        for name, vendor in shipped.vendors.items()
    }
    return replace(shipped, steps=(Step("accounts", "*", 1, "zoominfo", 0.0),), vendors=vendors)
