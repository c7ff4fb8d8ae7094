"""What signal providers listed, as landed: each thing once."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from expectations.checks import Frame, Measure, Suite, profile
from expectations.suites.raw_tables import DATA_ENGINEERING, history, none_of

PROVIDERS = {
    "predictleads": ("news_events", "job_openings"),
    "hibp": ("breaches",),
    "g2": ("buyer_interactions",),
}


def raw_provider(provider: str, now: datetime) -> Suite:
    """The suite for raw_<provider>; `now` (UTC) is what freshness is measured against."""
    frames = []
    for resource in PROVIDERS[provider]:
        table = f"raw_{provider}.{resource}"
        frames += [_listed(table), history(table, provider, resource, now)]
    return Suite(f"raw_{provider}", tuple(frames))


def suites() -> dict[str, Callable[[datetime], Suite]]:
    """Every provider's suite by name."""
    return {f"raw_{provider}": partial(raw_provider, provider) for provider in PROVIDERS}


def _listed(table: str) -> Frame:
    """A key that is filled and unique; a provider that has listed nothing so far has no table."""
    measures = (
        none_of("key_filled", "id", "id is null", "id on every row", "load the resource again", table, "'(null)'"),
        Measure(
            name="key_unique",
            sql="count(id) - count(distinct id)",
            columns=("id",),
            low=0,
            high=0,
            expected="each id once",
            description="id is unique",
            remedy="drop the table and load the resource again: a merge has lost its primary key",
            examples=f"select id from {table} group by 1 having count(*) > 1 order by 1 limit 5",
        ),
    )
    return profile(table, DATA_ENGINEERING, measures, absent_passes=True)
