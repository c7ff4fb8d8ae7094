"""The micro-batch job: minutes from an event to its score."""

import logging

import dagster as dg

from orchestration import automation
from orchestration.resources import ActiveRun
from orchestration.settings import Settings
from orchestration.transformation import Transformation

LOG = logging.getLogger("marketmap.increment")


def job(settings: Settings, transformation: Transformation) -> dg.JobDefinition:
    """Land new events, score anew whom they concern and whom the run's configuration names, publish."""
    asked = dg.Field([str], default_value=[], description="Accounts to score anew whatever has happened to them.")

    @dg.op(name="rescore_changed_accounts", config_schema={"accounts": asked})
    def rescore_changed_accounts(context: dg.OpExecutionContext, run: ActiveRun) -> None:
        from orchestration import increment

        del run  # it holds the run lock
        done = increment.run(settings, transformation, context.op_config["accounts"])
        LOG.info("scores: %d accounts and %d people anew in %.0f s", done.accounts, done.people, done.seconds)

    @dg.job(name=automation.SCORES, description="New events to the published scores of the accounts that they concern.")
    def score_increment() -> None:
        rescore_changed_accounts()

    return score_increment
