"""A sync of leads that is killed, or cut off from the network, at random instants; the next run must heal each.

The org holds leads that a person made (some with a title, which only fills blanks of ours may touch); the model wants
values on those and leads of its own. Every round changes the model, runs the sync into its fate, runs it once more and
compares the org with the model.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any, Self

import duckdb
import httpx
import pyarrow as pa

from benchmarks.keyed_leads import FIELDS, KEY, SPEC, Setting
from benchmarks.processes import running_sandbox
from connections.http import Connection
from connections.salesforce import SalesforceCredentials, open_salesforce

_ENDLESS = 1_000_000  # times that a fault strikes: until it is switched off


@dataclass
class Findings:
    """What was found wrong, over all rounds; all but the first two should stay zero."""

    kills: int = 0
    cuts: int = 0
    lost: int = 0
    duplicates: int = 0
    overwritten: int = 0
    unhealed: list[str] = field(default_factory=list)


def _doomed(setting: Setting, started: Event) -> None:
    started.set()
    setting.run()


class Trial:
    """An org, a warehouse, and the rounds."""

    def __init__(self, environment: dict[str, str], warehouse: Path, *, records: int) -> None:
        names = ("base_url", "client_id", "client_secret")
        credentials = {name: environment[f"SALESFORCE_{name.upper()}"] for name in names}
        self.setting = Setting(str(warehouse), credentials, max(20, records // 5))
        self.control = httpx.Client(base_url=environment["SANDBOX_CONTROL_URL"], timeout=60)
        self._records = records
        self._chance = random.Random()  # noqa: S311 - instants, not secrets
        self._seconds = max(1.0, records / 1_000)
        self._processes = multiprocessing.get_context("forkserver")
        self._processes.set_forkserver_preload(["benchmarks.sync_faults"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.control.close()

    def prepare(self) -> None:
        """Let a person make half of the leads, and the model want all of them."""
        made = {"object": "Lead", "field": KEY, "type": "string", "length": 64, "external_id": True, "unique": True}
        self.control.post("/schema", json=made).raise_for_status()
        with self._person() as connection:
            for start in range(0, self._records // 2, 200):
                numbers = range(start, min(start + 200, self._records // 2))
                leads = [_lead(number) for number in numbers]
                connection.request("POST", "composite/sobjects", json={"records": leads}, idempotent=True)
        with duckdb.connect(self.setting.warehouse) as con:
            con.execute("create schema activation")
            con.execute("create schema seeds")
            con.execute(f"""
                create table activation.keyed_leads as
                select 'k' || n as lead_key, 'Lead ' || n as last_name, 'O''Brien & Söhne' as company,
                    0::double as score, 'ours' as title
                from range({self._records}) as numbers(n)
            """)
            con.execute("create table seeds.field_map (sync varchar, column_name varchar, target_field varchar, "
                        "write_mode varchar, direction varchar, authority varchar)")  # fmt: skip
            rows = [[SPEC.name, *fields, "push", "marketmap"] for fields in FIELDS]
            con.executemany("insert into seeds.field_map values (?, ?, ?, ?, ?, ?)", rows)

    def rounds(self, findings: Findings, *, kills: int, cuts: int, say: Callable[[str], None], seed: int = 7) -> None:
        """Kill and cut off as many runs, at instants drawn by `seed`, and judge what the next run made of each."""
        self._chance.seed(seed)
        while findings.kills < kills or findings.cuts < cuts:
            self._change()
            if findings.kills < kills and (findings.kills <= findings.cuts or findings.cuts == cuts):
                findings.kills += self._kill()
            else:
                findings.cuts += self._cut()
            report = self.setting.run()
            if report.status != "succeeded":
                findings.unhealed.append(f"{report.status}: {report.message}")
            self._judge(findings)
            say(f"{findings.kills} kills, {findings.cuts} cuts: {findings.lost} lost, {findings.duplicates} duplicate")

    def _change(self) -> None:
        """Change every record of the model and let a few be new: a run has creates and updates to do."""
        with duckdb.connect(self.setting.warehouse) as con:
            con.execute("update activation.keyed_leads set score = score + 1")
            con.execute(f"""
                insert into activation.keyed_leads
                select 'n' || n, 'New ' || n, 'Söhne', 1, 'ours'
                from (select (select count(*) from activation.keyed_leads) + i as n
                    from range({max(1, self._records // 200)}) as more(i))
            """)

    def _kill(self) -> int:
        """Run in another process and kill it at a random instant; 1 if it died of that."""
        started = self._processes.Event()
        process = self._processes.Process(target=_doomed, args=(self.setting, started))
        process.start()
        started.wait(60)
        began = time.monotonic()
        process.join(self._chance.uniform(0.0, self._seconds))
        if process.is_alive():
            process.kill()
        seconds = time.monotonic() - began
        process.join()
        if process.exitcode not in (0, -signal.SIGKILL):
            raise RuntimeError(f"the run that was to be killed failed by itself (exit code {process.exitcode})")
        return self._hit(process.exitcode == -signal.SIGKILL, seconds)

    def _cut(self) -> int:
        """Run while the network goes away at a random instant, for requests or for answers, and comes back later.

        It stays away until a request was lost; 1 if one was before the run came to its end.
        """
        instant, ended, lost = self._chance.uniform(0.0, self._seconds), threading.Event(), threading.Event()

        def outage() -> None:
            if ended.wait(instant):
                return
            kind = self._chance.choice(["drop_before", "drop_after_commit"])
            fault = {"service": "salesforce", "kind": kind, "path": ".", "count": _ENDLESS}
            self.control.post("/faults", json=fault).raise_for_status()
            while not ended.wait(0.05) and not lost.is_set():
                if self.control.get("/faults").json()[0]["count"] < _ENDLESS:
                    lost.set()
            time.sleep(self._chance.uniform(0.05, 1.0))
            self.control.delete("/faults")

        cable = threading.Thread(target=outage)
        began = time.monotonic()
        cable.start()
        self.setting.run()
        seconds = time.monotonic() - began
        ended.set()
        cable.join()
        return self._hit(lost.is_set(), seconds)

    def _hit(self, is_hit: bool, seconds: float) -> int:
        """1 for a fault that met the run; how long a run takes is learned from those that met none, so that instants
        fall on the whole of it.
        """
        self._seconds = self._seconds * 1.1 if is_hit else max(0.2, seconds)
        return int(is_hit)

    def _judge(self, findings: Findings) -> None:
        """Compare the org with the model, record by record."""
        held = self._held()
        with duckdb.connect(self.setting.warehouse) as con:
            con.register("held", held)
            lost, doubled, overwritten = con.execute("""
                with kept as (
                    select lead_key, count(*) as records, any_value(score) as score, any_value(title) as title
                    from held group by lead_key
                )
                select
                    count(*) filter (where kept.lead_key is null or kept.score <> wanted.score),
                    coalesce(sum(kept.records - 1), 0),
                    count(*) filter (where kept.title is distinct from if(
                        wanted.lead_key[1] = 'k' and coalesce(try_cast(wanted.lead_key[2:] as int) % 40, 0) <> 0
                            and try_cast(wanted.lead_key[2:] as int) < ?, 'theirs', 'ours'
                    ))
                from activation.keyed_leads as wanted
                left join kept on wanted.lead_key = kept.lead_key
            """, [self._records // 2]).fetchall()[0]  # fmt: skip
        findings.lost += int(lost)
        findings.duplicates += int(doubled)
        findings.overwritten += int(overwritten)

    def _held(self) -> pa.Table:
        """lead_key, score and title of every lead with a key."""
        query = f"SELECT {KEY}, Person_Score__c, Title FROM Lead WHERE {KEY} != null"
        rows: list[dict[str, Any]] = []
        with self._person() as connection:
            page = connection.request("GET", "query", params={"q": query}).json()
            rows += page["records"]
            while not page["done"]:
                page = connection.request("GET", page["nextRecordsUrl"]).json()
                rows += page["records"]
        return pa.table(
            {
                "lead_key": pa.array([row[KEY] for row in rows], pa.string()),
                "score": pa.array([row["Person_Score__c"] for row in rows], pa.float64()),
                "title": pa.array([row["Title"] for row in rows], pa.string()),
            }
        )

    @contextmanager
    def _person(self) -> Iterator[Connection]:
        with open_salesforce(SalesforceCredentials(**self.setting.credentials), daily_budget_ratio=1.0) as connection:
            yield connection


def suffer(piece: int, records: int, faults: int) -> Findings:
    """As many kills and as many cuts in an org of their own; tells each."""
    began, findings = time.monotonic(), Findings()

    def say(line: str) -> None:
        print(f"faults_{piece}, {time.monotonic() - began:,.0f} s: {line}", flush=True)

    with tempfile.TemporaryDirectory(prefix="marketmap-sync-") as scratch:
        folder = Path(scratch)
        with running_sandbox(folder / "sandbox", 200, 7) as environment:
            os.environ["SSL_CERT_FILE"] = environment["SSL_CERT_FILE"]
            with Trial(environment, folder / "faults.duckdb", records=records) as trial:
                trial.prepare()
                trial.rounds(findings, kills=faults, cuts=faults, say=say, seed=piece)
    if findings.unhealed:
        raise RuntimeError(f"a run after a fault did not succeed: {findings.unhealed[0]}")
    return findings


def _lead(number: int) -> dict[str, Any]:
    """A lead of a person; one in forty has no title, which is ours to fill."""
    lead = {"attributes": {"type": "Lead"}, "LastName": f"Person {number}", "Company": "Theirs", KEY: f"k{number}"}
    return lead | ({"Title": "theirs"} if number % 40 else {})
