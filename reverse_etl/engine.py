"""The one loop: settle, plan, check, then read, judge, send and record, window by window."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import duckdb

from connections.errors import ConnectionFailure
from reverse_etl import journal
from reverse_etl.budget import Volume, allowance, calls
from reverse_etl.circuit import check_circuit, close_circuit, open_circuit
from reverse_etl.context import RunContext, utc_now
from reverse_etl.counts import PlanCounts
from reverse_etl.destinations import Channel, Destination
from reverse_etl.errors import SyncRefused, SyncStopped
from reverse_etl.guards import plan_faults, resync_fault
from reverse_etl.identifiers import literal
from reverse_etl.ledger import prepare, prepare_ledger
from reverse_etl.locks import defining, writing
from reverse_etl.mapping import FieldMapping, read_mapping
from reverse_etl.plan import PlanTerms, make_plan
from reverse_etl.preflight import description_faults, value_faults
from reverse_etl.report import Mode, Status, SyncReport, records, summary
from reverse_etl.sampling import approve_sample, missing_sample
from reverse_etl.settlement import recover
from reverse_etl.sharing import Promise, freshest, release, sharing
from reverse_etl.spec import SyncSpec
from reverse_etl.unsent import note_standing
from reverse_etl.windows import write_windows


@dataclass(frozen=True)
class Request:
    """What a person or a job asks of a run; see `run`."""

    approval: str | None = None
    resync: str | None = None
    sample: int | None = None


def run(
    spec: SyncSpec,
    *,
    warehouse: Path,
    destination: Destination,
    mode: Mode = "live",
    progress: Callable[[str], None] | None = None,
    approval: str | None = None,
    resync: str | None = None,
    sample: int | None = None,
) -> SyncReport:
    """Bring the destination to what the sync's model says, or with mode `dry_run` say what that would write.

    `approval` (who and why) lifts the guards that a person may answer for; `resync` (why) writes whatever differs from
    what the destination holds, not from the ledger; `sample` writes that many telling records, reads them back, and
    ends. Refusals, stops and lost connections are told in the report's status, message and messages, and in
    ops.sync_runs; anything else is raised. Syncs may run side by side on one warehouse; two runs of one sync wait.
    """
    started = time.monotonic()
    request = Request(approval, resync, sample)
    before = replace(destination.usage)
    with writing(warehouse, spec.name), duckdb.connect(str(warehouse)) as con:
        with defining(warehouse):
            prepare(con)
        run_id = journal.new_run_id()
        journal.start_run(con, spec, run_id, mode, reason=resync, approval=approval)
        ctx = RunContext(
            con=con,
            warehouse=warehouse,
            spec=spec,
            mapping=FieldMapping((), {}, ""),
            destination=destination,
            run_id=run_id,
            mode=mode,
            say=progress or (lambda _line: None),
            is_resync=bool(resync),
        )
        try:
            status, lines = _outcome(ctx, request)
        finally:
            release(warehouse, spec.destination, run_id)
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


def _outcome(ctx: RunContext, request: Request) -> tuple[Status, list[str]]:
    """Run, and put how it ended into a status and lines."""
    try:
        check_circuit(ctx)
        _execute(ctx, request)
    except SyncRefused as refusal:
        return "refused", list(refusal.lines)
    except SyncStopped as stop:
        return "stopped", list(stop.lines)
    except ConnectionFailure as failure:
        open_circuit(ctx, str(failure))
        return "failed", [f"{ctx.spec.name}: {failure}"]
    close_circuit(ctx)
    is_whole = not ctx.tally.rejected and not ctx.tally.unknown
    return "succeeded" if is_whole else "partial", [summary(ctx.tally, ctx.mode, sync=ctx.spec.name)]


def _execute(ctx: RunContext, request: Request) -> None:
    _check_destination(ctx)
    ctx.mapping = read_mapping(ctx.con, ctx.spec)
    with defining(ctx.warehouse):
        prepare_ledger(ctx.con, ctx.spec.name, ctx.targets)
    if ctx.mode == "live":
        recover(ctx)
    else:
        _begin_preview(ctx)
    sample_records = request.sample or missing_sample(ctx)
    counts = _plan(ctx, sample_records)
    faults = _guard(ctx, counts, request)
    if ctx.mode == "live":
        _refuse(faults)  # a dry run goes on, so that a person can see what is to be approved
    _take_counts(ctx, counts)
    planned = min(counts.planned, request.sample or counts.planned)
    channel = ctx.destination.limits.channel(planned)
    if planned:
        _preflight(ctx, faults)
        channel, planned = _afford(ctx, planned)
    if planned < counts.planned:
        _leave_for_later(ctx, planned, counts.planned)
    if ctx.mode == "live":
        note_standing(ctx)
    write_windows(ctx, channel, planned, sample_records)
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


def _plan(ctx: RunContext, sample_records: int) -> PlanCounts:
    """Plan; of a snapshot everything is planned as soon as anything differs."""
    limits = ctx.destination.limits
    terms = PlanTerms(utc_now(), limits.blank_is_null, ctx.is_resync, sample_records, limits.trims_text)
    counts = make_plan(ctx.con, ctx.spec, ctx.mapping, terms)
    if ctx.spec.snapshot and counts.planned and not ctx.is_resync:
        counts = make_plan(ctx.con, ctx.spec, ctx.mapping, replace(terms, is_resync=True))
    return counts


def _guard(ctx: RunContext, counts: PlanCounts, request: Request) -> list[str]:
    lost = resync_fault(
        ctx.spec.name,
        is_ledger_empty=not counts.acknowledged,
        accepted_before=journal.accepted_before(ctx.con, ctx.spec.name),
        reason=request.resync,
    )
    sampled = None if request.sample or not counts.planned else approve_sample(ctx, request.approval)
    if request.sample and not lost:  # what is too much for a full push may well be sampled
        return plan_faults(ctx.spec, counts, approval="a sample", is_resync=ctx.is_resync)
    return [
        *([lost] if lost else []),
        *([sampled] if sampled else []),
        *plan_faults(ctx.spec, counts, approval=request.approval, is_resync=ctx.is_resync),
    ]


def _take_counts(ctx: RunContext, counts: PlanCounts) -> None:
    ctx.tally.planned, ctx.tally.unchanged = counts.planned, counts.unchanged
    ctx.tally.skipped, ctx.tally.deferred, ctx.tally.invalid = counts.skipped, counts.deferred, counts.invalid
    journal.note_cause(ctx, counts)


def _preflight(ctx: RunContext, faults: list[str]) -> None:
    ctx.described = ctx.destination.describe(ctx.spec.object)
    lines = description_faults(ctx.spec, ctx.mapping, ctx.described, ctx.destination.limits)
    if not lines and ctx.described is not None:
        lines = [
            *ctx.destination.check(ctx.spec.object, ctx.spec.operations, ctx.targets),
            *value_faults(ctx.con, ctx.spec, ctx.mapping, ctx.described),
        ]
    _refuse([*faults, *lines] if lines else [])


def _afford(ctx: RunContext, planned: int) -> tuple[Channel, int]:
    """The channel, and how many of the planned records the day's API calls allow."""
    limits, usage = ctx.destination.limits, ctx.destination.usage
    with sharing(ctx.warehouse, ctx.spec.destination) as promises:
        volume = Volume(planned, min(_conditional(ctx), planned), sum(promise.left for promise in promises.values()))
        allowed = allowance(limits, ctx.spec.guards, freshest(usage, promises.values()), volume)
        promised = calls(limits, allowed.channel, volume.part(allowed.records)) if allowed.records else 0
        promises[ctx.run_id] = Promise(usage, usage.calls, promised)
    if allowed.words:
        ctx.warnings.append(f"{ctx.spec.name}: {allowed.words}")
    return allowed.channel, allowed.records


def _conditional(ctx: RunContext) -> int:
    """How many planned records may have to go on a condition."""
    is_bound = any(field.mode == "if_blank" or field.on_conflict == "keep" for field in ctx.mapping.fields)
    if not is_bound or not ctx.destination.limits.conditional_records:
        return 0
    return ctx.count("""
        select count(distinct record_key)
        from (select record_key, unnest(cells) as cell from sync_plan where standing = 'planned')
        inner join sync_fields on cell.slot = sync_fields.slot
        where sync_fields.mode = 'if_blank' or sync_fields.on_conflict = 'keep'
    """)


def _leave_for_later(ctx: RunContext, now: int, planned: int) -> None:
    ctx.con.execute("delete from sync_order where position > ?", [now])
    ctx.tally.planned -= planned - now
    ctx.tally.later = planned - now


def _refuse(faults: Sequence[str]) -> None:
    if faults:
        raise SyncRefused(faults)
