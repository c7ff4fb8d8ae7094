"""A plan goes out window by window: what is read is written at once, before it can grow old."""

from __future__ import annotations

from reverse_etl.context import RunContext
from reverse_etl.delivery import deliver, queue_window
from reverse_etl.destinations import Channel
from reverse_etl.judgement import count_window, judge_window, preview_window
from reverse_etl.sampling import validate_sample
from reverse_etl.unsent import note_unfinished, settle_unsent

# How often a record that somebody changes while we write it is read and judged again in one run.
_ROUNDS = 3


def write_windows(ctx: RunContext, channel: Channel, planned: int, sample_records: int) -> None:
    """Window by window: read, judge, record what is not sent, send the rest; `sample_records` come first, if any."""
    limits = ctx.destination.limits
    is_usual = channel == limits.channel(planned)
    for first in range(1, planned + 1, channel.window_records):
        judge_window(ctx, f"position between {first} and {first + channel.window_records - 1}")
        count_window(ctx)
        if ctx.mode == "dry_run":
            preview_window(ctx)
            continue
        settle_unsent(ctx)
        waiting = queue_window(ctx)
        if waiting and sample_records:
            deliver(ctx, limits.channels[0], sample_records)
            waiting = max(0, waiting - sample_records)
            sample_records = max(0, sample_records - validate_sample(ctx, is_all=not waiting))
        if waiting:
            deliver(ctx, limits.channel(waiting) if is_usual else channel, waiting)
        _write_changed(ctx)


def _write_changed(ctx: RunContext) -> None:
    """Records that somebody changed between our reading and our writing: read, judge and send them again."""
    for _ in range(_ROUNDS):
        ctx.con.execute("create or replace temp table sync_round as select distinct record_key from sync_changed")
        if not ctx.count("select count(*) from sync_round"):
            return
        judge_window(ctx, "sync_order.record_key in (select record_key from sync_round)")
        count_window(ctx)
        settle_unsent(ctx)
        if waiting := queue_window(ctx):
            deliver(ctx, ctx.destination.limits.channels[0], waiting)
    note_unfinished(ctx)
