"""`marketmap connect`."""

from __future__ import annotations

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
    from orchestration import asking, settings
    from orchestration.console import stderr, stdout

    current = settings.load()
    names = [_known(current, name) for name in systems] or list(current.credentials)
    if not names:
        stdout().print("No system is on. `marketmap init` writes a .env to fill in.")
        return 0
    answers = asking.ask(current, names)
    asking.tell(answers, stdout(), stderr())
    return 0 if all(answer.is_good for answer in answers) else 1


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
