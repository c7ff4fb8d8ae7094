"""The end of the lineage: what a sync keeps up to date in another system."""

import logging

import dagster as dg

from orchestration import keys, syncs
from orchestration.resources import ActiveRun
from orchestration.settings import SYSTEMS, Settings
from reverse_etl.spec import SyncSpec

LOG = logging.getLogger("marketmap.sync")


def destinations(settings: Settings) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """One asset per declared sync; one whose destination is off stands in the lineage and cannot be run."""
    active = syncs.active(settings)
    found: list[dg.AssetsDefinition | dg.AssetSpec] = []
    for name, spec in syncs.declared().items():
        if name in active:
            found.append(_writer(settings, spec))
        else:
            note = f"Off: {syncs.why_off(settings, spec)} to sync it."
            asset = _asset(spec)
            found.append(asset.replace_attributes(description=f"{asset.description} {note}"))
    return found


def _asset(spec: SyncSpec) -> dg.AssetSpec:
    key = keys.sync(spec.destination, spec.name)
    return dg.AssetSpec(
        key,
        deps=[keys.model(spec.model), keys.PUBLISHED_MARTS],
        description=f"{SYSTEMS[spec.destination].title} {spec.object} records as {spec.model} says they should be.",
        group_name=keys.layer(key).group,
        owners=[keys.layer(key).owner],
        kinds={spec.destination, "sync"},
    )


def _writer(settings: Settings, spec: SyncSpec) -> dg.AssetsDefinition:
    @dg.multi_asset(name=f"sync_{spec.name}", specs=[_asset(spec)])
    def write(run: ActiveRun) -> dg.MaterializeResult[None]:
        report = syncs.run(
            settings,
            spec.name,
            mode="live",
            approval=run.approval,
            resync=run.resync,
            sample=run.sample,
            progress=lambda text: LOG.debug("%s: %s", spec.name, text),
        ).raise_for_status()
        LOG.info("%s", report.message)
        return dg.MaterializeResult(
            metadata={
                "dagster/row_count": report.planned + report.unchanged,
                "planned": report.planned,
                "accepted": report.accepted,
                "rejected": report.rejected,
                "invalid": report.invalid,
                "unknown": report.unknown,
                "unchanged": report.unchanged,
                "api_calls": report.api_calls,
                **({"examples": "\n".join(map(str, report.examples))} if report.examples else {}),
            }
        )

    return write
