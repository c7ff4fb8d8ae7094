"""Marketo as landed: leads, and activities whose type and person are known."""

from datetime import datetime

from expectations.checks import Measure, Suite
from expectations.suites.raw_tables import history, keyed, none_of

_SCHEMA = "raw_marketo"
_TABLES = ("leads", "activities", "activity_types", "programs", "lists", "list_members")


def raw_marketo(now: datetime) -> Suite:
    """The suite for raw_marketo; `now` (UTC) is what freshness is measured against."""
    tables = (
        keyed(f"{_SCHEMA}.leads", "id", None),
        keyed(f"{_SCHEMA}.activities", "marketo_guid", None, _activity_checks(now)),
        keyed(f"{_SCHEMA}.activity_types", "id", None),
        keyed(f"{_SCHEMA}.programs", "id", None, optional=True),
        keyed(f"{_SCHEMA}.lists", "id", None, optional=True),
    )
    looked_back = tuple(history(f"{_SCHEMA}.{name}", "marketo", name, now) for name in _TABLES)
    return Suite("raw_marketo", (*tables, *looked_back))


def _activity_checks(now: datetime) -> tuple[Measure, ...]:
    table, types = f"{_SCHEMA}.activities", f"{_SCHEMA}.activity_types"
    # An hour of grace for clocks that differ.
    future = f"activity_date > timestamp '{now:%Y-%m-%d %H:%M:%S}' + interval 1 hour"
    unknown = f"activity_type_id not in (select id from {types} where id is not null)"
    return (
        none_of(
            "person_filled",
            "lead_id",
            "lead_id is null",
            "a lead on every activity",
            "load activities again; the file of the bulk extract was cut",
            table,
            "marketo_guid",
        ),
        none_of(
            "type_known",
            "activity_type_id",
            unknown,
            "types listed in activity_types",
            "load activity_types again, then map the new type in the seed activity_types.csv",
            table,
            "activity_type_id",
            warns=True,
            extra=(f"{types}.id",),
        ),
        none_of(
            "not_in_future",
            "activity_date",
            future,
            "no activity after now",
            "check the time zone of the extract",
            table,
            "marketo_guid",
            warns=True,
        ),
    )
