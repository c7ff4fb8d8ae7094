"""What routing shows over weeks: somebody who suddenly gets no leads is seen before they ask."""

from expectations.checks import Frame
from expectations.suites.figures import figures, offenders


def volumes(today: str) -> Frame:
    """The last whole week of each person and queue beside the four before it; `today` is SQL."""
    table = "marts.routing_volumes"
    measure = offenders(
        table,
        "lead_volumes_usual",
        f"is_drop and week_date = date_trunc('week', {today}) - interval 7 day",
        shown="assigned_to_name || ': ' || lead_count || ' leads, usually ' || round(usual_lead_count, 1)",
        columns=("is_drop", "week_date", "assigned_to_name", "lead_count", "usual_lead_count"),
        expected="at least half as many leads as in the four weeks before for each person and queue",
        description="Nobody's leads fail to come",
        remedy="look at path and reason in marts.fct_routing_decisions, and at absences.csv and routing_maps.csv",
        requirements=("RTE-29",),
    )
    return figures(table, (measure,), absent_passes=True)
