"""The sandbox is a program of its own: started here, known only by its command line and the file it writes."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.errors import SandboxFailed

ENVIRONMENT = "sandbox.env"
_PATIENCE_SECONDS = 900.0  # generating 100,000 accounts takes minutes
_SHUTDOWN_SECONDS = 20.0


def command(home: Path, accounts: int, seed: int, systems: str | None = None) -> list[str]:
    """The command line that serves a market of this size from `home`; without `systems`, the sandbox's own choice."""
    program = [sys.executable, "-m", "sandbox", "--accounts", str(accounts), "--seed", str(seed), "--home", str(home)]
    return [*program, "--systems", systems] if systems else program


def link(home: Path, folder: Path) -> Path:
    """Leave `sandbox.env` in `folder` as a link to the one in `home`, which appears when everything listens."""
    (home / ENVIRONMENT).unlink(missing_ok=True)  # left by a sandbox that was killed
    beside = folder / ENVIRONMENT
    beside.unlink(missing_ok=True)
    beside.symlink_to(home / ENVIRONMENT)
    return beside


@contextmanager
def starting(home: Path, accounts: int, seed: int) -> Iterator[Callable[[], Path]]:
    """Start a sandbox for the block; yields what waits until everything listens and returns the environment file.

    The sandbox is stopped however the block ends.
    """
    home.mkdir(parents=True, exist_ok=True)
    environment = home / ENVIRONMENT
    environment.unlink(missing_ok=True)
    log = home / "sandbox.log"
    with log.open("wb") as output:
        # A session of its own: Ctrl-C goes to us, and we stop the sandbox when we are done with it.
        process = subprocess.Popen(  # noqa: S603 (our own program)
            command(home, accounts, seed), stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield lambda: _wait(process, environment, log)
    finally:
        _stop(process)


def _wait(process: subprocess.Popen[bytes], environment: Path, log: Path) -> Path:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not environment.exists():
        if process.poll() is not None:
            last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:] or ["no output"]
            raise SandboxFailed(f"The sandbox ended with code {process.returncode}: {last[0]} (all of it: {log}).")
        if time.monotonic() > deadline:
            raise SandboxFailed(f"The sandbox did not come up within {_PATIENCE_SECONDS:.0f} s; its output: {log}.")
        time.sleep(0.1)
    return environment


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_SHUTDOWN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
