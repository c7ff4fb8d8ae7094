"""The market map at size: tiers and values of a full market, a trial of other rules, territories, and evidence.

- `fit_tier_value_seconds`, `peak_gb`: dbt's own SQL for fit, tier and valuation over made accounts (1,000,000; quick
  100,000), in a process of its own on two threads with 3 GB for DuckDB. Reading the project is not counted.
- `whatif_seconds`: `marketmap whatif --icp` over 100,000 accounts (quick 20,000), as a user starts it.
- `territory_*`: 1,500 accounts x 20 reps of uneven territories made as equal as by a greedy split; the worst
  of three draws.
- `icp_*`: evidence over 20 made markets of 5,000 accounts (quick: 4 of 2,000) of known truth: drivers found, and
  findings that are none.

Parts, each under ten minutes (`--part`): fit, whatif, territories, evidence.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console

from benchmarks.market_map_evidence import discoveries
from benchmarks.metrics import Metric
from ml.territory import Rules, equity, propose

SEEDS = 20
GREEDY_TOLERANCE = 0.0005  # as equal as the greedy split leaves territories, so that moves can be compared


def run(*, quick: bool, console: Console) -> list[Metric]:
    """Measure everything; `quick` takes a tenth of the accounts and four markets."""
    return [metric for part in PARTS.values() for metric in part(quick=quick, console=console)]


def fit(*, quick: bool, console: Console) -> list[Metric]:
    """Fit, tiers and values of a full market."""
    with tempfile.TemporaryDirectory(prefix="marketmap-benchmark-") as folder:
        built = _build(Path(folder) / "home", 100_000 if quick else 1_000_000)
    console.print(f"  {built['words']}", highlight=False)
    return [
        Metric("fit_tier_value_seconds", built["seconds"], "s"),
        Metric("peak_gb", built["peak_gb"], "GB"),
    ]


def whatif(*, quick: bool, console: Console) -> list[Metric]:
    """A trial of other weights, as a user starts it: the worst of three."""
    with tempfile.TemporaryDirectory(prefix="marketmap-benchmark-") as folder:
        home = Path(folder) / "home"
        _build(home, 20_000 if quick else 100_000)
        seconds = [_whatif(home) for _ in range(3)]
    console.print(f"  trials: {', '.join(f'{one:.1f}' for one in seconds)} s", highlight=False)
    return [Metric("whatif_seconds", max(seconds), "s")]


def _build(home: Path, accounts: int) -> dict[str, Any]:
    """Seconds and peak memory of one build, in a process of its own so that nothing else counts."""
    home.mkdir(parents=True)
    environment = {**os.environ, "MARKETMAP_HOME": str(home), "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    command = [sys.executable, "-m", "benchmarks.market_map_build", str(home), str(accounts)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"the build of {accounts} accounts failed: {(done.stderr or done.stdout)[-2000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def _whatif(home: Path) -> float:
    """Seconds of the command with other weights, start of Python included."""
    shipped = (Path(__file__).parent.parent / "dbt_project" / "seeds" / "icp_vectors.csv").read_text(encoding="utf-8")
    trial = home / "icp.csv"
    trial.write_text(shipped.replace(",30,,score,", ",45,,score,"), encoding="utf-8")
    environment = {**os.environ, "MARKETMAP_HOME": str(home)}
    command = [sys.executable, "-c", "from orchestration.cli import main; main()", "whatif", "--icp", str(trial)]
    started = time.monotonic()
    done = subprocess.run(
        [*command, "--format", "json"], env=environment, capture_output=True, text=True, check=False, cwd=home
    )
    seconds = time.monotonic() - started
    if done.returncode or not json.loads(done.stdout)["moved"]:
        raise RuntimeError(f"the trial moved nothing: {done.stderr[-2000:]}")
    return seconds


def uneven_territories(accounts: int, reps: int, seed: int) -> pd.DataFrame:
    """Accounts of log-normal value with reps who have very different numbers of them; a fifth in families of three."""
    rng = np.random.default_rng(seed)
    share = rng.dirichlet(np.full(reps, 2.5))
    number = np.arange(accounts)
    return pd.DataFrame(
        {
            "account_id": [f"account {one:05d}" for one in number],
            "family_id": [f"family {one // 3 if one < accounts // 5 else one:05d}" for one in number],
            "owner_id": [f"rep {one:02d}" for one in rng.choice(reps, accounts, p=share)],
            "region": "all",
            "value": rng.lognormal(10, 1, accounts).round(),
            "is_fixed": rng.random(accounts) < 0.02,
        }
    )


def greedy_split(accounts: pd.DataFrame) -> tuple[float, float]:
    """(share of accounts moved, largest over smallest value) of the usual way: largest account to the poorest rep."""
    reps = sorted(accounts["owner_id"].unique())
    loads = np.zeros(len(reps))
    moved = 0
    for row in accounts.sort_values(["value", "account_id"], ascending=[False, True]).itertuples():
        poorest = int(loads.argmin())
        loads[poorest] += row.value
        moved += reps[poorest] != row.owner_id
    return moved / len(accounts), equity(loads).max_min_ratio


def territories(*, quick: bool, console: Console) -> list[Metric]:
    """A proposal beside the greedy split: the worst of three draws (quick: one)."""
    figures = []
    for seed in range(1, 2 if quick else 4):
        accounts = uneven_territories(1_500, 20, seed)
        started = time.monotonic()
        proposal = propose(accounts, Rules(minimum_accounts=10, tolerance=GREEDY_TOLERANCE))
        seconds = time.monotonic() - started
        figures.append((seconds, proposal.moved_ratio, proposal.after.max_min_ratio, *greedy_split(accounts)))
        console.print(
            f"  draw {seed}: {seconds:.1f} s, {proposal.moved_ratio:.1%} moved,"
            f" max/min {proposal.before.max_min_ratio:.1f} to {proposal.after.max_min_ratio:.3f}",
            highlight=False,
        )
    seconds, moved, ratio, greedy_moved, greedy_ratio = (max(column) for column in zip(*figures, strict=True))
    return [
        Metric("territory_seconds", seconds, "s"),
        Metric("territory_moved_ratio", moved, "ratio", "greedy_moved_ratio"),
        Metric("greedy_moved_ratio", greedy_moved, "ratio"),
        Metric("territory_max_min_ratio", ratio, "ratio", "greedy_max_min_ratio"),
        Metric("greedy_max_min_ratio", greedy_ratio, "ratio"),
    ]


def evidence(*, quick: bool, console: Console) -> list[Metric]:
    """Planted drivers found, and findings that are none, over markets of known truth; two at a time."""
    one = partial(discoveries, accounts=2_000 if quick else 5_000)
    false, found, planted, recalled = 0, 0, 0, 0
    with ProcessPoolExecutor(2) as pool:
        for seed, market in enumerate(pool.map(one, range(1, (4 if quick else SEEDS) + 1)), start=1):
            console.print(f"  market {seed}: {market.words}", highlight=False)
            false, found = false + market.false, found + market.found
            planted, recalled = planted + market.planted, recalled + market.recalled
    return [
        Metric("icp_false_discovery_ratio", false / max(found, 1), "ratio"),
        Metric("icp_recall_ratio", recalled / planted, "ratio"),
    ]


PARTS: dict[str, Callable[..., list[Metric]]] = {
    "fit": fit,
    "whatif": whatif,
    "territories": territories,
    "evidence": evidence,
}
