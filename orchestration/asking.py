"""Does every system answer? One way to ask, for whoever wants to know."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.systems import title

if TYPE_CHECKING:
    from rich.console import Console

    from orchestration.settings import Settings


@dataclass(frozen=True)
class Answer:
    """Whether a system answers, and its words or what is wrong."""

    system: str
    is_good: bool
    words: str


def ask(settings: Settings, systems: Sequence[str]) -> list[Answer]:
    """Sign in to each of `systems`, side by side, and ask for one small thing."""
    settings.export()  # the private CA, if one is named
    with ThreadPoolExecutor(max_workers=len(systems) or 1) as pool:
        return list(pool.map(lambda system: _answer(settings, system), systems))


def tell(answers: Sequence[Answer], good: Console, bad: Console) -> None:
    """A line for each answer."""
    for answer in answers:
        console = good if answer.is_good else bad
        console.print(f"[green]✓[/] {title(answer.system)}: " if answer.is_good else "[bold red]✗[/] ", end="")
        console.print(answer.words, markup=False, highlight=False)


def _answer(settings: Settings, system: str) -> Answer:
    import ingestion
    from connections import ConnectionFailure

    if system not in ingestion.SOURCES:
        return Answer(system, True, "is only written to; `marketmap sync --dry-run` looks at what it holds")
    try:
        return Answer(system, True, ingestion.probe(system, settings.credentials[system]))
    except (ConnectionFailure, ingestion.LoadFailure) as failure:
        return Answer(system, False, str(failure))
