"""A market of 200 accounts behind the sandbox's services, and `marketmap` as a person runs it: another process."""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import httpx
import pytest

from tests.integration.conftest import ROOT, RunningSandbox, running_sandbox
from tests.integration.dbt_project.project import hand_over

SYNCED = (
    "Account_Tier__c",
    "ICP_Fit_Score__c",
    "Account_Valuation__c",
    "Intelligence_Score__c",
    "Last_Intent_Topic__c",
)
MARKET = ("--accounts", "200", "--seed", "7")
_COMMAND_LINE = "from orchestration.cli import main; main()"
_JOB = """
import sys
from orchestration import settings
from orchestration.job import Job
report = Job(settings.load()).run(sys.argv[1])
for failure in report.failures:
    print("✗", failure.step, *failure.lines, file=sys.stderr)
sys.exit(not report.succeeded)
"""
_ADDRESS = re.compile(r"http://[\w.:]+\d")


@dataclass
class Outcome:
    """How a command ended; `lines` is what it said on stderr beside progress."""

    code: int
    stdout: str
    stderr: str

    @property
    def faults(self) -> list[str]:
        """The lines marked as faults."""
        return [line.removeprefix("✗ ") for line in self.stderr.splitlines() if line.startswith("✗ ")]


@dataclass
class Installation:
    """One MARKETMAP_HOME with the sandbox's systems in its environment."""

    home: Path
    environment: dict[str, str]
    folder: Path
    extra: dict[str, str] = field(default_factory=dict)

    def marketmap(self, *arguments: str, **environment: str) -> Outcome:
        """Run a command to its end."""
        return self._run(_COMMAND_LINE, *arguments, **environment)

    def job(self, name: str) -> Outcome:
        """Run a job as its sensor or schedule starts it."""
        return self._run(_JOB, name)

    @contextmanager
    def collecting(self, key: str) -> Iterator[str]:
        """`marketmap collect` on a free port, with the key that lets programs in; gives its address."""
        command = [sys.executable, "-c", _COMMAND_LINE, "collect", "--port", "0"]
        variables = self._variables() | {"COLLECTOR_KEY": key, "PYTHONUNBUFFERED": "1"}
        process = subprocess.Popen(command, env=variables, cwd=self.folder, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        try:
            yield next(found[0] for line in process.stdout if (found := _ADDRESS.findall(line)))
        finally:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=30)

    def _run(self, program: str, *arguments: str, **environment: str) -> Outcome:
        command, variables = [sys.executable, "-c", program, *arguments], self._variables() | environment
        done = subprocess.run(command, env=variables, cwd=self.folder, capture_output=True, text=True, check=False)
        return Outcome(done.returncode, done.stdout, done.stderr)

    def _variables(self) -> dict[str, str]:
        own = {"PATH": os.environ["PATH"], "HOME": str(self.folder), "PYTHONPATH": str(ROOT)}
        return own | {**self.environment, "MARKETMAP_HOME": str(self.home), **self.extra}

    def warehouse(self, query: str) -> list[tuple[object, ...]]:
        """Ask the working file, between runs."""
        with duckdb.connect(str(self.home / "warehouse.duckdb"), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def digests(self) -> dict[str, str]:
        """What the two files of the warehouse hold, byte for byte."""
        files = (self.home / "warehouse.duckdb", self.home / "published.duckdb")
        return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files if file.exists()}


@dataclass
class Crm:
    """What a person who works in the CRM sees and does."""

    client: httpx.Client

    def accounts(self, *fields: str) -> dict[str, dict[str, object]]:
        """Live accounts by id."""
        query = f"SELECT Id, {', '.join(fields)} FROM Account"
        page = self.client.get("/query", params={"q": query}).raise_for_status().json()
        records = page["records"]
        while not page["done"]:
            page = self.client.get(page["nextRecordsUrl"].partition("/v59.0")[2]).raise_for_status().json()
            records += page["records"]
        return {record["Id"]: {name: record[name] for name in fields} for record in records}

    def change(self, account_id: str, **values: object) -> None:
        """Edit one account."""
        self.client.patch(f"/sobjects/Account/{account_id}", json=values).raise_for_status()


@pytest.fixture(scope="session")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSandbox]:
    """The sandbox, for all tests."""
    with running_sandbox(tmp_path_factory.mktemp("market"), *MARKET) as running:
        yield running


@pytest.fixture(scope="module")
def person(market: RunningSandbox) -> Iterator[httpx.Client]:
    """The CRM as somebody who works in it sees it."""
    with market.salesforce(person=True) as client:
        yield client


@pytest.fixture(scope="session")
def crm(market: RunningSandbox) -> Iterator[Crm]:
    """The CRM as a person uses it."""
    with market.salesforce(person=True) as client:
        yield Crm(client)


@pytest.fixture(scope="session")
def installation(market: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """An installation before its first run."""
    folder = tmp_path_factory.mktemp("person")
    hand_over(folder / ".marketmap")
    return Installation(folder / ".marketmap", market.env, folder)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the dbt project, to be broken."""
    return copied_project(tmp_path)


def copied_project(folder: Path) -> Path:
    """The dbt project copied into a folder."""
    left_out = shutil.ignore_patterns("target", "logs", ".user.yml")
    return Path(shutil.copytree(ROOT / "dbt_project", folder / "dbt_project", ignore=left_out))


def edit_seed(project: Path, seed: str, before: str, after: str) -> None:
    """Change what stands in a seed of a project, as RevOps would."""
    file = project / "seeds" / f"{seed}.csv"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
