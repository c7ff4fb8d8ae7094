"""Identity: which source records are one company or one person."""

import logging
from collections.abc import Iterator

import dagster as dg

from orchestration import keys
from orchestration.assets.learnt import materialised, specs_of
from orchestration.resources import ActiveRun
from orchestration.settings import Settings
from orchestration.step_memory import StepMemory

LOG = logging.getLogger("marketmap.identity")


def identities(settings: Settings) -> dg.AssetsDefinition:
    """The tables of ml/identity, written together from the company and person records."""
    tables = {keys.identity(table): description for table, description in keys.IDENTITY_TABLES.items()}
    specs = specs_of(tables, keys.IDENTITY_INPUTS, frozenset({"python", "duckdb"}))

    @dg.multi_asset(name="resolve_identity", specs=specs)
    def resolve_identity(run: ActiveRun) -> Iterator[dg.MaterializeResult[None]]:
        from ml import identity

        memory = StepMemory(settings.warehouse, "ml.identity", [keys.table_name(key) for key in keys.IDENTITY_INPUTS])
        if memory.is_current() and not run.full_refresh:
            LOG.info("identity: no record has changed")
        else:
            LOG.debug("identity: matching records")
            memory.forget()
            report = identity.resolve(settings.warehouse)
            memory.remember()
            LOG.info("identity: %s records are %s accounts", f"{report.records:,}", f"{report.accounts:,}")
        yield from materialised(settings, specs)

    return resolve_identity
