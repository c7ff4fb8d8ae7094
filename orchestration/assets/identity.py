"""Identity: which source records are one company or one person."""

import logging
from collections.abc import Iterator

import dagster as dg

from orchestration import keys, warehouse
from orchestration.resources import ActiveRun
from orchestration.settings import Settings

LOG = logging.getLogger("marketmap.identity")


def identities(settings: Settings) -> dg.AssetsDefinition:
    """The tables of ml/identity, written together from the company and person records."""
    specs = [
        dg.AssetSpec(
            key := keys.identity(table),
            deps=list(keys.IDENTITY_INPUTS),
            description=description,
            group_name=keys.layer(key).group,
            owners=[keys.layer(key).owner],
            kinds={"python", "duckdb"},
            metadata={"dagster/table_name": keys.table_name(key)},
        )
        for table, description in keys.IDENTITY_TABLES.items()
    ]

    @dg.multi_asset(name="resolve_identity", specs=specs)
    def resolve_identity(run: ActiveRun) -> Iterator[dg.MaterializeResult[None]]:
        from ml import identity

        LOG.debug("identity: matching records")
        report = identity.resolve(settings.warehouse)
        LOG.info("identity: %s records are %s accounts", f"{report.records:,}", f"{report.accounts:,}")
        counts = warehouse.row_counts(settings.warehouse, [keys.table_name(spec.key) for spec in specs])
        for spec in specs:
            yield dg.MaterializeResult(
                asset_key=spec.key, metadata={"dagster/row_count": counts.get(keys.table_name(spec.key), 0)}
            )

    return resolve_identity
