"""What enrichment still has to do: who may be asked about, who waits for which vendor, who cannot be asked about."""

from __future__ import annotations

import logging

import dagster as dg

import ingestion
from ingestion import vendors
from orchestration import keys
from orchestration.resources import ActiveRun
from orchestration.settings import Settings

LOG = logging.getLogger("marketmap.enrichment")


def queue(settings: Settings) -> dg.AssetsDefinition:
    """The queue after the run's loads; it is planned, at no cost, also when no vendor is on."""
    key = keys.ENRICHMENT_QUEUE
    active = [adapter.name for adapter in vendors.ADAPTERS if adapter.name in settings.credentials]
    read = ("salesforce", *active)
    tables = [
        keys.raw(source, table)
        for source in read
        for table in ingestion.SOURCES[source].resources
        if source in settings.credentials and (source != "salesforce" or table in {"accounts", "contacts", "leads"})
    ]

    @dg.asset(
        key=key,
        deps=[keys.PREFLIGHT, *tables],
        description="One row per CRM record: may it be asked about, by which vendor next, how the attempts went.",
        group_name=keys.layer(key).group,
        owners=[keys.layer(key).owner],
        kinds={"python", "duckdb"},
        metadata={"dagster/table_name": keys.table_name(key)},
    )
    def enrichment_queue(run: ActiveRun) -> dg.MaterializeResult[None]:
        rules = vendors.read_rules(settings.project_dir / "seeds")
        report = vendors.record_queue(settings.warehouse, rules, vendors.ADAPTERS, active)
        told = ", ".join(f"{count:,} {status}" for status, count in report.counts.items())
        LOG.info("enrichment: %s", told or "no records")
        return dg.MaterializeResult(metadata={"dagster/row_count": report.rows, **report.counts})

    return enrichment_queue
