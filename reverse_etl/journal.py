"""The runs and what they cost, in ops.sync_runs and ops.api_usage."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from datetime import datetime

import duckdb

from connections.http import Usage
from reverse_etl.context import RunContext, utc_now
from reverse_etl.counts import PlanCounts
from reverse_etl.identifiers import quoted
from reverse_etl.ledger import table
from reverse_etl.report import Example, Mode, SyncReport, records
from reverse_etl.spec import SyncSpec


def new_run_id() -> str:
    """Sorts by time: 20261122T083000-1f2e3d4c."""
    return f"{utc_now():%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"


def start_run(
    con: duckdb.DuckDBPyConnection, spec: SyncSpec, run_id: str, mode: Mode, *, reason: str | None, approval: str | None
) -> datetime:
    """Note that a run has begun; returns when."""
    started_at = utc_now()
    con.execute(
        """
        insert into ops.sync_runs (
            run_id, sync, destination, "object", mode, reason, approval, started_at, status, message
        ) values (?, ?, ?, ?, ?, ?, ?, ?, 'running', '')
        """,
        [run_id, spec.name, spec.destination, spec.object, mode, reason, approval, started_at],
    )
    return started_at


def note_cause(ctx: RunContext, counts: PlanCounts) -> None:
    """Say in ops.sync_runs why a run is larger than what changed, where nobody gave a reason."""
    if ctx.is_resync or not counts.planned:
        return
    cause = "first push"
    if counts.acknowledged:
        tests = ", ".join(f"count({quoted(target)})" for target in ctx.targets)
        held = ctx.con.execute(f"select {tests} from {table(ctx.spec.name)}").fetchall()[0] if tests else ()
        new = [target for target, count in zip(ctx.targets, held, strict=True) if not count]
        cause = f"back-fill of {', '.join(new)}" if new else ""
    if cause:
        ctx.con.execute("update ops.sync_runs set reason = ? where run_id = ?", [cause, ctx.run_id])


def finish_run(con: duckdb.DuckDBPyConnection, report: SyncReport, usage: Usage, before: Usage) -> None:
    """Note how the run ended and what it cost: the usage of the connection now, less that `before` the run."""
    con.execute(
        """
        update ops.sync_runs set
            planned = $planned, accepted = $accepted, rejected = $rejected, invalid = $invalid, unknown = $unknown,
            unchanged = $unchanged, skipped = $skipped, deferred = $deferred, conflicts = $conflicts, later = $later,
            api_calls = $api_calls, finished_at = $at, status = $status, message = $message,
            mapping_version = $mapping_version
        where run_id = $run_id
        """,
        {
            name: value
            for name, value in {**asdict(report), "at": utc_now()}.items()
            if name not in {"sync", "mode", "seconds", "examples", "messages", "values_by_field"}
        },
    )
    con.execute(
        'insert into ops.api_usage (run_id, system, calls, retries, errors, daily_limit, daily_remaining, "at") '
        "values (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            report.run_id,
            con.execute("select destination from ops.sync_runs where run_id = ?", [report.run_id]).fetchall()[0][0],
            usage.calls - before.calls,
            usage.retries - before.retries,
            usage.errors - before.errors,
            usage.daily_limit,
            usage.daily_remaining,
            utc_now(),
        ],
    )


def accepted_before(con: duckdb.DuckDBPyConnection, sync: str) -> int:
    """How many records earlier runs of the sync have written and not deleted since; counts if the records are gone."""
    query = """
        with latest as (
            select record_key, arg_max(operation, "at") as operation
            from ops.sync_records where sync = $sync and status = 'accepted' group by record_key
        )
        select case
            when count(*) > 0 then count(*) filter (operation is distinct from 'delete')
            else (select coalesce(sum(accepted), 0)::bigint from ops.sync_runs where sync = $sync and mode = 'live')
        end
        from latest
    """
    return int(con.execute(query, {"sync": sync}).fetchall()[0][0])


def examples(con: duckdb.DuckDBPyConnection, run_id: str, mode: Mode) -> tuple[Example, ...]:
    """Up to five values of the run, of different fields where there are several."""
    source = _values(mode)
    query = f"""
        select record_key, field, "before", "after", operation, reason from {source}
        qualify row_number() over (partition by field order by record_key) <= 5
        order by row_number() over (partition by field order by record_key), field
        limit 5
    """
    return tuple(Example(*row) for row in con.execute(query, [run_id]).fetchall())


def values_by_field(con: duckdb.DuckDBPyConnection, run_id: str, mode: Mode) -> dict[str, int]:
    """Accepted values by field; of a dry run, those that would be sent."""
    query = f"select field, count(*) from {_values(mode)} group by field order by field"
    return dict(con.execute(query, [run_id]).fetchall())


def refusals(con: duckdb.DuckDBPyConnection, run_id: str) -> tuple[str, ...]:
    """The commonest reasons why records of the run were not written, in the destination's words or ours."""
    query = """
        select count(distinct record_key), status, message, min(record_key)
        from ops.sync_records
        where run_id = ? and status in ('rejected', 'invalid')
        group by status, message order by 1 desc, 3 limit 5
    """
    rows = con.execute(query, [run_id]).fetchall()
    return tuple(f"{records(count)} {status}: {words} (for example {key})" for count, status, words, key in rows)


def _values(mode: Mode) -> str:
    if mode == "dry_run":
        return "(from ops.sync_previews where run_id = ?)"
    return "(from ops.sync_records where run_id = ? and status = 'accepted')"
