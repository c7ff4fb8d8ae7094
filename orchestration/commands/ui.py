"""`marketmap ui`."""

from __future__ import annotations

import os
import signal
import sys

import click


@click.command("ui", short_help="Open Dagster: lineage, runs, checks.")
@click.option("--port", default=3000, show_default=True, help="Where on 127.0.0.1 to listen.")
def command(port: int) -> None:
    """Open Dagster on this machine: lineage, runs, checks, schedules. Ctrl-C ends it.

    Runs of the command line are listed there too. Schedules are off until switched on there.
    """
    from orchestration import settings
    from orchestration.console import stderr
    from orchestration.job import prepare_instance
    from orchestration.transformation import Transformation

    current = settings.load()
    current.export()
    workspace = prepare_instance(current)
    Transformation(current.project_dir, current.home).manifest  # noqa: B018 (a broken project is told here, in one line)
    stderr().print(f"Dagster at [bold]http://127.0.0.1:{port}[/] (state in {current.dagster_home}); Ctrl-C ends it.")
    # A job in a script's background inherits an ignored SIGINT, and Dagster stops on SIGTERM as it does on SIGINT.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    # -W: `dagster dev` advises another tool that is not part of this environment.
    dagster = [sys.executable, "-W", "ignore", "-m", "dagster", "dev", "--log-level", "warning"]
    arguments = ["-w", str(workspace), "-h", "127.0.0.1", "-p", str(port)]
    os.execv(sys.executable, [*dagster, *arguments])  # noqa: S606 (our own program, no shell wanted)
