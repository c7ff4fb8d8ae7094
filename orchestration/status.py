"""Where the product stands: systems, the run in progress, the last run, what is published, what the APIs have left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration import answer_times, run_lock
from orchestration.alerts.book import AlertBook
from orchestration.alerts.problems import ERROR
from orchestration.service_levels import service_levels
from orchestration.settings import Settings, title
from orchestration.warehouse import rows_if_any

_MARTS = """
select count(*), sum(row_count)::bigint, max(published_at) from meta.published_tables
where starts_with(table_name, 'marts.')
"""
_SYNCS = """
select sync, status, message, started_at, finished_at from ops.sync_runs where mode = 'live'
qualify row_number() over (partition by sync order by started_at desc) = 1 order by sync
"""
_BUDGETS = """
select system, daily_remaining, daily_limit, "at" from ops.api_usage where daily_limit is not null
qualify row_number() over (partition by system order by "at" desc) = 1 order by system
"""

_TARGET_SECONDS = 2.0  # that 95 of 100 answers should keep below
_SLOWEST = 5


@dataclass(frozen=True)
class LastRun:
    """The newest run in Dagster's history, whether from the command line or the web interface; times are UTC."""

    run_id: str
    status: str
    started_at: datetime | None
    seconds: float | None


def last_run(settings: Settings) -> LastRun | None:
    """The newest run, None before the first."""
    if not (settings.dagster_home / "dagster.yaml").is_file():
        return None
    settings.export()
    import dagster as dg

    with dg.DagsterInstance.get() as instance:
        for record in instance.get_run_records(limit=1):
            begun = datetime.fromtimestamp(record.start_time, UTC) if record.start_time else None
            lasted = record.end_time - record.start_time if record.end_time and record.start_time else None
            return LastRun(record.dagster_run.run_id, record.dagster_run.status.value.lower(), begun, lasted)
    return None


def render(console: Console, settings: Settings) -> None:
    """Print it."""
    table = Table.grid(padding=(0, 3))
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for label, text in _lines(settings):
        table.add_row(label, text)
    console.print(table)


def _lines(settings: Settings) -> Iterator[tuple[str, str]]:
    yield "Home", escape(str(settings.home))
    for name, credentials in settings.credentials.items():
        yield title(name), f"on [dim]{escape(credentials.base_url)}[/]"
    if off := ", ".join(system.title for system in settings.off):
        yield "Off", f"{off} [dim](their variables stand in .env.example)[/]"
    active = run_lock.holder(settings.home)
    if active:
        yield "Running now", active
    yield "Last run", _run(settings)
    yield from _alerts(settings)
    yield from _published(settings)
    yield from _served(settings)


def _served(settings: Settings) -> Iterator[tuple[str, str]]:
    """How long readers of `marketmap serve` waited in the last day, the slowest first."""
    found = answer_times.waiting(settings.home, datetime.now(UTC) - timedelta(days=1))
    label = "Served in 24 h"
    for one in found[:_SLOWEST]:
        colour = "green" if one.p95_seconds <= _TARGET_SECONDS else "yellow"
        refused = f", {one.refusals:,} ended in an error" if one.refusals else ""
        seconds = f"{one.average_seconds:.2f} s on average, 95 % within [{colour}]{one.p95_seconds:.2f} s[/]"
        yield label, f"{one.answers:,} answers of {escape(one.tables)}: {seconds}{refused}"
        label = ""
    if rest := sum(one.answers for one in found[_SLOWEST:]):
        yield "", f"[dim]{rest:,} answers of other tables, faster than these[/]"


def _run(settings: Settings) -> str:
    run = last_run(settings)
    if run is None:
        return "none yet: marketmap run"
    colour = {"success": "green", "failure": "red"}.get(run.status, "yellow")
    begun = f" {run.started_at:%Y-%m-%d %H:%M} UTC" if run.started_at else ""
    lasted = f", {run.seconds:.0f} s" if run.seconds is not None else ""
    return f"[{colour}]{run.status}[/]{begun}{lasted} [dim]{run.run_id}[/]"


def _alerts(settings: Settings) -> Iterator[tuple[str, str]]:
    """What is wrong now, one line each, worst first."""
    label = "Alerts"
    for alert in AlertBook(settings.home).open:
        colour = "red" if alert.severity == ERROR else "yellow"
        yield label, f"[{colour}]since {alert.opened_at[:16].replace('T', ' ')}[/] {escape(' '.join(alert.lines))}"
        label = ""


def _published(settings: Settings) -> Iterator[tuple[str, str]]:
    if not settings.published.exists():
        yield "Published", "nothing yet"
        return
    with duckdb.connect(str(settings.published), read_only=True) as connection:
        ((tables, rows, at),) = rows_if_any(connection, _MARTS) or [(0, 0, None)]
        yield (
            "Published",
            f"{tables} marts, {rows or 0:,} rows, last changed {at:%Y-%m-%d %H:%M} UTC" if at else "no marts",
        )
        label = "Service levels"
        for level in service_levels(connection, settings.home, datetime.now(UTC).replace(tzinfo=None)):
            yield label, f"[{'green' if level.is_met else 'red'}]{level.name}[/] {escape(level.words)}"
            label = ""
        for sync, state, message, started_at, finished_at in rows_if_any(connection, _SYNCS):
            colour = "green" if state == "succeeded" else "yellow"
            # One that was killed, or that is at work while its record is published, has no end and no message.
            said = message.removeprefix(f"{sync}: ") if finished_at else "begun then, its end is not known"
            at = finished_at or started_at
            yield f"Sync {sync}", f"[{colour}]{state}[/] {at:%Y-%m-%d %H:%M} UTC: {escape(said)}"
        for system, remaining, limit, at in rows_if_any(connection, _BUDGETS):
            yield f"{title(system)} API", f"{remaining:,} of the day's {limit:,} calls left [dim]({at:%H:%M} UTC)[/]"
