"""Why a judged value is not sent: what is recorded of it, and when it is judged again."""

from __future__ import annotations

from typing import Literal

from reverse_etl.context import RunContext
from reverse_etl.identifiers import literal

# Why a judged value is not sent: the status of its row in ops.sync_records, our words (a message of its own outranks
# them), and after which of the sync's waiting times the same value is judged again (none: in the next run).
_UNSENT = {
    "filled": ("skipped", "if_blank: the field already holds a value", "skipped"),
    "conflict": ("skipped", "somebody else changed the field since our last write; on_conflict is keep", "skipped"),
    "elsewhere": ("skipped", "it exists under another name", "skipped"),
    "prevented": ("skipped", "prevent-override is ticked", ""),
    "missing": ("invalid", "the destination has no record with this key", "rejected"),
    "ambiguous": ("invalid", "several records answer to this key", "rejected"),
    "nameless": ("invalid", "a field that names the record is blank", "rejected"),
    "misfit": ("invalid", "the picklist does not have the value for this record", "rejected"),
}
IS_UNSENT = f"verdict in ({', '.join(literal(verdict) for verdict in _UNSENT)})"


def told(part: Literal["status", "words"], message: str = "message") -> str:
    """SQL: the status or the words of an unsent value; `message` = the column with words of its own."""
    number = 0 if part == "status" else 1
    cases = " ".join(f"when {literal(verdict)} then {literal(row[number])}" for verdict, row in _UNSENT.items())
    return f"case verdict {cases} end" if part == "status" else f"coalesce({message}, case verdict {cases} end)"


def hours(ctx: RunContext) -> str:
    """SQL: how long an unsent value waits."""
    times = {"skipped": ctx.spec.retry.skipped_after_hours, "rejected": ctx.spec.retry.rejected_after_hours, "": 0}
    cases = " ".join(f"when {literal(verdict)} then {times[row[2]]}" for verdict, row in _UNSENT.items())
    return f"case verdict {cases} else 0 end"
