"""Which records are one company or one person: matched anew when a record, a rule or the matching has changed."""

from __future__ import annotations

import logging

from orchestration import keys
from orchestration.settings import Settings
from orchestration.step_memory import StepMemory

LOG = logging.getLogger("marketmap.identity")


def resolve(settings: Settings, *, full_refresh: bool = False) -> None:
    """Write the tables of ml/identity from the company and person records as they are built."""
    from ml import identity

    reads = [keys.table_name(key) for key in keys.IDENTITY_INPUTS]
    writes = [keys.table_name(keys.identity(table)) for table in keys.IDENTITY_TABLES]
    memory = StepMemory(settings.warehouse, "ml.identity", reads, writes)
    if memory.is_current() and not full_refresh:
        LOG.info("identity: no record has changed")
        return
    LOG.debug("identity: matching records")
    memory.forget()
    report = identity.resolve(settings.warehouse)
    memory.remember()
    LOG.info("identity: %s records are %s accounts", f"{report.records:,}", f"{report.accounts:,}")
