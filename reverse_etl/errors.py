"""Why a sync did not run, or did not run to its end. Each line names the sync, the thing, the value and the remedy."""

from __future__ import annotations

from collections.abc import Iterable


class SyncFault(Exception):  # noqa: N818 - the tree is named by what happened
    """One or more faults, all found before giving up; `lines` holds one sentence for each."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        more = len(self.lines) - 1
        super().__init__(self.lines[0] + (f" (and {more} more)" if more > 0 else ""))


class SpecFault(SyncFault):
    """A file in the folder of syncs is not a valid declaration."""


class SyncRefused(SyncFault):
    """A check before the first write said no: the destination is as it was."""


class SyncStopped(SyncFault):
    """Something seen while writing said stop: what was accepted is recorded, the rest was not sent."""
