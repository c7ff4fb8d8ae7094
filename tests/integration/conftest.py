"""The sandbox for integration tests: one process for the session, over a tiny hand-made world.

`sandbox` gives endpoints and credentials; `clean_sandbox` also puts everything back before the test.
"""

import datetime as dt
import json
import os
import shlex
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
TINY = {"accounts": 30, "seed": 7, "dirt": "medium"}


@dataclass
class RunningSandbox:
    """A sandbox in another process. `env` holds what sandbox.env says; `control` talks to the control endpoint."""

    env: dict[str, str]
    home: Path
    control: httpx.Client

    def reset(self) -> None:
        """Put world, faults, quotas, clock and logs back."""
        self._post("/reset", {})

    def fault(self, service: str, kind: str, **settings: Any) -> None:
        """Switch a fault on, as described in sandbox/README.md."""
        self._post("/faults", {"service": service, "kind": kind, **settings})

    def clear_faults(self) -> None:
        """Switch every fault off."""
        self.control.delete("/faults").raise_for_status()

    def faults(self) -> list[dict[str, Any]]:
        """Return the faults still in force."""
        return list(self.control.get("/faults").json())

    def edit(self, *statements: str) -> None:
        """Change the services' data by SQL; the schemas are the vendors' names."""
        self._post("/edit", {"statements": list(statements)})

    def query(self, sql: str) -> pa.Table:
        """Return what a query over the services' data finds now."""
        answer = self.control.post("/query", json={"sql": sql})
        assert answer.is_success, answer.text
        return pq.read_table(pa.BufferReader(answer.content))

    def writes(self, service: str = "", since: int = 0, **query: str) -> list[dict[str, Any]]:
        """Return the write log after a sequence number."""
        answer = self.control.get("/writes", params={"service": service, "since": str(since), **query}).json()
        return list(answer["writes"])

    def calls(self, service: str) -> dict[str, int]:
        """Return calls per route since the last reset."""
        return dict(self.control.get("/calls").json().get(service, {}).get("routes", {}))

    def add_field(self, **settings: Any) -> None:
        """Add a custom field to a Salesforce object."""
        self._post("/schema", settings)

    def remove_field(self, sobject: str, field: str) -> None:
        """Remove a custom field from a Salesforce object."""
        self._post("/schema/remove", {"object": sobject, "field": field})

    def configure(self, service: str, **settings: Any) -> None:
        """Set quotas."""
        self._post("/quotas", {"service": service, **settings})

    def merge(self, sobject: str, master: str, duplicates: list[str]) -> None:
        """Merge Salesforce records as a person would."""
        self._post("/merge", {"object": sobject, "master": master, "duplicates": duplicates})

    def advance(self, seconds: float) -> None:
        """Move the sandbox's clock on."""
        self._post("/clock", {"advance_seconds": seconds})

    def salesforce(self, *, person: bool = False) -> httpx.Client:
        """Return a client signed in as the integration user, or as a person who works in the CRM."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.env["SALESFORCE_CLIENT_ID"],
            "client_secret": self.env["SALESFORCE_CLIENT_SECRET"],
        }
        if person:
            form |= {
                "grant_type": "password",
                "username": self.env["SANDBOX_PERSON_USERNAME"],
                "password": self.env["SANDBOX_PERSON_PASSWORD"],
            }
        base = self.env["SALESFORCE_BASE_URL"]
        with self.client(base) as login:
            token = login.post("/services/oauth2/token", data=form).raise_for_status().json()["access_token"]
        client = self.client(f"{base}/services/data/v59.0")
        client.headers["Authorization"] = f"Bearer {token}"
        return client

    def client(self, base_url: str) -> httpx.Client:
        """Return a client that trusts the sandbox's authority."""
        trust = ssl.create_default_context(cafile=self.env["SSL_CERT_FILE"])
        return httpx.Client(base_url=base_url, verify=trust, timeout=30)

    def _post(self, path: str, body: dict[str, Any]) -> None:
        self.control.post(path, json=body).raise_for_status()


def make_tiny_world(home: Path) -> None:
    """Write a world of 30 accounts where `python -m sandbox --accounts 30` looks for one."""
    as_of = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
    home.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(home / "world.duckdb")) as connection:
        for schema in ("salesforce.sql", "others.sql"):
            connection.execute((ROOT / "sandbox" / "world" / "schema" / schema).read_text("utf-8"))
        connection.execute(f"set variable as_of = date '{as_of}'")
        connection.execute(Path(__file__).with_name("tiny_world.sql").read_text("utf-8"))
    (home / "world.json").write_text(json.dumps(TINY | {"as_of": as_of.isoformat()}))


def start_sandbox(home: Path, *arguments: str, env_file: Path | None = None) -> subprocess.Popen[bytes]:
    """Start `python -m sandbox` and wait until it has written its environment."""
    env_file = env_file or home / "sandbox.env"
    env_file.unlink(missing_ok=True)
    command = [sys.executable, "-m", "sandbox", "--home", str(home), *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    for _ in range(2400):
        if env_file.exists():
            return process
        if process.poll() is not None:
            raise RuntimeError(f"the sandbox ended with {process.returncode} before it listened")
        time.sleep(0.1)
    process.kill()
    raise RuntimeError("the sandbox did not listen within 240 s")


def read_environment(file: Path) -> dict[str, str]:
    """Return the variables of a sandbox.env."""
    lines = [line for line in file.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return {key: shlex.split(value)[0] for key, _, value in (line.partition("=") for line in lines)}


@contextmanager
def running_sandbox(home: Path, *arguments: str) -> Iterator[RunningSandbox]:
    """A sandbox for the block; it must end well, too."""
    process = start_sandbox(home, *arguments)
    environment = read_environment(home / "sandbox.env")
    try:
        with httpx.Client(base_url=environment["SANDBOX_CONTROL_URL"], timeout=60) as control:
            yield RunningSandbox(environment, home, control)
    finally:
        process.send_signal(signal.SIGTERM)
        ended = process.wait(timeout=20)
    assert ended == 0


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """A sandbox for the session; SSL_CERT_FILE points to its authority while it runs."""
    home = tmp_path_factory.mktemp("sandbox")
    make_tiny_world(home)
    with running_sandbox(home, "--accounts", "30", "--systems", "all") as running:
        before = os.environ.get("SSL_CERT_FILE")
        os.environ["SSL_CERT_FILE"] = running.env["SSL_CERT_FILE"]
        yield running
        if before is None:
            del os.environ["SSL_CERT_FILE"]
        else:
            os.environ["SSL_CERT_FILE"] = before


@pytest.fixture
def clean_sandbox(sandbox: RunningSandbox) -> RunningSandbox:
    """The session's sandbox, put back to its first state."""
    sandbox.reset()
    return sandbox
