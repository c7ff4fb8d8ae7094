"""Propensity: how likely each account is to convert, trained when it is due and scored in every run."""

import logging
from collections.abc import Iterator

import dagster as dg

from orchestration import keys
from orchestration.assets.learnt import materialised, specs_of
from orchestration.resources import ActiveRun
from orchestration.settings import Settings

LOG = logging.getLogger("marketmap.propensity")


def probabilities(settings: Settings) -> dg.AssetsDefinition:
    """The tables of ml/propensity, learnt from the built intermediate models and written together."""
    tables = {keys.learnt(table): description for table, description in keys.PROPENSITY_TABLES.items()}
    specs = specs_of(tables, keys.PROPENSITY_INPUTS, frozenset({"python", "scikitlearn"}))

    @dg.multi_asset(name="foretell_conversion", specs=specs)
    def foretell_conversion(run: ActiveRun) -> Iterator[dg.MaterializeResult[None]]:
        from ml.propensity import warehouse as propensity

        LOG.debug("propensity: reading the history")
        report = propensity.refresh(settings.warehouse, settings.home / "reports")
        told = f"{report.accounts:,} accounts; " if report.accounts else ""
        LOG.info("propensity: %s%s (%s)", told, report.message, report.status)
        yield from materialised(settings, specs, status=report.status, model_version=report.model_version or "none")

    return foretell_conversion
