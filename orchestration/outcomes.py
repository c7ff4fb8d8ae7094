"""How one node of the dbt project ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.errors import TransformationFailed


@dataclass(frozen=True)
class NodeOutcome:
    """A model, seed, snapshot or test: dbt's own status word, failing rows, seconds and a message of one line.

    A test may say who its `owner` is and what the `remedy`; `rows_before` are those that a built table had before.
    """

    unique_id: str
    status: str
    failures: int
    seconds: float
    message: str
    owner: str = ""
    remedy: str = ""
    rows_before: int = 0

    @property
    def succeeded(self) -> bool:
        """Whether the node did what it should."""
        return self.status in {"success", "pass"}

    @property
    def skipped(self) -> bool:
        """Whether the node was left out because something before it failed."""
        return self.status == "skipped"

    @property
    def failed(self) -> bool:
        """Whether the node stops the run."""
        return self.status in {"error", "fail", "runtime error"}


def raise_for_failures(outcomes: Iterable[NodeOutcome]) -> None:
    """Raises TransformationFailed with a line for each node that stops the run."""
    if failed := [told(outcome) for outcome in outcomes if outcome.failed]:
        raise TransformationFailed(*failed)


def told(outcome: NodeOutcome) -> str:
    """Why a node failed, in one line."""
    kind, _, name = outcome.unique_id.split(".", 2)
    general = "correct the rows or the rule" if kind == "test" else "correct the file"
    remedy = outcome.remedy or f"{general} and run again"
    return f"dbt {kind} {name.split('.')[0]} failed: {outcome.message}; {remedy.rstrip('.')}."


def one_line(text: str) -> str:
    """`text` without line breaks and runs of blanks: every failure is told in one line."""
    return " ".join(text.split())
