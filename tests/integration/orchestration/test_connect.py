"""`marketmap connect test` in a shell: what answers, what does not and why."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.integration.conftest import RunningSandbox

MARKETMAP = Path(sys.executable).with_name("marketmap")


def connect(home: Path, env: dict[str, str], *systems: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = kept | env | {"MARKETMAP_HOME": str(home)}
    return subprocess.run(
        [MARKETMAP, "connect", "test", *systems],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )


def test_each_system_is_named_with_what_it_said(clean_sandbox: RunningSandbox, tmp_path: Path) -> None:
    names = ("SALESFORCE_", "BOMBORA_", "SSL_")
    env = {name: value for name, value in clean_sandbox.env.items() if name.startswith(names)}
    good = connect(tmp_path, env)
    assert good.returncode == 0, good.stderr
    assert "Salesforce: 1 account read" in good.stdout
    assert "Bombora: 4 weekly reports listed" in good.stdout
    bad = connect(tmp_path, env | {"BOMBORA_API_KEY": "wrong-key"})
    assert bad.returncode == 1
    assert "Salesforce: 1 account read" in bad.stdout
    assert "bombora: " in bad.stderr
    assert "BOMBORA_ credentials" in bad.stderr
    assert "wrong-key" not in bad.stderr


def test_a_system_that_is_off_says_how_to_turn_it_on(tmp_path: Path) -> None:
    off = connect(tmp_path, {}, "salesforce")
    assert off.returncode == 1
    assert "SALESFORCE_CLIENT_SECRET" in off.stderr
    unknown = connect(tmp_path, {}, "sales")
    assert unknown.returncode == 1
    assert "No system is called 'sales'" in unknown.stderr
