"""`marketmap init`."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from orchestration.settings import Settings

_OWNER_ONLY = 0o600


@click.command("init", short_help="Write a commented .env, then check every connection in it and read the dbt project.")
def command() -> int:
    """Make a `.env` in the current folder, with every setting explained; run it again to check what you filled in.

    An existing `.env` is never changed. Once every system answers, the dbt project is read and kept. Exit code 1 when a
    setting is wrong, a system does not answer or the project is not valid.
    """
    from orchestration import settings
    from orchestration.console import stdout

    console = stdout()
    target = Path.cwd() / settings.DOTENV
    if _written(target):
        console.print(f"Wrote {target}: fill in the systems that you have, then run `marketmap init` again.")
    else:
        console.print(f"{target} is there already and stays as it is.")
    return _check(console, settings.load())


def _written(target: Path) -> bool:
    from orchestration.settings import CHECKOUT

    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_ONLY)  # it will hold secrets
    except FileExistsError:
        return False
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write((CHECKOUT / ".env.example").read_text(encoding="utf-8"))
    return True


def _check(console: Console, current: Settings) -> int:
    from orchestration import asking

    answers = asking.ask(current, list(current.credentials))
    asking.tell(answers, console, console)
    off = ", ".join(system.title for system in current.off)
    console.print(f"[dim]Off, because nothing is set: {off}[/]" if off else "Every system is on.")
    is_good = all(answer.is_good for answer in answers)
    if answers and is_good:
        _read_project(console, current)
        console.print("Next: marketmap run")
    return 0 if is_good else 1


def _read_project(console: Console, current: Settings) -> None:
    from orchestration import job, run_lock
    from orchestration.console import narrated
    from orchestration.errors import RunActive

    console.print(
        "Reading the dbt project, so that the first run need not: up to a minute, and again when it changes ..."
    )
    with suppress(RunActive), run_lock.hold(current.home), narrated(current.logs):  # a run would read it itself
        job.prepare(current)
