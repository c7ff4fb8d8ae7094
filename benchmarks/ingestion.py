"""Files of a million rows into the warehouse, beside DuckDB's own reading of the same file and dlt's default path.

Four ways in: a Salesforce Bulk query's CSV, a Marketo activity extract, web events as the collector keeps them, and a
list of companies that a person imports. Each is measured in a process of its own, from the file on disk to the
committed table. Ours and DuckDB's take turns, and of five turns the median of each counts, with its highest memory: a
shared machine is now slower, now faster than it mostly is. `duckdb_*` is `create table as from read_csv/read_json`, the
limit; `dict_*` is dlt fed with Python dicts and left to its defaults, once and on a sample, because a million rows
would take it an hour.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from rich.console import Console

from benchmarks.ingestion_paths import PATHS, make_file
from benchmarks.metrics import Metric

ROWS, QUICK_ROWS, DICT_ROWS = 1_000_000, 200_000, 20_000
TURNS = 5


def _measured(path: str, way: str, file: Path) -> dict[str, float]:
    """Rows per second and peak memory of one way in a process of its own."""
    with tempfile.TemporaryDirectory(dir=file.parent) as folder:
        command = [sys.executable, "-m", "benchmarks.ingestion_paths", path, way, str(file), folder]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{path} by {way} ended with {done.returncode}:\n{done.stderr[-3000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def _compared(path: str, file: Path) -> tuple[dict[str, float], dict[str, float]]:
    """The median turn of ours and of DuckDB's, each with the highest peak of all its turns."""
    turns = [(_measured(path, "ours", file), _measured(path, "duckdb", file)) for _ in range(TURNS)]
    ours, own = (
        {"rows_per_s": median(turn["rows_per_s"] for turn in side), "peak_gb": max(turn["peak_gb"] for turn in side)}
        for side in zip(*turns, strict=True)
    )
    return ours, own


def run(*, quick: bool, console: Console) -> list[Metric]:
    """Measure every path; raises RuntimeError when one fails."""
    rows = QUICK_ROWS if quick else ROWS
    metrics = [Metric("rows", rows, "records"), Metric("dict_rows", DICT_ROWS, "records")]
    with tempfile.TemporaryDirectory(prefix="marketmap-ingestion-") as scratch:
        for path in PATHS:
            console.print(f"{path}: {rows:,} rows ...")
            file = make_file(path, rows, Path(scratch))
            small = make_file(path, DICT_ROWS, Path(scratch) / "small")
            ours, own = _compared(path, file)
            dicts = _measured(path, "dict", small)
            file.unlink()
            metrics += [
                Metric(f"{path}_rows_per_s", ours["rows_per_s"], "rows/s", f"duckdb_{path}_rows_per_s"),
                Metric(f"{path}_peak_gb", ours["peak_gb"], "GB", f"duckdb_{path}_peak_gb"),
                Metric(f"duckdb_{path}_rows_per_s", own["rows_per_s"], "rows/s"),
                Metric(f"duckdb_{path}_peak_gb", own["peak_gb"], "GB"),
                Metric(f"dict_{path}_rows_per_s", dicts["rows_per_s"], "rows/s", f"{path}_rows_per_s"),
            ]
    return metrics
