"""Evidence: what past deals say about segments, drivers and weights."""

import logging
from collections.abc import Iterator

import dagster as dg

from orchestration import keys, warehouse
from orchestration.settings import Settings

LOG = logging.getLogger("marketmap.evidence")


def findings(settings: Settings) -> dg.AssetsDefinition:
    """The tables of ml/evidence, learnt from the built intermediate models and written together."""
    specs = [
        dg.AssetSpec(
            key := keys.learnt(table),
            deps=list(keys.EVIDENCE_INPUTS),
            description=description,
            group_name=keys.layer(key).group,
            owners=[keys.layer(key).owner],
            kinds={"python", "duckdb"},
            metadata={"dagster/table_name": keys.table_name(key)},
        )
        for table, description in keys.EVIDENCE_TABLES.items()
    ]

    @dg.multi_asset(name="weigh_evidence", specs=specs)
    def weigh_evidence() -> Iterator[dg.MaterializeResult[None]]:
        from ml import evidence

        LOG.debug("evidence: weighing closed deals")
        report = evidence.assess(settings.warehouse)
        if report.status == "assessed":
            found = ", ".join(report.drivers) or "nothing that holds by itself"
            LOG.info("evidence: %s closed deals; wins go with %s", f"{report.deals:,}", found)
        else:
            LOG.info("evidence: %s", report.status)
        counts = warehouse.row_counts(settings.warehouse, [keys.table_name(spec.key) for spec in specs])
        for spec in specs:
            yield dg.MaterializeResult(
                asset_key=spec.key, metadata={"dagster/row_count": counts.get(keys.table_name(spec.key), 0)}
            )

    return weigh_evidence
