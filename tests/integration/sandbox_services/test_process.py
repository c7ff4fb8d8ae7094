"""`python -m sandbox` as a person or a program starts and stops it."""

import signal
import stat
import subprocess
import sys
from pathlib import Path

from tests.integration.conftest import ROOT, RunningSandbox, make_tiny_world, read_environment, start_sandbox


def test_it_writes_its_environment_and_keeps_what_was_written(tmp_path: Path) -> None:
    make_tiny_world(tmp_path)
    env_file = tmp_path / "elsewhere.env"
    for expected in ("Technology", "Retail"):
        process = start_sandbox(tmp_path, "--accounts", "30", "--env-file", str(env_file), env_file=env_file)
        assert stat.S_IMODE(env_file.stat().st_mode) == 0o600
        env = read_environment(env_file)
        assert {key for key in env if key.endswith("_BASE_URL")} == {
            "SALESFORCE_BASE_URL", "MARKETO_BASE_URL", "ZOOMINFO_BASE_URL", "BOMBORA_BASE_URL"
        }  # fmt: skip
        script = f"""
import httpx, os, ssl
verify = ssl.create_default_context(cafile={env["SSL_CERT_FILE"]!r})
with httpx.Client(base_url={env["SALESFORCE_BASE_URL"]!r}, verify=verify) as client:
    form = dict(grant_type="client_credentials", client_id={env["SALESFORCE_CLIENT_ID"]!r},
                client_secret={env["SALESFORCE_CLIENT_SECRET"]!r})
    token = client.post("/services/oauth2/token", data=form).json()["access_token"]
    client.headers["Authorization"] = "Bearer " + token
    path = "/services/data/v59.0/sobjects/Account/001TW0000000004YAA"
    print(client.get(path).json()["Industry"])
    client.patch(path, json=dict(Industry="Retail")).raise_for_status()
"""
        answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert answer.stdout.strip() == expected
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
        assert not env_file.exists()


def test_a_home_in_use_is_one_clear_line(clean_sandbox: RunningSandbox) -> None:
    command = [sys.executable, "-m", "sandbox", "--home", str(clean_sandbox.home), "--accounts", "30"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "another sandbox may be using it" in answer.stderr
    assert "Traceback" not in answer.stderr
    assert clean_sandbox.control.get("/clock").status_code == 200


def test_a_wrong_command_line_is_one_clear_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sandbox", "--home", str(tmp_path), "--dirt", "filthy"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert "filthy" in answer.stderr
    command[-2:] = ["--accounts", "3"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert "3" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_only_the_systems_asked_for_are_served(tmp_path: Path) -> None:
    make_tiny_world(tmp_path)
    process = start_sandbox(tmp_path, "--accounts", "30", "--systems", "bombora, Zoominfo")
    addresses = {key for key in read_environment(tmp_path / "sandbox.env") if key.endswith("_BASE_URL")}
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=20) == 0
    assert addresses == {"ZOOMINFO_BASE_URL", "BOMBORA_BASE_URL"}
    command = [sys.executable, "-m", "sandbox", "--home", str(tmp_path), "--systems", "bombora,sapient"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert "no system is called sapient; choose from salesforce, marketo" in answer.stderr
