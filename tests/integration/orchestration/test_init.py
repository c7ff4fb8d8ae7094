"""`marketmap init`: a .env to fill in, and an answer for every system in it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.integration.conftest import ROOT, RunningSandbox


def init(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": str(ROOT), **environment}
    program = [sys.executable, "-c", "from orchestration.cli import main; main()", "init"]
    return subprocess.run(program, env=variables, cwd=folder, capture_output=True, text=True, check=False)


def test_writes_a_env_that_only_its_owner_reads_and_never_overwrites_it(tmp_path: Path) -> None:
    first = init(tmp_path)
    assert first.returncode == 0, first.stderr
    written = tmp_path / ".env"
    assert written.stat().st_mode & 0o777 == 0o600
    lines = written.read_text().splitlines()
    assert all(not line or line.startswith("#") for line in lines)  # nothing is on before somebody says so
    assert "#SALESFORCE_CLIENT_ID=" in lines
    written.write_text("MARKETMAP_HOME=elsewhere\n")
    assert "stays as it is" in init(tmp_path).stdout
    assert written.read_text() == "MARKETMAP_HOME=elsewhere\n"


def test_says_of_each_system_whether_it_answers(tmp_path: Path, clean_sandbox: RunningSandbox) -> None:
    systems = {name: value for name, value in clean_sandbox.env.items() if name.startswith(("SALESFORCE", "BOMBORA"))}
    systems |= {"SSL_CERT_FILE": clean_sandbox.env["SSL_CERT_FILE"], "BOMBORA_API_KEY": "wrong-key-of-ours"}
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in systems.items()))
    done = init(tmp_path)
    assert done.returncode == 1
    assert "✓ Salesforce: " in done.stdout
    assert "✗ bombora: " in done.stdout
    assert "BOMBORA_" in done.stdout  # where to look
    assert "wrong-key-of-ours" not in done.stdout + done.stderr
    assert "Marketo" in done.stdout.splitlines()[-1]  # off


def test_reads_the_project_once_every_system_answers(tmp_path: Path, clean_sandbox: RunningSandbox) -> None:
    project = shutil.copytree(Path(__file__).with_name("small_project"), tmp_path / "project")
    systems = {name: value for name, value in clean_sandbox.env.items() if name.startswith("BOMBORA")}
    systems["MARKETMAP_PROJECT_DIR"] = str(project)
    done = init(tmp_path, **systems, SSL_CERT_FILE=clean_sandbox.env["SSL_CERT_FILE"])
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "Next: marketmap run"
    kept = tmp_path / ".marketmap" / "dbt"
    assert (kept / "manifest.json").is_file()
    assert (kept / "data_tests.json").is_file()
    (project / "models" / "broken.sql").write_text("select * from {{ ref('nothing') }}")
    broken = init(tmp_path, **systems, SSL_CERT_FILE=clean_sandbox.env["SSL_CERT_FILE"])
    assert broken.returncode == 1
    assert "nothing" in broken.stderr
    assert "Traceback" not in broken.stderr
