"""Figures of a table: how many of its rows are not as they should be, and which."""

from collections.abc import Sequence

from expectations.checks import Frame, Measure, profile
from expectations.results import Severity

REVOPS = "revenue operations"
_EXAMPLES = 5


def offenders(
    table: str,
    name: str,
    condition: str,
    *,
    shown: str,
    expected: str,
    description: str,
    remedy: str,
    requirements: tuple[str, ...],
    columns: tuple[str, ...] = (),
    extra: tuple[str, ...] = (),
    severity: Severity = "warning",
    blocking: bool = False,
) -> Measure:
    """No row of `table` may meet `condition`; `shown` is the SQL that names one that does."""
    return Measure(
        name=name,
        sql=f"count(*) filter (where {condition})",
        low=0,
        high=0,
        expected=expected,
        description=f"{description} ({', '.join(requirements)})",
        remedy=remedy,
        columns=columns,
        extra=extra,
        severity=severity,
        blocking=blocking,
        examples=f"select distinct {shown} from {table} where {condition} order by 1 limit {_EXAMPLES}",
        requirements=requirements,
    )


def figures(table: str, measures: Sequence[Measure], *, owner: str = REVOPS, absent_passes: bool = False) -> Frame:
    """One scan of `table` for all its figures; a table that need not exist yet passes."""
    return profile(table, owner, tuple(measures), absent_passes=absent_passes)
