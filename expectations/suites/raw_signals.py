"""What signal providers listed, as landed: each thing once, about somebody."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from expectations.checks import Suite
from expectations.suites.raw_tables import history, keyed

PROVIDERS = {
    "predictleads": ("news_events", "job_openings"),
    "hibp": ("breaches",),
    "g2": ("buyer_interactions",),
}


def raw_provider(provider: str, now: datetime) -> Suite:
    """The suite for raw_<provider>; `now` (UTC) is what freshness is measured against."""
    frames = []
    for table in PROVIDERS[provider]:
        frames.append(keyed(f"raw_{provider}.{table}", "id", None, optional=True))
        frames.append(history(f"raw_{provider}.{table}", provider, table, now))
    return Suite(f"raw_{provider}", tuple(frames))


def suites() -> dict[str, Callable[[datetime], Suite]]:
    """Every provider's suite by name."""
    return {f"raw_{provider}": partial(raw_provider, provider) for provider in PROVIDERS}
