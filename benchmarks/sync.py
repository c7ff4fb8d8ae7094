"""Reverse ETL: the plan of a million records, 100,000 updates through Bulk, kills and cuts, beside a row-by-row upsert.

Full size: a plan of 1,000,000 x 10 fields, 100,000 Salesforce updates, 100 kills and 100 cuts of runs that have 20,000
records to write; quick: a tenth of the rows, five kills and five cuts. The baseline is what one would otherwise write:
simple-salesforce, one upsert per row. Parts, each under ten minutes on an idle machine (`--part`): plan, updates,
faults_1 ... faults_5; without one, all of them, two pieces of faults at a time, added up.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa
import requests
from rich.console import Console
from simple_salesforce import Salesforce

from benchmarks.keyed_leads import KEY
from benchmarks.metrics import Metric
from benchmarks.processes import running_sandbox
from benchmarks.sync_faults import Trial, suffer
from connections.salesforce import SalesforceCredentials, open_salesforce
from reverse_etl import ledger
from reverse_etl.destinations.salesforce import SalesforceDestination
from reverse_etl.engine import run as run_sync
from reverse_etl.mapping import read_mapping
from reverse_etl.plan import PlanTerms, make_plan
from reverse_etl.spec import SyncSpec

FIELDS = 10
_PIECES = 5  # of the kills and cuts
_ATTEMPTS = 3  # of a plan; the fastest is told, for whatever else the machine does only adds
NOW = datetime(2026, 11, 22)  # noqa: DTZ001 - the ops tables hold UTC without a zone
LEADS = SyncSpec.model_validate(
    {
        "name": "salesforce__scores",
        "model": "activation.scores",
        "destination": "salesforce",
        "object": "Lead",
        "key": {"column": "lead_id", "field": "Id"},
        "mode": "update",
        "guards": {"approval_above_records": 10**9},
    }
)
WIDE = SyncSpec.model_validate(
    {
        "name": "wide",
        "model": "activation.wide",
        "destination": "salesforce",
        "object": "Account",
        "key": {"column": "record_key", "field": "Id"},
        "mode": "update",
    }
)


def plan_wide(folder: Path, rows: int) -> None:
    """In a process of its own: diff with 1% changed, then an unchanged plan; prints seconds, seconds, peak bytes."""
    columns = ", ".join(f"'value ' || hash(i * {n}) % 1000 as f{n}" for n in range(1, FIELDS + 1))
    with duckdb.connect(str(folder / "wide.duckdb")) as con:
        con.execute("create schema activation")
        con.execute("create schema seeds")
        con.execute(
            f"create table activation.wide as select 'k' || i as record_key, {columns} from range({rows}) as r(i)"
        )
        _map(con, "wide", {f"f{n}": f"F{n}__c" for n in range(1, FIELDS + 1)})
        ledger.prepare(con)
        mapping = read_mapping(con, WIDE)
        targets = [field.target for field in mapping.fields]
        ledger.prepare_ledger(con, WIDE.name, targets)
        make_plan(con, WIDE, mapping, PlanTerms(NOW))
        cells = ", ".join(
            f'{{"value": f{n}, "acknowledged_at": timestamp \'{NOW}\', "run_id": \'r\'}} as "F{n}__c"'
            for n in range(1, FIELDS + 1)
        )
        con.execute(f"insert into {ledger.table(WIDE.name)} by name select record_key, {cells} from activation.wide")
        con.execute("update activation.wide set f1 = 'changed' where hash(record_key) % 100 = 0")
        con.execute("checkpoint")

        def timed() -> tuple[int, float]:
            spans = []
            for _ in range(_ATTEMPTS):
                started = time.monotonic()
                planned = make_plan(con, WIDE, mapping, PlanTerms(NOW)).planned
                spans.append(time.monotonic() - started)
            return planned, min(spans)

        changed, diff = timed()
        con.execute("update activation.wide set f1 = 'value ' || hash(substr(record_key, 2)::bigint) % 1000")
        unchanged, replan = timed()
    if not changed or unchanged:
        raise RuntimeError(f"{changed:,} changed and {unchanged:,} unchanged records were planned")
    print(diff, replan, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def _map(con: duckdb.DuckDBPyConnection, sync: str, fields: dict[str, str]) -> None:
    names = ("sync", "column_name", "target_field", "write_mode", "direction", "authority")
    con.execute(f"create table seeds.field_map ({', '.join(f'{name} varchar' for name in names)})")
    rows = [[sync, column, target, "always", "push", "marketmap"] for column, target in fields.items()]
    con.executemany("insert into seeds.field_map values (?, ?, ?, ?, ?, ?)", rows)


def _wide(folder: Path, rows: int) -> list[Metric]:
    command = [sys.executable, "-m", "benchmarks.sync", str(folder), str(rows)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"the plan failed:\n{ended.stderr[-2000:]}")
    diff, replan, peak = map(float, ended.stdout.split())
    return [
        Metric("diff_1m_seconds", diff, "s"),
        Metric("diff_peak_gb", peak / 1e9, "GB"),
        Metric("replan_seconds", replan, "s", "diff_1m_seconds"),
    ]


def _credentials(environment: dict[str, str]) -> SalesforceCredentials:
    names = ("base_url", "client_id", "client_secret")
    return SalesforceCredentials(**{name: environment[f"SALESFORCE_{name.upper()}"] for name in names})


def _updates(environment: dict[str, str], folder: Path, rows: int) -> list[Metric]:
    """Update `rows` leads through Bulk 2.0, by the calls and seconds of the run."""
    warehouse = folder / "updates.duckdb"
    with open_salesforce(_credentials(environment), daily_budget_ratio=1.0) as connection:
        destination = SalesforceDestination(connection)
        with duckdb.connect(str(warehouse)) as con:
            con.execute("create schema activation")
            con.execute("create schema seeds")
            con.register("ids", _make_leads(destination, rows))
            con.execute("create table activation.scores as select remote_id as lead_id, 42.5 as score from ids")
            _map(con, LEADS.name, {"score": "Person_Score__c"})
        report = run_sync(LEADS, warehouse=warehouse, destination=destination).raise_for_status()
    if report.accepted != rows:
        raise RuntimeError(f"{report.accepted:,} of {rows:,} updates were accepted")
    return [Metric("sf_100k_api_calls", report.api_calls, "calls"), Metric("sf_100k_seconds", report.seconds, "s")]


def _make_leads(destination: SalesforceDestination, rows: int) -> pa.Table:
    """Leads to update, made through Bulk; their ids."""
    from reverse_etl.destinations import CELLS, RECORDS, Batch

    keys = [f"b{number}" for number in range(rows)]
    records = pa.table([keys, *(pa.nulls(rows, pa.string()) for _ in RECORDS.names[1:])], schema=RECORDS)
    fields = ["Company", "LastName"]
    cells = pa.table([[k for k in keys for _ in fields], fields * rows, ["Bench", "Lead"] * rows], schema=CELLS)
    batch = Batch("Lead", "create", records, cells, "bulk", KEY, lambda _ticket: None)
    return destination.write(batch)


def _row_by_row(environment: dict[str, str], rows: int) -> list[Metric]:
    """What one would otherwise write: an upsert per row with simple-salesforce."""
    with open_salesforce(_credentials(environment)) as connection:
        token = connection.request("GET", "limits").request.headers["Authorization"].removeprefix("Bearer ")
    calls = 0
    with requests.Session() as session:
        session.trust_env = False
        session.verify = environment["SSL_CERT_FILE"]
        client = Salesforce(instance_url=environment["SALESFORCE_BASE_URL"], session_id=token, session=session)
        started = time.monotonic()
        for number in range(rows):
            client.Lead.upsert(
                f"{KEY}/row{number}", {"LastName": f"Row {number}", "Company": "C", "Person_Score__c": 1}
            )
            calls += 1
        seconds = time.monotonic() - started
    return [
        Metric("row_by_row_1k_api_calls", calls * 1000 / rows, "calls", "sf_100k_api_calls"),
        Metric("row_by_row_1k_seconds", seconds * 1000 / rows, "s", "sf_100k_seconds"),
    ]


def plan(*, quick: bool, console: Console) -> list[Metric]:
    """The plan of a million records of which one in a hundred has changed, and the plan after it."""
    rows = 100_000 if quick else 1_000_000
    console.print(f"Planning {rows:,} records x {FIELDS} fields ...")
    with tempfile.TemporaryDirectory(prefix="marketmap-sync-") as scratch:
        return _wide(Path(scratch), rows)


def updates(*, quick: bool, console: Console) -> list[Metric]:
    """100,000 updates through Bulk 2.0, and what one would otherwise write."""
    rows = 10_000 if quick else 100_000
    with tempfile.TemporaryDirectory(prefix="marketmap-sync-") as scratch:
        folder = Path(scratch)
        with running_sandbox(folder / "sandbox", 200, 7) as environment:
            os.environ["SSL_CERT_FILE"] = environment["SSL_CERT_FILE"]
            with Trial(environment, folder / "faults.duckdb", records=200) as trial:
                trial.prepare()  # makes the key's field
            console.print(f"Updating {rows:,} records through Bulk 2.0 ...")
            metrics = _updates(environment, folder, rows)
            console.print("The same row by row with simple-salesforce ...")
            return metrics + _row_by_row(environment, 200 if quick else 1_000)


def faults(pieces: Sequence[int], *, quick: bool, console: Console) -> list[Metric]:
    """Pieces of the kills and cuts, two at a time; raises RuntimeError when a run after one did not succeed."""
    records, each = (2_000, 1) if quick else (20_000, 100 // _PIECES)
    console.print(f"Killing {each * len(pieces)} runs of {records:,} records and cutting off as many ...")
    spawn = multiprocessing.get_context("spawn")
    # A process for each piece: its org's SSL_CERT_FILE is what those that will be killed inherit.
    with ProcessPoolExecutor(min(2, len(pieces)), spawn, max_tasks_per_child=1) as pool:
        found = list(pool.map(partial(suffer, records=records, faults=each), pieces))
    return [
        Metric("kills", sum(one.kills for one in found), "kills"),
        Metric("cuts", sum(one.cuts for one in found), "cuts"),
        Metric("lost_rows", sum(one.lost for one in found), "records"),
        Metric("duplicate_rows", sum(one.duplicates for one in found), "records"),
        Metric("forbidden_overwrites", sum(one.overwritten for one in found), "records"),
    ]


_NUMBERS = range(1, _PIECES + 1)
PARTS: dict[str, Callable[..., list[Metric]]] = {
    "plan": plan,
    "updates": updates,
    **{f"faults_{piece}": partial(faults, [piece]) for piece in _NUMBERS},
}


def run(*, quick: bool, console: Console) -> list[Metric]:
    """Measure plan, updates, row-by-row baseline and faults; raises RuntimeError when a step does not end well."""
    measured = [*plan(quick=quick, console=console), *updates(quick=quick, console=console)]
    return [*measured, *faults(_NUMBERS, quick=quick, console=console)]


if __name__ == "__main__":
    plan_wide(Path(sys.argv[1]), int(sys.argv[2]))
