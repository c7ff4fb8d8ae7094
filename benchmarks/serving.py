"""Serving under load: what `marketmap serve` answers to many readers while publications change underneath.

100,000 accounts, 1,000,000 contacts and 1,000,000 activities (quick: a tenth) in the marts that the pages read, made
by set-based SQL in the shape that the marts' contracts give, published by the product and served by its own command.
Readers ask account profiles (four statements each), segment lists, searches and the biggest report
(serving_pages.py): `*_20` twenty of them who look at a page for about a second, `*_100` a hundred who look for about
seven (half to one and a half of it) before they ask for the next. Three publications change all scores, tiers and
values meanwhile. Readers, builds and server share the machine.

`direct_*`: the nearest other way, each of twenty readers opening the published file itself.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import numpy as np
from rich.console import Console

from benchmarks.metrics import Metric
from benchmarks.processes import highest_gb
from benchmarks.serving_pages import Ask
from benchmarks.serving_readers import PAGES, Seen, direct, read_while, served
from orchestration.serving import Readers

CHECKOUT = Path(__file__).parent.parent
MARKETMAP = [sys.executable, "-c", "from orchestration.cli import main; main()"]
SWAPS = 3
PAUSES = {20: 1.0, 100: 7.0}  # seconds between two pages of one reader, by the number of readers


def run(*, quick: bool, console: Console) -> list[Metric]:
    """Measure twenty hurried readers, a hundred unhurried ones, and twenty who open the file themselves."""
    accounts, seconds = (10_000, 10) if quick else (100_000, 60)
    metrics: list[Metric] = []
    with tempfile.TemporaryDirectory(prefix="marketmap-benchmark-") as folder:
        nights = _Nights(Path(folder), accounts)
        nights.publish()
        console.print(f"  {accounts:,} accounts made and published in {nights.seconds[0]:.0f} s", highlight=False)
        with _serving(nights.home) as (connect, pid):
            for readers, pause in PAUSES.items():
                seen = read_while(connect, readers, pause, accounts, lambda: nights.pass_in(seconds))
                metrics += _figures(seen, readers, console)
            metrics.append(Metric("serve_peak_gb", highest_gb(pid), "GB"))
        opening = partial(direct, nights.home / "published.duckdb")
        seen = read_while(opening, 20, PAUSES[20], accounts, lambda: nights.pass_in(seconds))
        metrics += [Metric(f"direct_{one.metric}", one.value, one.unit) for one in _figures(seen, 20, console)]
        metrics.append(Metric("publication_seconds", max(nights.seconds[1:]), "s"))
    return metrics


class _Nights:
    """Publications one after the other, each by a process of its own, and the seconds each took."""

    def __init__(self, home: Path, accounts: int) -> None:
        self.home = home
        self.seconds: list[float] = []
        self._accounts = accounts
        self._versions = count(1)

    def publish(self) -> None:
        started = time.monotonic()
        command = [sys.executable, "-m", "benchmarks.serving_market", self.home, self._accounts, next(self._versions)]
        subprocess.run([str(word) for word in command], check=True, cwd=CHECKOUT)
        self.seconds.append(time.monotonic() - started)

    def pass_in(self, seconds: float) -> None:
        """Publish three times, with time before, between and after."""
        for _ in range(SWAPS):
            time.sleep(seconds / (SWAPS + 1))
            self.publish()
        time.sleep(seconds / (SWAPS + 1))


@contextmanager
def _serving(home: Path) -> Iterator[tuple[Callable[[], Ask], int]]:
    """`marketmap serve` in a process of its own: how to connect to it, and its id."""
    token = Readers(home).add("benchmark")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {**os.environ, "MARKETMAP_HOME": str(home), "PYTHONPATH": str(CHECKOUT)}
    command = [*MARKETMAP, "serve", "--port", port]
    with subprocess.Popen(command, env=environment, cwd=home, stdout=subprocess.PIPE, text=True) as process:
        try:
            if process.stdout is None or "quack:" not in process.stdout.readline():
                raise RuntimeError("marketmap serve did not start")
            threading.Thread(target=process.stdout.read, daemon=True).start()
            yield partial(served, f"quack:127.0.0.1:{port}", token), process.pid
        finally:
            process.send_signal(signal.SIGTERM)


def _figures(seen: Seen, readers: int, console: Console) -> list[Metric]:
    found = []
    for page in PAGES:
        seconds = [one for name, one in seen.pages if name == page]
        words = (
            ", ".join(f"{share} % {np.percentile(seconds, share):.2f} s" for share in (50, 95, 100)) if seconds else ""
        )
        console.print(f"  {readers} readers, {len(seconds):,} x {page}: {words}", highlight=False)
        baseline = f"direct_{page}_p95_seconds_{readers}"
        found.append(Metric(f"{page}_p50_seconds_{readers}", float(np.percentile(seconds, 50)), "s"))
        found.append(Metric(f"{page}_p95_seconds_{readers}", float(np.percentile(seconds, 95)), "s", baseline))
    for words, times in (seen.wrong + seen.failures).items():
        console.print(f"  [red]wrong or failed, {times} x: {words}[/]", highlight=False)
    return [
        *found,
        Metric(f"wrong_answers_{readers}", seen.wrong.total(), "count"),
        Metric(f"failed_answers_{readers}", seen.failures.total(), "count"),
    ]
