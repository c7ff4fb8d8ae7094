"""A program that runs the sync of the tests and dies by SIGKILL at a chosen point: `doomed.py POINT NUMBER CONTEXT`.

Points: intended (a batch is noted, not sent), committed (the org has it, we have no answer), recorded (between two
batches), announced (a Bulk job exists, its file is not sent), started (a Bulk job may be at work).
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from connections.http import Connection
from connections.salesforce import SalesforceCredentials, open_salesforce
from reverse_etl.destinations import Batch, Channel
from reverse_etl.destinations.salesforce import SalesforceDestination
from reverse_etl.engine import run
from reverse_etl.spec import SyncSpec


class Fate:
    """Kills this process when `point` is passed for the `number`th time."""

    def __init__(self, point: str, number: int) -> None:
        self._point, self._left = point, number

    def passes(self, point: str) -> None:
        """Note that a point is passed."""
        self._left -= point == self._point
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


class Doomed(SalesforceDestination):
    """The org, with an eye on fate."""

    def __init__(self, connection: Connection, channels: tuple[Channel, ...], fate: Fate) -> None:
        super().__init__(connection, channels=channels, sleep=lambda _pause: fate.passes("started"))
        self._fate = fate

    def write(self, batch: Batch) -> pa.Table:
        """Write, and maybe die."""

        def announced(ticket: str) -> None:
            batch.announce(ticket)
            self._fate.passes("announced")

        self._fate.passes("intended")
        answers = super().write(replace(batch, announce=announced))
        self._fate.passes("committed")
        return answers


def main(point: str, number: str, context: str) -> None:
    """Run the sync."""
    told = json.loads(context)
    fate = Fate(point, int(number))
    channels = tuple(Channel(**channel) for channel in told["channels"])

    def progress(line: str) -> None:
        if line.endswith("written"):
            fate.passes("recorded")

    with open_salesforce(SalesforceCredentials(**told["credentials"])) as connection:
        run(
            SyncSpec.model_validate(told["spec"]),
            warehouse=Path(told["warehouse"]),
            destination=Doomed(connection, channels, fate),
            progress=progress,
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
