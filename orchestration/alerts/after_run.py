"""What happens when a run has ended, however it was started and however it ended."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import duckdb

from connections import ConnectionFailure
from orchestration import publication, run_lock, telemetry
from orchestration.alerts import channels
from orchestration.alerts.book import AlertBook
from orchestration.alerts.problems import ENDED_OUTSIDE, ERROR, WARNING, Problem, Verdicts, of_run
from orchestration.errors import RunActive
from orchestration.outcomes import one_line
from orchestration.settings import Settings

if TYPE_CHECKING:
    import dagster as dg

LOG = logging.getLogger("marketmap.alerts")
_INTERRUPTED = "run:interrupted"


def _publish_record(settings: Settings, instance: dg.DagsterInstance, run_id: str) -> None:
    """What a failed run did stands in `ops`, and the step that publishes it waits for all others to end well."""
    run = instance.get_run_by_id(run_id)
    if run is None or run.is_success or not settings.published.exists():
        return
    try:
        with run_lock.hold(settings.home):
            publication.publish(settings.warehouse, settings.published, publication.OPS)
    except (RunActive, duckdb.Error, OSError) as error:  # the run after this one publishes it
        LOG.warning("alerts: what the run did is not published yet (%s)", one_line(str(error)))


def _with_interruption(verdicts: Verdicts, settings: Settings) -> Verdicts:
    """A run that was killed cannot tell it, the next one does: a problem of its own, whatever befell the one before."""
    told_before = {alert.key for alert in AlertBook(settings.home).open if alert.key.startswith(_INTERRUPTED)}
    judged = verdicts.judged | told_before
    former = run_lock.take_interrupted(settings.home)
    if former is None:
        return Verdicts(verdicts.problems, judged)
    line = (
        f"A run ({former}) ended without a word: it was killed, or the machine stopped. The run after it goes on from"
        " what was complete; look at the newest files in logs if this repeats."
    )
    others = [problem for problem in verdicts.problems if problem.lines != ENDED_OUTSIDE]  # one cause, one alert
    return Verdicts((*others, Problem(f"{_INTERRUPTED}:{former}", WARNING, (line,))), judged)


def tell(settings: Settings, instance: dg.DagsterInstance, run_id: str) -> None:
    """Take the run into the book of alerts and tell people what changed.

    A channel that cannot be reached is told again after the next run. Never raises for a channel's sake: the run's
    own result must not depend on Slack.
    """
    _publish_record(settings, instance, run_id)
    telemetry.record(settings, instance, run_id)
    _tell(settings, _with_interruption(of_run(instance, run_id), settings))


def tell_of_breaking_off(settings: Settings, line: str) -> None:
    """Tell people of a run that Dagster could not bring to an end, so that its record says nothing of it."""
    _tell(settings, Verdicts((Problem("run", ERROR, (line,)),), frozenset({"run"})))


def _tell(settings: Settings, verdicts: Verdicts) -> None:
    book = AlertBook(settings.home)
    _kept(partial(book.note, verdicts, datetime.now(UTC)))
    for channel in settings.alert_addresses:
        changes = book.untold(channel)
        if not changes:
            continue
        try:
            channels.send(settings, channel, channels.message(changes, settings.home.name))
        except ConnectionFailure as failure:
            LOG.warning("alerts: %s", failure)
        else:
            _kept(partial(book.told, channel, changes))
            LOG.info("alerts: %s told of %d new, %d over", channel, len(changes.opened), len(changes.resolved))


def _kept(change: Callable[[], None]) -> None:
    """A full disk keeps the book from being written, and must not keep people from being told."""
    try:
        change()
    except OSError as error:
        LOG.warning("alerts: the book of alerts could not be written (%s); what it says is told again", error)
