"""What `marketmap status` says of promises: kept and broken at their bounds."""

from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from orchestration import settings
from orchestration.answer_times import uptime_ratio, waiting
from orchestration.service_levels import service_levels
from orchestration.status import render

NOW = datetime(2026, 3, 29, 12, tzinfo=UTC).replace(tzinfo=None)
TABLES = """
create schema ops;
create table ops.ingestion_runs (run_id text, source text, started_at timestamp, finished_at timestamp, status text);
create table ops.sync_runs
    (mode text, status text, accepted int, rejected int, invalid int, unknown int, finished_at timestamp);
create table ops.api_usage (calls int, errors int, "at" timestamp);
"""


def levels(tmp_path: Path, *statements: str) -> dict[str, tuple[bool, str]]:
    with duckdb.connect() as connection:
        connection.execute(TABLES)
        for statement in statements:
            connection.execute(statement, {"now": NOW} if "$now" in statement else {})
        return {level.name: (level.is_met, level.words) for level in service_levels(connection, tmp_path, NOW)}


def test_nothing_is_said_before_anything_has_run(tmp_path: Path) -> None:
    assert levels(tmp_path) == {}
    with duckdb.connect() as connection:
        assert service_levels(connection, tmp_path, NOW) == []


@pytest.mark.parametrize(("failed", "is_met"), [(11, False), (5, True)])
def test_loads_and_syncs_of_the_day(tmp_path: Path, failed: int, is_met: bool) -> None:
    loads = f"""insert into ops.ingestion_runs
        select 'run', 'salesforce', $now, $now, case when n < {failed} then 'failed' else 'succeeded' end
        from range(900) t(n)"""
    syncs = "insert into ops.sync_runs select 'live', 'succeeded', 0, 0, 0, 0, $now from range(100)"
    old = "insert into ops.sync_runs select 'live', 'failed', 0, 0, 0, 0, $now - interval 25 hour from range(100)"
    tried = "insert into ops.sync_runs select 'dry_run', 'refused', 0, 0, 0, 0, $now from range(100)"
    met, words = levels(tmp_path, loads, syncs, old, tried)["integrations"]
    assert met is is_met
    assert words.startswith(f"{100 - failed / 10:.2f} % of 1,000 loads and syncs")


@pytest.mark.parametrize(("errors", "is_met"), [(20, False), (5, True)])
def test_calls_and_records_in_error(tmp_path: Path, errors: int, is_met: bool) -> None:
    used = f"insert into ops.api_usage values (4000, {errors - 4}, $now), (9, 9, $now - interval 2 day)"
    written = "insert into ops.sync_runs values ('live', 'partial', 5996, 2, 1, 1, $now)"
    met, words = levels(tmp_path, used, written)["errors"]
    assert met is is_met
    assert words.startswith(f"{errors / 100:.3f} % of 10,000")


@pytest.mark.parametrize(("gap", "is_met"), [(24, True), (26, False)])
def test_changes_are_seen_in_time_source_by_source(tmp_path: Path, gap: int, is_met: bool) -> None:
    loads = """insert into ops.ingestion_runs
        select source || n, source, $now - to_hours(n), $now - to_hours(n) + interval 6 minute, 'succeeded'
        from (values ('salesforce', 1), ('salesforce', 2), ('marketo', {}), ('marketo', 0)) as t(source, n)"""
    met, words = levels(tmp_path, loads.format(gap))["changes"]
    assert met is is_met
    assert f"Marketo {0.95 * gap + 0.1:.1f}, Salesforce 1.1" in words


def test_what_has_not_come_since_is_waited_for(tmp_path: Path) -> None:
    load = "select 'a', 'hubspot', $now - interval 30 hour, $now - interval 30 hour, 'succeeded'"
    assert levels(tmp_path, f"insert into ops.ingestion_runs {load}")["changes"][0] is False


def test_how_long_readers_waited_and_how_often_nobody_answered(tmp_path: Path) -> None:
    folder = tmp_path / "serve" / "answers"
    folder.mkdir(parents=True)
    minutes = [NOW - timedelta(minutes=1 + minute) for minute in range(1000) if minute != 500]
    lines = [f"{minute},,0,0,0" for minute in minutes]
    lines += [f"{minutes[0]},dim_accounts,100,94,0", f"{minutes[1]},dim_accounts,3000,6,1", f"{minutes[2]},a half li"]
    header = "minute_at,table_names,milliseconds,answer_count,refusal_count"
    (folder / "2026-03-29.csv").write_text("\n".join([header, *lines]))
    (seen,) = waiting(tmp_path, (NOW - timedelta(days=1)).replace(tzinfo=UTC))
    assert (seen.tables, seen.answers, seen.refusals, seen.p95_seconds) == ("dim_accounts", 100, 1, 3.0)
    assert seen.average_seconds == pytest.approx(0.274)
    assert uptime_ratio(tmp_path, NOW) == pytest.approx(0.999)
    assert levels(tmp_path)["serving"][0] is False
    assert uptime_ratio(tmp_path / "never", NOW) is None


def test_a_sync_that_was_killed_does_not_keep_status_from_being_told(tmp_path: Path) -> None:
    with duckdb.connect(str(tmp_path / "published.duckdb")) as connection:
        connection.execute("create schema meta; create schema ops")
        connection.execute(
            "create table meta.published_tables as"
            " select 'marts.a' as table_name, 1 as row_count, now()::timestamp as published_at"
        )
        connection.execute(
            """create table ops.sync_runs as select 'salesforce__accounts' as sync, 'live' as mode, 'running' as status,
            '' as message, timestamp '2026-03-29 12:00:00' as started_at, null::timestamp as finished_at, 0 as accepted,
            0 as rejected, 0 as invalid, 0 as unknown"""
        )
    console = Console(record=True, width=200, file=StringIO())
    render(console, settings.load({"MARKETMAP_HOME": str(tmp_path)}, tmp_path, systems={}))
    assert "running 2026-03-29 12:00 UTC: begun then, its end is not known" in console.export_text()
