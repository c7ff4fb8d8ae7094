"""The limits of a sync, judged on the plan before the first write and on the answers while writing. Pure."""

from __future__ import annotations

from reverse_etl.counts import PlanCounts
from reverse_etl.spec import Guards, SyncSpec

# Fewer answers than this say nothing about a share of rejections.
_FEWEST_ANSWERS = 20


def plan_faults(spec: SyncSpec, counts: PlanCounts, *, approval: str | None, is_resync: bool) -> list[str]:
    """Why this plan must not be written; an approval (who and why) lifts what a person may answer for."""
    guards, name = spec.guards, spec.name
    if counts.desired < guards.min_rows:
        remedy = "the model or what it is built from is incomplete; repair that"
        return [f"{name}: {spec.model} holds {counts.desired:,} rows, guards.min_rows is {guards.min_rows:,}; {remedy}"]
    if approval:
        return []
    approve = "look at a dry run, then pass an approval that says who and why"
    faults = []
    if counts.planned > guards.approval_above_records:
        kind = "this full resync" if is_resync else "this run"
        limit = f"guards.approval_above_records is {guards.approval_above_records:,}"
        faults.append(f"{name}: {kind} would write up to {counts.planned:,} records, {limit}; {approve}")
    for what, count, most in (
        ("create", counts.creates, guards.approval_above_creates),
        ("delete", counts.deletes, guards.approval_above_deletes),
    ):
        if count > most:
            told = f"would {what} up to {count:,} records, guards.approval_above_{what}s is {most:,}"
            faults.append(f"{name}: this run {told}; {approve}")
    if counts.removed > guards.max_removed_ratio * counts.acknowledged:
        share = f"{counts.removed:,} of {counts.acknowledged:,} records written before are no longer in {spec.model}"
        faults.append(f"{name}: {share}, guards.max_removed_ratio is {guards.max_removed_ratio:g}; {approve}")
    for field, changed in sorted(counts.changed_by_field.items()):
        allowed = guards.max_changed_ratio_by_field.get(field, guards.max_changed_ratio)
        if changed > max(1.0, allowed * counts.acknowledged):
            if counts.acknowledged:
                share = f"{field} would change in {changed:,} of {counts.acknowledged:,} records"
                faults.append(f"{name}: {share}, the limit of the share is {allowed:g}; {approve}")
            else:
                first = f"{field} would replace what {changed:,} records hold, and none was written before"
                faults.append(f"{name}: {first}; {approve}")
    return faults


def rejection_fault(name: str, guards: Guards, *, answered: int, rejected: int, words: str) -> str | None:
    """Why writing must stop early: the destination says no to too many; `words` is its latest refusal."""
    if answered < _FEWEST_ANSWERS or rejected <= guards.max_rejected_ratio * answered:
        return None
    limit = f"guards.max_rejected_ratio is {guards.max_rejected_ratio:g}"
    return f"{name}: {rejected:,} of {answered:,} records were refused, {limit}; last refusal: {words}"


def resync_fault(name: str, *, is_ledger_empty: bool, accepted_before: int, reason: str | None) -> str | None:
    """A ledger that lost its content would silently become a full resync: that needs a reason."""
    if reason or not is_ledger_empty or not accepted_before:
        return None
    lost = f"the ledger is empty although {accepted_before:,} records were accepted before"
    return f"{name}: {lost}; restore the warehouse, or pass a reason for a full resync"
