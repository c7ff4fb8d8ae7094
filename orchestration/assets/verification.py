"""The weekly look: does every system still hold what it acknowledged? The QA checklist judges what was found."""

import logging

import dagster as dg

from orchestration import automation, syncs
from orchestration.errors import RequestFault
from orchestration.resources import ActiveRun
from orchestration.settings import Settings

LOG = logging.getLogger("marketmap.verification")


def job(settings: Settings) -> dg.JobDefinition:
    """Compare every sync's destination with the ledger; one that cannot be read is passed over."""

    @dg.op(name="compare_with_what_was_acknowledged")
    def compare(run: ActiveRun) -> None:
        del run  # it holds the run lock
        for name in syncs.active(settings):
            try:
                LOG.info("verified: %s", syncs.verify(settings, name).lines[0])
            except RequestFault as fault:
                LOG.debug("%s", fault)

    @dg.job(name=automation.VERIFICATION, description="Every system against what it acknowledged to us.")
    def verification() -> None:
        compare()

    return verification
