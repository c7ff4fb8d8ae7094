"""Which sources are read, and how they are landed: one way for the whole job and for the micro-batch."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import ingestion
from ingestion import vendors
from orchestration import erasure, switches, syncs
from orchestration.errors import IngestionFailed
from orchestration.settings import SYSTEMS, Settings

LOG = logging.getLogger("marketmap.ingestion")


def land_again(settings: Settings, source: str, period: ingestion.Period) -> ingestion.LoadReport:
    """Read the time series of a source for a period anew; the next run builds upon what that brings.

    Raises ConnectionFailure or LoadFailure.
    """
    report = ingestion.load(
        source,
        settings.credentials[source],
        warehouse=settings.warehouse,
        state_dir=settings.home / "state",
        progress=lambda line: LOG.debug("%s: %s", source, line),
        period=period,
    )
    erasure.keep_erased(settings.home, settings.warehouse, syncs.mirrored())
    return report


@dataclass
class Landed:
    """What came of each source: its report, or why it failed."""

    reports: dict[str, ingestion.LoadReport] = field(default_factory=dict)
    failures: list[Exception] = field(default_factory=list)

    def raise_for_failures(self) -> None:
        """Raises IngestionFailed with every failure's own lines."""
        if self.failures:
            lines = [line for failure in self.failures for line in str(failure).splitlines()]
            raise IngestionFailed(*lines) from self.failures[0]


def active(settings: Settings) -> list[str]:
    """The sources with credentials that no switch keeps from being read, in the order of the lineage."""
    return [source for source in ingestion.SOURCES if source in settings.credentials and not kept_off(settings, source)]


def kept_off(settings: Settings, source: str) -> str | None:
    """What to change for a source to be read although its credentials are there; None when nothing keeps it."""
    return switches.why_off(settings.project_dir, source, switches.READ)


def land(
    settings: Settings,
    sources: Collection[str],
    arrived: Callable[[str, frozenset[str]], None] = lambda source, tables: None,
) -> Landed:
    """Load `sources` side by side, enrichment vendors by the rules of their seeds; each is told of when it is done.

    `arrived` hears, from several threads, which tables of a source hold all there was when the load began.
    """
    landed = Landed()
    wanted = {source: settings.credentials[source] for source in sources}
    for source, outcome in ingestion.load_together(
        wanted,
        warehouse=settings.warehouse,
        state_dir=settings.home / "state",
        progress=lambda source, line: LOG.debug("%s: %s", source, line),
        landed=arrived,
        options=vendors.vendor_options(settings.project_dir / "seeds", wanted),
    ):
        if isinstance(outcome, Exception):
            landed.failures.append(outcome)
            continue
        landed.reports[source] = outcome
        LOG.info("%s: %s rows landed", SYSTEMS[source].title, f"{sum(outcome.rows.values()):,}")
        for resource, note in outcome.notes.items():
            LOG.warning("%s %s: %s", SYSTEMS[source].title, resource, note)
    erasure.keep_erased(settings.home, settings.warehouse, syncs.mirrored())
    return landed
