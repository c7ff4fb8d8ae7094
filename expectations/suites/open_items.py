"""What the monthly review of corrections, conflicts and unknown labels has not looked at."""

from expectations.checks import Frame
from expectations.suites.figures import figures, offenders


def open_items() -> Frame:
    """Part of the maintenance suite; a month is 31 days."""
    table = "marts.open_items"
    measure = offenders(
        table,
        "corrections_reviewed",
        "is_overdue",
        shown="kind || ' ' || item || ' (' || coalesce(age_days || ' days', 'age not known') || ')'",
        columns=("kind", "item", "age_days", "is_overdue"),
        expected="every correction, conflict and unknown label looked at within 31 days",
        description="Corrections by hand and disagreements are reviewed",
        remedy="settle them, or confirm them all by a row corrections_review in maintenance_log.csv",
        requirements=("DQ-22",),
    )
    return figures(table, (measure,))
