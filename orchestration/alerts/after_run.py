"""What happens when a run has ended, however it was started and however it ended."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from connections import ConnectionFailure
from orchestration.alerts import channels
from orchestration.alerts.book import AlertBook
from orchestration.alerts.problems import of_run
from orchestration.settings import Settings

if TYPE_CHECKING:
    import dagster as dg

LOG = logging.getLogger("marketmap.alerts")


def tell(settings: Settings, instance: dg.DagsterInstance, run_id: str) -> None:
    """Take the run into the book of alerts and tell people what changed.

    A channel that cannot be reached is told again after the next run. Never raises for a channel's sake: the run's
    own result must not depend on Slack.
    """
    book = AlertBook(settings.home)
    book.note(of_run(instance, run_id), datetime.now(UTC))
    for channel, address in settings.alert_addresses.items():
        changes = book.untold(channel)
        if not changes:
            continue
        try:
            channels.send(channel, address, channels.message(changes, settings.home.name))
        except ConnectionFailure as failure:
            LOG.warning("alerts: %s", failure)
        else:
            book.told(channel, changes)
            LOG.info("alerts: %s told of %d new, %d over", channel, len(changes.opened), len(changes.resolved))
