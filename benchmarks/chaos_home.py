"""An installation under observation: runs of the job, what readers see, what the CRM holds, what people are told."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import httpx

from orchestration import contents

# What each account should hold, of the fields that we alone write and the accounts that we may write to.
_DESIRED = """
select salesforce_account_id, account_tier, icp_fit_score, cast(account_valuation as double)
from activation.sync_salesforce__accounts where not coalesce(prevent_override, false)
"""
_FIELDS = ("Account_Tier__c", "ICP_Fit_Score__c", "Account_Valuation__c")
_PATIENCE_SECONDS = 1200


@dataclass
class Installation:
    """One MARKETMAP_HOME with the sandbox's systems in its environment."""

    home: Path
    environment: dict[str, str]
    alerted: set[str] = field(default_factory=set)

    def start(self, extra: Mapping[str, str] | None = None, *, file_bytes: int | None = None) -> subprocess.Popen[str]:
        """Start the job; `file_bytes` is the size beyond which no file can grow, as on a full disk."""
        program = "from orchestration.cli import main; main(['run'])"
        if file_bytes is not None:
            program = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({file_bytes},) * 2); {program}"
            program = f"import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); {program}"
        return subprocess.Popen(
            [sys.executable, "-c", program],
            env={**os.environ, **self.environment, "MARKETMAP_HOME": str(self.home), **(extra or {})},
            cwd=self.home.parent,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def run(self, extra: Mapping[str, str] | None = None, *, file_bytes: int | None = None) -> int:
        """Run the job to its end; returns its exit code."""
        process = self.start(extra, file_bytes=file_bytes)
        process.communicate(timeout=_PATIENCE_SECONDS)
        return process.returncode

    def kill_after(self, seconds: float) -> bool | None:
        """Kill the job without warning so many seconds after its start; whether its run had begun, None if all ended.

        A process that had only read its settings leaves nothing behind that anybody had to be told of.
        """
        process = self.start()
        try:
            process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            return (self.home / "run.lock").stat().st_size > 0
        return None

    def is_published_intact(self) -> bool:
        """Whether each published table holds exactly what the file says that was published, all of one piece."""
        published = self.home / "published.duckdb"
        if not published.exists():
            return False
        with duckdb.connect(str(published), read_only=True) as connection:
            known = connection.execute("select table_name, content_hash from meta.published_tables").fetchall()
            return bool(known) and all(contents.content(connection, table).digest == digest for table, digest in known)

    def wrong_crm_values(self, salesforce: httpx.Client) -> int:
        """Fields of accounts that do not hold what the warehouse says."""
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as connection:
            desired = {key: values for key, *values in connection.execute(_DESIRED).fetchall()}
        query = f"SELECT Id, {', '.join(_FIELDS)} FROM Account"
        page = salesforce.get("/query", params={"q": query}).raise_for_status().json()
        records = page["records"]
        while not page["done"]:
            page = salesforce.get(page["nextRecordsUrl"].partition("/v59.0")[2]).raise_for_status().json()
            records += page["records"]
        held = {record["Id"]: [record[name] for name in _FIELDS] for record in records}
        return sum(
            _shown(ours) != _shown(theirs)
            for key, values in desired.items()
            for ours, theirs in zip(values, held.get(key, ["gone"] * len(values)), strict=True)
        )

    def new_alerts(self) -> list[str]:
        """The problems that were opened since this was asked last, standing warnings of the market left out."""
        path = self.home / "alerts.json"
        entries = json.loads(path.read_text(encoding="utf-8")) if path.exists() else []
        opened = {f"{entry['key']} {entry['opened_at']}": entry for entry in entries}
        fresh = [entry for mark, entry in opened.items() if mark not in self.alerted]
        self.alerted |= opened.keys()
        return [entry["key"] for entry in fresh if entry["severity"] == "error" or entry["key"].startswith("run:")]


def _shown(value: object) -> object:
    return value if value is None or isinstance(value, str) else round(float(str(value)), 2)


def salesforce(environment: Mapping[str, str]) -> httpx.Client:
    """The CRM as a person sees it."""
    verify = environment["SSL_CERT_FILE"]
    base = environment["SALESFORCE_BASE_URL"]
    answer = httpx.post(
        f"{base}/services/oauth2/token",
        data={
            "grant_type": "password",
            "client_id": environment["SALESFORCE_CLIENT_ID"],
            "client_secret": environment["SALESFORCE_CLIENT_SECRET"],
            "username": environment["SANDBOX_PERSON_USERNAME"],
            "password": environment["SANDBOX_PERSON_PASSWORD"],
        },
        verify=verify,
    )
    token = answer.raise_for_status().json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"{base}/services/data/v59.0", headers=headers, verify=verify, timeout=60)


def locked(warehouse: Path, seconds: float) -> subprocess.Popen[bytes]:
    """Another program that holds the warehouse file open for so long."""
    program = (
        "import duckdb, sys, time; c = duckdb.connect(sys.argv[1]); print(flush=True); time.sleep(float(sys.argv[2]))"
    )
    process = subprocess.Popen([sys.executable, "-c", program, str(warehouse), str(seconds)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    time.sleep(0.1)
    return process
