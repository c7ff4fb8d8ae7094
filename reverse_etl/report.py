"""What a run tells: counts that add up, what it cost, and a few values to look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from reverse_etl.errors import SyncFault

Mode = Literal["live", "dry_run"]
# refused: nothing was sent; stopped: a guard ended the run; failed: the destination could not be reached to the end.
Status = Literal["succeeded", "partial", "refused", "stopped", "failed"]


@dataclass
class Tally:
    """Counts of records while a run goes on."""

    planned: int = 0
    accepted: int = 0
    rejected: int = 0
    invalid: int = 0
    unknown: int = 0
    unchanged: int = 0
    skipped: int = 0
    deferred: int = 0
    conflicts: int = 0
    later: int = 0


@dataclass(frozen=True)
class Example:
    """One value that was written, or that a dry run would write."""

    record_key: str
    field: str
    before: str | None
    after: str | None
    operation: str | None = None
    reason: str | None = None

    def __str__(self) -> str:
        made = f" ({self.operation})" if self.operation in {"create", "delete"} else ""
        why = f", because {self.reason}" if self.reason else ""
        return f"{self.record_key}{made} {self.field}: {_shown(self.before)} -> {_shown(self.after)}{why}"


@dataclass(frozen=True)
class SyncReport:
    """The outcome of one run; counts are records, except `values_by_field`: accepted (or, dry, planned) values.

    planned = accepted + rejected + unknown + those a stop kept from being sent. The rows of the model are planned +
    unchanged + skipped (protected or not blank) + deferred (refused lately, same values) + invalid (never sent) + later
    (left for the next run: a sample, or too few API calls), where a mirror or a membership also plans removals.
    `message` is one line; `messages` are all lines worth reading.
    """

    run_id: str
    sync: str
    mode: Mode
    planned: int
    accepted: int
    rejected: int
    invalid: int
    unknown: int
    unchanged: int
    skipped: int
    deferred: int
    conflicts: int
    later: int
    api_calls: int
    seconds: float
    status: Status
    message: str
    mapping_version: str | None = None
    examples: tuple[Example, ...] = ()
    messages: tuple[str, ...] = ()
    values_by_field: Mapping[str, int] = field(default_factory=dict)

    def raise_for_status(self) -> SyncReport:
        """Raise SyncFault with the report's lines if the run did not come to its end; else return the report."""
        if self.status in {"refused", "stopped", "failed"}:
            raise SyncFault(self.messages or (self.message,))
        return self


def summary(tally: Tally, mode: Mode, *, sync: str) -> str:
    """One line for a run that came to its end."""
    if not tally.planned:
        head = f"{sync}: nothing to write"
    elif mode == "dry_run":
        head = f"{sync}: {records(tally.planned)} would be written"
    else:
        head = f"{sync}: {tally.accepted:,} of {records(tally.planned)} written"
    parts = {
        "rejected": tally.rejected,
        "unknown": tally.unknown,
        "invalid": tally.invalid,
        "skipped": tally.skipped,
        "waiting after a refusal": tally.deferred,
        "left for the next run": tally.later,
        "changed by others since our last write": tally.conflicts,
        "unchanged": tally.unchanged,
    }
    return ", ".join([head, *(f"{count:,} {what}" for what, count in parts.items() if count)])


def records(count: int) -> str:
    """`1 record`, `2,000 records`."""
    return f"{count:,} record" + ("" if count == 1 else "s")


def _shown(value: str | None) -> str:
    if value is None:
        return "(blank)"
    return repr(value if len(value) <= 60 else value[:59] + "…")
