"""Command line of the benchmarks: `python -m benchmarks job --quick --json job.json`."""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from rich.console import Console

from benchmarks.metrics import Metric, print_table, write_json

BENCHMARKS = {
    "job": "the whole job against the sandbox: time and memory per step, then a second run",
    "ingestion": "files of a million rows into the warehouse, beside DuckDB itself and dlt's default path",
    "identity": "accounts, families, people and leads against the truth of generated worlds, beside simple rules",
    "market_map": "fit, tiers and values of a million accounts, a trial of other rules, territories, planted drivers",
    "sync": "plan of a million records, 100,000 updates in bulk, kills and cuts, beside a row-by-row upsert",
    "chaos": "what goes wrong in years, inflicted on a market of 200 accounts: services, disk, locks, kills, clocks",
    "routing": "100,000 leads through the shipped flow, fairness, kills, a replay, beside a loop over rows in pandas",
    "serving": "profiles, lists, searches and a report for 20 and 100 readers while publications change underneath",
    "enrichment": "100,000 companies asked of a vendor in one load: calls, seconds, records an hour",
    "scores": "everything scored, new events alone, the same rules in pandas; propensity beside what is possible",
}


def main() -> None:
    """Run one benchmark, or all of them, and print its table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "name", choices=[*BENCHMARKS, "all"], help="; ".join(f"{k}: {v}" for k, v in BENCHMARKS.items())
    )
    parser.add_argument("--quick", action="store_true", help="a small size, under five minutes")
    parser.add_argument("--part", help="one of the benchmark's parts, where it names some: each takes minutes only")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the metrics as JSON")
    arguments = parser.parse_args()
    console = Console()
    measured: list[Metric] = []
    for name in BENCHMARKS if arguments.name == "all" else [arguments.name]:
        module = importlib.import_module(f"benchmarks.{name}")
        parts = getattr(module, "PARTS", {})
        if arguments.part and arguments.part not in parts:
            parser.error(f"{name} has no part {arguments.part}; it has {', '.join(parts) or 'none'}")
        measure = parts[arguments.part] if arguments.part else module.run
        metrics: list[Metric] = measure(quick=arguments.quick, console=console)
        print_table(f"{name} ({'quick' if arguments.quick else 'full'})", metrics, console)
        measured += metrics
    if arguments.json:
        write_json(measured, arguments.json)


if __name__ == "__main__":
    main()
