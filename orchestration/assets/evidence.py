"""Evidence: what past deals say about segments, drivers and weights."""

import logging
from collections.abc import Iterator

import dagster as dg

from orchestration import keys
from orchestration.assets.learnt import materialised, specs_of
from orchestration.resources import ActiveRun
from orchestration.settings import Settings
from orchestration.step_memory import StepMemory

LOG = logging.getLogger("marketmap.evidence")


def findings(settings: Settings) -> dg.AssetsDefinition:
    """The tables of ml/evidence, learnt from the built intermediate models and written together."""
    tables = {keys.learnt(table): description for table, description in keys.EVIDENCE_TABLES.items()}
    specs = specs_of(tables, keys.EVIDENCE_INPUTS, frozenset({"python", "duckdb"}))

    @dg.multi_asset(name="weigh_evidence", specs=specs)
    def weigh_evidence(run: ActiveRun) -> Iterator[dg.MaterializeResult[None]]:
        reads = [keys.table_name(key) for key in keys.EVIDENCE_INPUTS]
        memory = StepMemory(settings.warehouse, "ml.evidence", reads, [keys.table_name(key) for key in tables])
        if memory.is_current() and not run.full_refresh:
            LOG.info("evidence: no closed deal has changed")
        else:
            memory.forget()
            _weigh(settings)
            memory.remember()
        yield from materialised(settings, specs)

    return weigh_evidence


def _weigh(settings: Settings) -> None:
    from ml import evidence

    LOG.debug("evidence: weighing closed deals")
    report = evidence.assess(settings.warehouse)
    if report.status == "assessed":
        found = ", ".join(report.drivers) or "nothing that holds by itself"
        LOG.info("evidence: %s closed deals; wins go with %s", f"{report.deals:,}", found)
    else:
        LOG.info("evidence: %s", report.status)
