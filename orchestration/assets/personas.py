"""The quarterly look at who decides in Tier 1 accounts; accounts keep a calendar of their own."""

import logging

import dagster as dg

from orchestration import automation
from orchestration.resources import ActiveRun
from orchestration.settings import Settings

LOG = logging.getLogger("marketmap.people")
_MOST = 1_000  # requests; the credits of vendors.csv end a search long before


def job(settings: Settings) -> dg.JobDefinition:
    """Search for people when too few Tier 1 accounts are covered; the nightly run after it links and enriches them."""

    @dg.op(name="find_missing_people")
    def find(run: ActiveRun) -> None:
        from orchestration import people_search

        del run  # it holds the run lock
        need = people_search.need(settings)
        if not need.is_urgent:
            LOG.info("people: %d of %d Tier 1 accounts are covered, which is enough", need.covered, need.accounts)
            return
        outcome = people_search.search(settings, most=_MOST)
        LOG.info("people: %d found for %d requests", outcome.found, outcome.searched)

    @dg.job(
        name=automation.PERSONAS,
        description="Whom Tier 1 accounts lack, found at a vendor when fewer are covered than refinement_rules says.",
        tags={"marketmap/scope": "personas"},
    )
    def personas() -> None:
        find()

    return personas
