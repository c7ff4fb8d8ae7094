"""Raw tables: one multi-asset over the resources of all sources, loaded side by side.

`@dlt_assets` would need each dlt source, and with it credentials, when this module is imported; the interface and the
checks must load without them.
"""

from collections.abc import Iterator

import dagster as dg

import ingestion
from ingestion import vendors
from orchestration import ahead, automation, keys, landing, warehouse
from orchestration.errors import IngestionFailed
from orchestration.resources import ActiveRun
from orchestration.settings import SYSTEMS, Settings
from orchestration.transformation import Transformation

_KINDS = {"dlt", "duckdb"}
_READ = {"salesforce": "accounts", "files": "rows", "changes": "inbound_leads"}  # what other sources read of a source
_RETRIES = 2
_RETRY_SECONDS = 600  # longer than the outages that the clients themselves sit out


def tables(settings: Settings, transformation: Transformation) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """What every source lands; the tables of a source that is off stand in the lineage and cannot be materialised."""
    found: list[dg.AssetsDefinition | dg.AssetSpec] = []
    active = landing.active(settings)
    if active:
        found.append(_loader(settings, transformation, active))
    for source in ingestion.SOURCES:
        if source not in active:
            is_known = source in settings.credentials
            remedy = landing.kept_off(settings, source) if is_known else f"set {', '.join(SYSTEMS[source].variables)}"
            note = f"Off: {remedy} to land it."
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
            freshness_policy=automation.deadline(source),
        )
        for resource in ingestion.SOURCES[source].resources
    ]


def _loader(settings: Settings, transformation: Transformation, sources: list[str]) -> dg.AssetsDefinition:
    specs = {source: [_after(spec, source, sources) for spec in _specs(source)] for source in sources}

    # One step, because the in-process executor runs one step at a time and loads mostly wait for their source.
    @dg.multi_asset(name="ingest", specs=[spec for each in specs.values() for spec in each], can_subset=True)
    def ingest(context: dg.AssetExecutionContext, run: ActiveRun) -> Iterator[dg.MaterializeResult[None]]:
        chosen = {key.path[0] for key in context.selected_asset_keys}
        wanted = [source for source in sources if keys.raw_schema(source) in chosen]
        landing_tables = {keys.raw_schema(source): ingestion.SOURCES[source].resources for source in wanted}
        # A full refresh builds everything from what the whole landing has brought.
        then = frozenset[dg.AssetKey]() if run.full_refresh else context.job_def.asset_layer.selected_asset_keys
        with ahead.preparing(settings, transformation, landing_tables, then) as prepare:
            run.keep_open()
            landed = landing.land(settings, wanted, lambda source, tables: prepare(keys.raw_schema(source), tables))
        # In the order of the lineage: what others read goes first.
        for source in sorted(sources, key=lambda name: bool(ingestion.SOURCES[name].after)):
            if source in landed.reports:
                chosen_specs = [spec for spec in specs[source] if spec.key in context.selected_asset_keys]
                yield from _materialisations(settings, chosen_specs, landed.reports[source])
        _raise_for_failures(landed, context)

    return ingest


def _raise_for_failures(landed: landing.Landed, context: dg.AssetExecutionContext) -> None:
    """A person sees the failure at once; a run of the calendar tries again, because nobody is there to do it."""
    try:
        landed.raise_for_failures()
    except IngestionFailed as failure:
        if automation.CAUSE in context.run.tags:
            raise dg.RetryRequested(max_retries=_RETRIES, seconds_to_wait=_RETRY_SECONDS) from failure
        raise


def _after(spec: dg.AssetSpec, source: str, sources: list[str]) -> dg.AssetSpec:
    """Behind the preflight, and behind the tables of another source that this one reads."""
    read = [keys.raw(earlier, _READ[earlier]) for earlier in ingestion.SOURCES[source].after if earlier in sources]
    return spec.replace_attributes(deps=[keys.PREFLIGHT, *read])


def _materialisations(
    settings: Settings, specs: list[dg.AssetSpec], report: ingestion.LoadReport
) -> Iterator[dg.MaterializeResult[None]]:
    counts = warehouse.row_counts(settings.warehouse, [keys.table_name(spec.key) for spec in specs])
    spent = vendors.credits_of(settings.warehouse, report.run_id)
    for spec in specs:
        yield dg.MaterializeResult(
            asset_key=spec.key,
            metadata={
                "dagster/row_count": counts.get(keys.table_name(spec.key), 0),
                "rows_landed": report.rows.get(spec.key.path[-1], 0),
                "api_calls": report.usage.calls,
                "credits": spent,
            },
        )
