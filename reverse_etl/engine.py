"""The one loop: settle, plan, check, then read, judge, send and record, window by window."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from pathlib import Path

import duckdb

from connections.errors import ConnectionFailure
from reverse_etl import journal
from reverse_etl.context import RunContext, utc_now
from reverse_etl.counts import PlanCounts
from reverse_etl.delivery import deliver, queue_window
from reverse_etl.destinations import Destination, ObjectDescription
from reverse_etl.errors import SyncRefused, SyncStopped
from reverse_etl.guards import plan_faults, resync_fault
from reverse_etl.identifiers import literal
from reverse_etl.judgement import count_window, judge_window, preview_window
from reverse_etl.ledger import prepare, prepare_ledger
from reverse_etl.mapping import FieldMapping, read_mapping
from reverse_etl.plan import PlanTerms, make_plan
from reverse_etl.preflight import description_faults, value_faults
from reverse_etl.recording import note_standing, settle_unsent
from reverse_etl.report import Mode, Status, SyncReport, records, summary
from reverse_etl.sampling import missing_sample, validate_sample
from reverse_etl.settlement import recover
from reverse_etl.spec import SyncSpec


def run(
    spec: SyncSpec,
    *,
    warehouse: Path,
    destination: Destination,
    mode: Mode = "live",
    progress: Callable[[str], None] | None = None,
    approval: str | None = None,
    resync: str | None = None,
) -> SyncReport:
    """Bring the destination to what the sync's model says, or with mode `dry_run` say what that would write.

    `approval` (who and why) lifts the guards that a person may answer for; `resync` (why) writes whatever differs from
    what the destination holds, not from the ledger. Refusals, stops and lost connections are told in the report's
    status, message and messages, and in ops.sync_runs; anything else is raised.
    """
    started = time.monotonic()
    before = replace(destination.usage)
    with duckdb.connect(str(warehouse)) as con:
        prepare(con)
        run_id = journal.new_run_id()
        journal.start_run(con, spec, run_id, mode, reason=resync, approval=approval)
        ctx = RunContext(
            con=con,
            spec=spec,
            mapping=FieldMapping((), {}, ""),
            destination=destination,
            run_id=run_id,
            mode=mode,
            say=progress or (lambda _line: None),
            is_resync=bool(resync),
        )
        status, lines = _outcome(ctx, approval=approval, resync=resync)
        report = SyncReport(
            run_id=run_id,
            sync=spec.name,
            mode=mode,
            **asdict(ctx.tally),
            api_calls=destination.usage.calls - before.calls,
            seconds=time.monotonic() - started,
            status=status,
            message=lines[0],
            mapping_version=ctx.mapping.version or None,
            examples=journal.examples(con, run_id, mode),
            messages=(*lines, *ctx.warnings, *journal.refusals(con, run_id)),
            values_by_field=journal.values_by_field(con, run_id, mode),
        )
        journal.finish_run(con, report, destination.usage, before)
    return report


def _outcome(ctx: RunContext, *, approval: str | None, resync: str | None) -> tuple[Status, list[str]]:
    """Run, and put how it ended into a status and lines."""
    try:
        _execute(ctx, approval=approval, resync=resync)
    except SyncRefused as refusal:
        return "refused", list(refusal.lines)
    except SyncStopped as stop:
        return "stopped", list(stop.lines)
    except ConnectionFailure as failure:
        return "failed", [f"{ctx.spec.name}: {failure}"]
    is_whole = not ctx.tally.rejected and not ctx.tally.unknown
    return "succeeded" if is_whole else "partial", [summary(ctx.tally, ctx.mode, sync=ctx.spec.name)]


def _execute(ctx: RunContext, *, approval: str | None, resync: str | None) -> None:
    _check_destination(ctx)
    ctx.mapping = read_mapping(ctx.con, ctx.spec)
    prepare_ledger(ctx.con, ctx.spec.name, ctx.targets)
    if ctx.mode == "live":
        recover(ctx)
    else:
        _begin_preview(ctx)
    sample_records = missing_sample(ctx)
    counts = make_plan(
        ctx.con,
        ctx.spec,
        ctx.mapping,
        PlanTerms(utc_now(), ctx.destination.limits.blank_is_null, ctx.is_resync, sample_records),
    )
    faults = _guard(ctx, counts, approval=approval, resync=resync)
    if ctx.mode == "live":
        _refuse(faults)  # a dry run goes on, so that a person can see what is to be approved
    _take_counts(ctx, counts)
    if counts.planned:
        _preflight(ctx, faults)
    if ctx.mode == "live":
        note_standing(ctx)
    _write(ctx, counts.planned, sample_records)
    _refuse(faults)


def _begin_preview(ctx: RunContext) -> None:
    ctx.con.execute("delete from ops.sync_previews where sync = ?", [ctx.spec.name])
    query = f"select count(distinct record_key) from ops.sync_in_flight where sync = {literal(ctx.spec.name)}"
    if lost := ctx.count(query):
        told = f"{ctx.spec.name}: an earlier run was interrupted while {records(lost)} were on the way"
        ctx.warnings.append(f"{told}; the next live run reads them back before it plans")


def _check_destination(ctx: RunContext) -> None:
    if ctx.destination.name != ctx.spec.destination:
        problem = f"the sync goes to {ctx.spec.destination}, the connection to {ctx.destination.name}"
        raise SyncRefused([f"{ctx.spec.name}: {problem}; open the right one"])


def _guard(ctx: RunContext, counts: PlanCounts, *, approval: str | None, resync: str | None) -> list[str]:
    lost = resync_fault(
        ctx.spec.name,
        is_ledger_empty=not counts.acknowledged,
        accepted_before=journal.accepted_before(ctx.con, ctx.spec.name),
        reason=resync,
    )
    return [
        *([lost] if lost else []),
        *plan_faults(ctx.spec, counts, approval=approval, is_resync=ctx.is_resync),
    ]


def _take_counts(ctx: RunContext, counts: PlanCounts) -> None:
    ctx.tally.planned, ctx.tally.unchanged = counts.planned, counts.unchanged
    ctx.tally.skipped, ctx.tally.deferred, ctx.tally.invalid = counts.skipped, counts.deferred, counts.invalid


def _preflight(ctx: RunContext, faults: list[str]) -> None:
    described = ctx.destination.describe(ctx.spec.object)
    _refuse([*faults, *lines] if (lines := _misfits(ctx, described)) else [])


def _misfits(ctx: RunContext, described: ObjectDescription | None) -> list[str]:
    lines = description_faults(ctx.spec, ctx.mapping, described, ctx.destination.limits)
    if lines or described is None:
        return lines
    return value_faults(ctx.con, ctx.spec, ctx.mapping, described)


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise SyncRefused(faults)


def _write(ctx: RunContext, planned: int, sample_records: int) -> None:
    """Window by window: read, judge, record what is not sent, send the rest; `sample_records` come first, if any."""
    limits = ctx.destination.limits
    window = limits.channel(planned).window_records
    for first in range(1, planned + 1, window):
        judge_window(ctx, first, first + window - 1)
        count_window(ctx)
        if ctx.mode == "dry_run":
            preview_window(ctx)
            continue
        settle_unsent(ctx)
        waiting = queue_window(ctx)
        if waiting and sample_records:
            deliver(ctx, limits.channels[0], sample_records)
            waiting = max(0, waiting - sample_records)
            sample_records -= validate_sample(ctx, is_all=not waiting)
        if waiting:
            deliver(ctx, limits.channel(waiting), waiting)
