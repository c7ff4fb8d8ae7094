"""Where the product stands: systems, the run in progress, the last run, what is published, what the APIs have left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import duckdb
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from orchestration import run_lock
from orchestration.alerts.book import AlertBook
from orchestration.alerts.problems import ERROR
from orchestration.settings import SYSTEMS, Settings, title

_MARTS = """
select count(*), sum(row_count)::bigint, max(published_at) from meta.published_tables
where starts_with(table_name, 'marts.')
"""
_SYNCS = """
select sync, status, message, finished_at from ops.sync_runs where mode = 'live'
qualify row_number() over (partition by sync order by started_at desc) = 1 order by sync
"""
_BUDGETS = """
select system, daily_remaining, daily_limit, "at" from ops.api_usage where daily_limit is not null
qualify row_number() over (partition by system order by "at" desc) = 1 order by system
"""


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
    for name, system in SYSTEMS.items():
        credentials = settings.credentials.get(name)
        if credentials is None:
            yield system.title, f"[yellow]off[/] [dim](set {', '.join(system.variables)})[/]"
        else:
            yield system.title, f"on [dim]{escape(credentials.base_url)}[/]"
    active = run_lock.holder(settings.home)
    if active:
        yield "Running now", active
    yield "Last run", _run(settings)
    yield from _alerts(settings)
    yield from _published(settings)


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
        ((tables, rows, at),) = _rows(connection, _MARTS) or [(0, 0, None)]
        yield (
            "Published",
            f"{tables} marts, {rows or 0:,} rows, last changed {at:%Y-%m-%d %H:%M} UTC" if at else "no marts",
        )
        for sync, state, message, finished_at in _rows(connection, _SYNCS):
            colour = "green" if state == "succeeded" else "yellow"
            yield (
                f"Sync {sync}",
                f"[{colour}]{state}[/] {finished_at:%Y-%m-%d %H:%M} UTC: {escape(message.removeprefix(f'{sync}: '))}",
            )
        for system, remaining, limit, at in _rows(connection, _BUDGETS):
            yield f"{title(system)} API", f"{remaining:,} of the day's {limit:,} calls left [dim]({at:%H:%M} UTC)[/]"


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[Any, ...]]:
    try:
        return connection.execute(query).fetchall()
    except duckdb.CatalogException:  # not published yet: no sync has run
        return []
