"""Publishing as assets: the marts when the build is green, the record of what was done when the syncs have ended."""

import logging
from collections.abc import Sequence

import dagster as dg

from ingestion.warehouse import tidy_up
from orchestration import automation, keys, market_review, pipeline, publication
from orchestration.resources import ActiveRun
from orchestration.settings import Settings

LOG = logging.getLogger("marketmap.publication")


def published(
    settings: Settings, marts: Sequence[dg.AssetKey], synced: Sequence[dg.AssetKey]
) -> list[dg.AssetsDefinition]:
    """`published/marts` after every mart, `published/operations` after every sync."""
    return [
        _publisher(
            settings,
            keys.PUBLISHED_MARTS,
            publication.MARTS,
            "One row per row of each mart, in the read-only file that BI and `marketmap sql` read.",
            [*marts],
        ),
        _publisher(
            settings,
            keys.PUBLISHED_OPERATIONS,
            publication.OPS,
            "One row per load, check, sync run and written field, in the same read-only file.",
            [keys.PUBLISHED_MARTS, keys.QA_CHECKLIST, keys.MAINTENANCE, *synced],
        ),
    ]


def _publisher(
    settings: Settings, key: dg.AssetKey, schema: str, description: str, deps: list[dg.AssetKey]
) -> dg.AssetsDefinition:
    @dg.asset(
        key=key,
        deps=deps,
        description=description,
        group_name=keys.layer(key).group,
        owners=[keys.layer(key).owner],
        kinds={"duckdb"},
        freshness_policy=automation.NIGHTLY_DEADLINE,
    )
    def publish(run: ActiveRun) -> dg.MaterializeResult[None]:
        tidy_up(settings.warehouse)  # few tables are written from here on
        done = publication.publish(settings.warehouse, settings.published, schema)
        if done.touched:
            LOG.info("published: %d %s tables written, %d unchanged", len(done.written), schema, len(done.unchanged))
        else:
            LOG.info("published: nothing changed in %s", schema)
        if done.touched and market_review.LAST_TABLE in done.rows:
            market_review.PAGE.write(settings)
        if done.touched and pipeline.LAST_TABLE in done.rows:
            pipeline.PAGE.write(settings)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": sum(done.rows.values()),
                "tables_written": list(done.written),
                "tables_unchanged": len(done.unchanged),
            }
        )

    return publish
