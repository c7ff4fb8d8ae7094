"""Child processes under observation: a sandbox to talk to, and the memory of a command over time (Linux /proc)."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass
class Observation:
    """What a command cost: wall seconds, output, and resident bytes of its process tree as (epoch second, bytes)."""

    seconds: float = 0.0
    output: str = ""
    samples: list[tuple[float, int]] = field(default_factory=list)

    def peak_gb(self, start: float = 0.0, end: float = float("inf")) -> float:
        """Return the highest resident memory, in 10^9 bytes, between two epoch seconds."""
        return max((size for at, size in self.samples if start <= at <= end), default=0) / 1e9


def _tree(root: int) -> list[int]:
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                waiting += [int(child) for child in task.read_text().split()]
            except OSError:  # the process ended between the listing and the reading
                continue
    return found


def _resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except OSError:
        return 0


def highest_gb(pid: int) -> float:
    """The highest resident memory that a living process has had, in 10^9 bytes."""
    (line,) = (one for one in Path(f"/proc/{pid}/status").read_text().splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e9


def observe(command: list[str], environment: Mapping[str, str], folder: Path) -> Observation:
    """Run a command to its end, sampling its memory ten times a second.

    Raises RuntimeError with the last lines of its output when it fails: a benchmark of a failed run means nothing.
    """
    seen = Observation()
    started = time.time()
    process = subprocess.Popen(
        command,
        env={**os.environ, **environment},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )

    def sample() -> None:
        while process.poll() is None:
            seen.samples.append((time.time(), sum(map(_resident_bytes, _tree(process.pid)))))
            time.sleep(0.1)

    sampler = threading.Thread(target=sample, daemon=True)
    sampler.start()
    seen.output = process.communicate()[0]
    sampler.join()
    seen.seconds = time.time() - started
    if process.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{seen.output[-3000:]}")
    return seen


@contextmanager
def running_sandbox(home: Path, accounts: int, seed: int, *, patience_seconds: float = 900) -> Iterator[dict[str, str]]:
    """Serve a sandbox until the block ends; yields its environment (`sandbox.env`).

    Generating the world for a large size takes minutes, hence the patience.
    """
    environment_file = home / "sandbox.env"
    environment_file.unlink(missing_ok=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "sandbox", "--accounts", str(accounts), "--seed", str(seed), "--home", str(home)],
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + patience_seconds
        while not environment_file.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the sandbox did not start within {patience_seconds:.0f} seconds (home {home})")
            time.sleep(0.2)
        lines = environment_file.read_text(encoding="utf-8").splitlines()
        yield dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    finally:
        process.terminate()
        process.wait(timeout=30)
