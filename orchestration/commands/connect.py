"""`marketmap connect`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from orchestration.settings import Settings


@click.group("connect", short_help="Test the connection to a system.")
def command() -> None:
    """Look at the connections to other systems."""


@command.command("test")
@click.argument("systems", nargs=-1, metavar="[SYSTEM]...")
def test(systems: tuple[str, ...]) -> int:
    """Sign in to SYSTEM and ask for one small thing, such as one account; without a name, every system that is on.

    Exit code 1 when one does not answer, with its name, the reason and the remedy.
    """
    from orchestration import settings
    from orchestration.console import stderr, stdout
    from orchestration.settings import title

    current = settings.load()
    names = [_known(current, name) for name in systems] or list(current.credentials)
    current.export()  # the private CA, if one is named
    if not names:
        stdout().print("No system is on. `marketmap init` writes a .env to fill in.")
        return 0
    with ThreadPoolExecutor(max_workers=len(names)) as pool:
        answers = list(pool.map(lambda name: _ask(current, name), names))
    for name, (is_good, words) in zip(names, answers, strict=True):
        console = stdout() if is_good else stderr()
        console.print(f"[green]✓[/] {title(name)}: " if is_good else "[bold red]✗[/] ", end="")
        console.print(words, markup=False, highlight=False)
    return 0 if all(is_good for is_good, _ in answers) else 1


def _known(settings: Settings, name: str) -> str:
    from orchestration.errors import RequestFault
    from orchestration.systems import SYSTEMS

    name = name.lower()
    if name not in SYSTEMS:
        raise RequestFault(f"No system is called {name!r}. Choose from {', '.join(SYSTEMS)}.")
    if name not in settings.credentials:
        variables = ", ".join(SYSTEMS[name].variables)
        raise RequestFault(f"{SYSTEMS[name].title} is off. Set {variables} to turn it on.")
    return name


def _ask(settings: Settings, name: str) -> tuple[bool, str]:
    """Whether a system answers, and its words."""
    import ingestion
    from connections import ConnectionFailure

    if name not in ingestion.SOURCES:
        return True, "is only written to; `marketmap sync --dry-run` looks at what it holds"
    try:
        return True, ingestion.probe(name, settings.credentials[name])
    except (ConnectionFailure, ingestion.LoadFailure) as failure:
        return False, str(failure)
