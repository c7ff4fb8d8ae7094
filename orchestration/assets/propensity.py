"""Propensity: how likely each account is to convert, trained when it is due and scored in every run."""

import logging
from collections.abc import Iterator

import dagster as dg

from orchestration import keys, warehouse
from orchestration.settings import Settings

LOG = logging.getLogger("marketmap.propensity")


def probabilities(settings: Settings) -> dg.AssetsDefinition:
    """The tables of ml/propensity, learnt from the built intermediate models and written together."""
    specs = [
        dg.AssetSpec(
            key := keys.learnt(table),
            deps=list(keys.PROPENSITY_INPUTS),
            description=description,
            group_name=keys.layer(key).group,
            owners=[keys.layer(key).owner],
            kinds={"python", "scikitlearn"},
            metadata={"dagster/table_name": keys.table_name(key)},
        )
        for table, description in keys.PROPENSITY_TABLES.items()
    ]

    @dg.multi_asset(name="foretell_conversion", specs=specs)
    def foretell_conversion() -> Iterator[dg.MaterializeResult[None]]:
        from ml.propensity import warehouse as propensity

        LOG.debug("propensity: reading the history")
        report = propensity.refresh(settings.warehouse, settings.home / "reports")
        told = f"{report.accounts:,} accounts; " if report.accounts else ""
        LOG.info("propensity: %s%s (%s)", told, report.message, report.status)
        counts = warehouse.row_counts(settings.warehouse, [keys.table_name(spec.key) for spec in specs])
        for spec in specs:
            yield dg.MaterializeResult(
                asset_key=spec.key,
                metadata={
                    "dagster/row_count": counts.get(keys.table_name(spec.key), 0),
                    "status": report.status,
                    "model_version": report.model_version or "none",
                },
            )

    return foretell_conversion
