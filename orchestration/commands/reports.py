"""What `run` and `demo` say at the end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

from orchestration.console import stderr, stdout
from orchestration.settings import Settings

if TYPE_CHECKING:
    from orchestration.job import JobReport
    from orchestration.summary import Facts


def summarise(settings: Settings, report: JobReport) -> Facts:
    """Print what a run did, from the published warehouse; returns the facts."""
    from orchestration import summary, summary_page

    facts = summary.gather(settings.published, since=report.started_at)
    summary_page.render(stdout(), facts, off=settings.off, seconds=report.seconds)
    return facts


def explain(report: JobReport) -> None:
    """One line per fault, the step that it stopped, and where the whole story is."""
    console = stderr()
    for failure in report.failures:
        for line in failure.lines:
            console.print(f"[bold red]✗[/] {escape(line)}")
    steps = ", ".join(failure.step for failure in report.failures)
    console.print(f"[dim]Stopped at {escape(steps)}. Log: {escape(str(report.log))}[/]")
