"""Raw tables: one multi-asset per source over ingestion's own resources.

`@dlt_assets` would need each dlt source, and with it credentials, when this module is imported; the interface and the
checks must load without them.
"""

import logging
from collections.abc import Iterator

import dagster as dg

import ingestion
from orchestration import keys, warehouse
from orchestration.resources import ActiveRun
from orchestration.settings import SYSTEMS, Settings

LOG = logging.getLogger("marketmap.ingestion")

_KINDS = {"dlt", "duckdb"}


def landing(settings: Settings) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """What every source lands; the tables of a source that is off stand in the lineage and cannot be materialised."""
    found: list[dg.AssetsDefinition | dg.AssetSpec] = []
    for source in ingestion.SOURCES:
        if source in settings.credentials:
            found.append(_loader(settings, source, _specs(source)))
        else:
            note = f"Off: set {', '.join(SYSTEMS[source].variables)} to land it."
            found.extend(spec.replace_attributes(description=f"{spec.description} {note}") for spec in _specs(source))
    return found


def _specs(source: str) -> list[dg.AssetSpec]:
    title = SYSTEMS[source].title
    return [
        dg.AssetSpec(
            key := keys.raw(source, resource),
            description=f"{title} {resource.replace('_', ' ')}, landed unchanged; deleted records stay as facts.",
            group_name=keys.layer(key).group,
            owners=[keys.layer(key).owner],
            kinds={*_KINDS, source},
            metadata={"dagster/table_name": keys.table_name(key)},
        )
        for resource in ingestion.SOURCES[source].resources
    ]


def _loader(settings: Settings, source: str, specs: list[dg.AssetSpec]) -> dg.AssetsDefinition:
    @dg.multi_asset(
        name=f"ingest_{source}",
        specs=[spec.replace_attributes(deps=[keys.PREFLIGHT]) for spec in specs],
    )
    def ingest(run: ActiveRun) -> Iterator[dg.MaterializeResult[None]]:
        LOG.debug("%s: landing what changed", source)
        report = ingestion.load(
            source,
            settings.credentials[source],
            warehouse=settings.warehouse,
            state_dir=settings.home / "state",
            progress=lambda text: LOG.debug("%s: %s", source, text),
        )
        counts = warehouse.row_counts(settings.warehouse, [keys.table_name(spec.key) for spec in specs])
        LOG.info("%s: %s rows landed", SYSTEMS[source].title, f"{sum(report.rows.values()):,}")
        for resource, note in report.notes.items():
            LOG.warning("%s %s: %s", SYSTEMS[source].title, resource, note)
        for spec in specs:
            yield dg.MaterializeResult(
                asset_key=spec.key,
                metadata={
                    "dagster/row_count": counts.get(keys.table_name(spec.key), 0),
                    "rows_landed": report.rows.get(spec.key.path[-1], 0),
                    "api_calls": report.usage.calls,
                },
            )

    return ingest
