"""Make a world without serving it: `python -m sandbox.world --accounts 2000 --seed 7 --home DIR`."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path

from sandbox.world import TooFewCompaniesError, WrongParametersError, generate
from sandbox.world.scale import DIRT_LEVELS
from sandbox.world.summary import summary_lines


def main(arguments: list[str] | None = None) -> int:
    """Generate, then say what was made."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.world", description="Make a market with known truth.")
    parser.add_argument("--accounts", type=int, default=2_000, help="live CRM account records, 200 to 100,000")
    parser.add_argument("--seed", type=int, default=7, help="the same seed gives the same world")
    parser.add_argument("--home", type=Path, required=True, help="folder for world.duckdb and truth.duckdb")
    parser.add_argument(
        "--as-of", type=dt.date.fromisoformat, default=dt.date(2026, 11, 20), help="last day of history"
    )
    parser.add_argument("--dirt", choices=sorted(DIRT_LEVELS), default="medium", help="how spoilt the records are")
    chosen = parser.parse_args(arguments)
    try:
        world = generate(chosen.home, accounts=chosen.accounts, seed=chosen.seed, as_of=chosen.as_of, dirt=chosen.dirt)
    except (WrongParametersError, TooFewCompaniesError) as fault:
        print(f"sandbox.world: {fault}", file=sys.stderr)
        return 2
    print(
        f"{world.directory}: {world.accounts:,} accounts, seed {world.seed}, {world.dirt} dirt, {world.seconds:.1f} s"
    )
    print("\n".join(summary_lines(world.directory)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
