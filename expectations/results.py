"""What a suite found, in words that a person can act on."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


class ExpectationsError(Exception):
    """A suite could not be run at all: an unknown name, or a warehouse that cannot be read."""


@dataclass(frozen=True)
class CheckResult:
    """One check: what was seen against what was expected, and what to do about the difference."""

    name: str
    table: str
    severity: Severity
    blocking: bool
    success: bool
    observed: str
    expected: str
    unexpected_count: int
    examples: tuple[str, ...]
    owner: str
    remedy: str

    def line(self) -> str:
        """The check as one line; a failed one says what to do."""
        if self.success:
            return f"ok       {self.table} {self.name}: {self.observed}"
        shown = f" (for example {', '.join(self.examples)})" if self.examples else ""
        return (
            f"{'STOP' if self.blocking else self.severity:<8} {self.table} {self.name}: "
            f"{self.observed}{shown}; expected {self.expected}. {self.owner}: {self.remedy}"
        )


@dataclass(frozen=True)
class SuiteResult:
    """All checks of a suite. `success`: no check of severity error failed."""

    suite: str
    success: bool
    checks: list[CheckResult]

    @property
    def blocked(self) -> bool:
        """Whether a failed check forbids what comes after the suite."""
        return any(check.blocking and not check.success for check in self.checks)

    def summary(self) -> str:
        """The suite in plain words: one line of figures, then one line for each failed check, the gravest first."""
        failed = [check for check in self.checks if not check.success]
        errors = sum(check.severity == "error" for check in failed)
        head = (
            f"{self.suite}: {len(self.checks) - len(failed)} of {len(self.checks)} checks passed, "
            f"{errors} failed, {len(failed) - errors} warned"
        )
        failed.sort(key=lambda check: (not check.blocking, check.severity, check.table, check.name))
        return "\n".join([head, *(check.line() for check in failed)])
