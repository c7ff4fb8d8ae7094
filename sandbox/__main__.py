"""`python -m sandbox`: make the world if need be, serve it until stopped, say where everything is."""

import argparse
import datetime as dt
import json
import shutil
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sandbox.framework.clock import real_now
from sandbox.running import DEFAULT_SYSTEMS, SERVICES, Sandbox, write_environment
from sandbox.world import TooFewCompaniesError, WrongParametersError, generate

ALL = "all"


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    parser.add_argument("--accounts", type=int, default=2000, help="accounts in the CRM, 200 to 100000 (%(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="the same seed makes the same world (%(default)s)")
    parser.add_argument("--home", type=Path, required=True, help="folder for the world, the state and sandbox.env")
    parser.add_argument("--dirt", choices=("low", "medium", "high"), default="medium", help="how messy the CRM is")
    parser.add_argument("--as-of", type=dt.date.fromisoformat, help="the world's last day, YYYY-MM-DD (yesterday)")
    parser.add_argument("--port-base", type=int, help="first of consecutive ports (any free ones)")
    parser.add_argument(
        "--systems",
        type=systems,
        default=DEFAULT_SYSTEMS,
        metavar="A,B,...",
        help=f"of {', '.join(SERVICES)}, or {ALL} ({','.join(DEFAULT_SYSTEMS)})",
    )
    parser.add_argument("--env-file", type=Path, help="where to write the environment (HOME/sandbox.env)")
    parser.add_argument("--fresh", action="store_true", help="forget what was written to the services so far")
    return parser.parse_args(given)


def systems(text: str) -> tuple[str, ...]:
    """Read `a,b,c` or `all`, in the order of SERVICES."""
    wanted = {part.strip().lower() for part in text.split(",") if part.strip()}
    unknown = wanted - {*SERVICES, ALL}
    if unknown or not wanted:
        problem = f"no system is called {', '.join(sorted(unknown))}" if unknown else "no system is named"
        raise argparse.ArgumentTypeError(f"{problem}; choose from {', '.join(SERVICES)}, or {ALL}")
    return tuple(name for name in SERVICES if wanted & {name, ALL})


def prepare_world(args: argparse.Namespace) -> dt.date:
    """Make the world unless one of the same parameters is there; returns its last day.

    Without --as-of, any day will do: a world made yesterday is still served, with its own last day.
    """
    label = args.home / "world.json"
    wanted: dict[str, Any] = {"accounts": args.accounts, "seed": args.seed, "dirt": args.dirt}
    if args.as_of:
        wanted["as_of"] = args.as_of.isoformat()
    found = json.loads(label.read_text()) if label.exists() and (args.home / "world.duckdb").exists() else {}
    if found and all(found.get(key) == value for key, value in wanted.items()):
        if args.fresh:
            (args.home / "state.duckdb").unlink(missing_ok=True)
        return dt.date.fromisoformat(found["as_of"])
    as_of = args.as_of or real_now().date() - dt.timedelta(days=1)
    say(f"making a world of {args.accounts:,} accounts (seed {args.seed}, as of {as_of}) ...")
    fresh = args.home / "making"  # so that a failure leaves the old world alone
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    generate(fresh, accounts=args.accounts, seed=args.seed, as_of=as_of, dirt=args.dirt)
    for name in (label.name, "state.duckdb", "state.duckdb.wal"):
        (args.home / name).unlink(missing_ok=True)
    for file in fresh.iterdir():
        file.replace(args.home / file.name)
    fresh.rmdir()
    label.write_text(json.dumps(wanted | {"as_of": as_of.isoformat()}))
    return as_of


def say(line: str) -> None:
    """Print at once, also into a pipe."""
    print(line, flush=True)


def table(environment: dict[str, str], env_file: Path) -> str:
    """Return what a person wants to read once everything listens."""
    addresses = [(key, value) for key, value in environment.items() if key.endswith(("_BASE_URL", "_CONTROL_URL"))]
    width = max(len(key) for key, _ in addresses)
    lines = [f"  {key.ljust(width)}  {value}" for key, value in addresses]
    lines += ["", f"  environment: {env_file}", f"  use it:      set -a; . {env_file}; set +a", "  stop with Ctrl-C"]
    return "\n".join(["the sandbox is open:", "", *lines])


def main(given: Sequence[str] | None = None) -> int:
    """Run until SIGTERM or SIGINT; returns the exit code."""
    args = arguments(given)
    args.home = args.home.absolute()
    args.home.mkdir(parents=True, exist_ok=True)
    try:
        serve(args, prepare_world(args))
    except (WrongParametersError, TooFewCompaniesError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def serve(args: argparse.Namespace, as_of: dt.date) -> None:
    """Open the sandbox, and close it when told to stop."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    # A day that was asked for goes on at its noon after; without one the sandbox keeps real time.
    noon = dt.datetime.combine(as_of + dt.timedelta(days=1), dt.time(12))
    start = noon if args.as_of else None
    sandbox = Sandbox(args.home, seed=args.seed, port_base=args.port_base, start=start, systems=args.systems)
    sandbox.start()
    env_file = (args.env_file or args.home / "sandbox.env").absolute()
    write_environment(sandbox.environment(), env_file)
    say(table(sandbox.environment(), env_file))
    stopped.wait()
    sandbox.stop()
    env_file.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
