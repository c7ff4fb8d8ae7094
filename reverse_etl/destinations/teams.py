"""Microsoft Teams: alerts as an adaptive card posted to a channel's workflow.

Facts: learn.microsoft.com, "Create incoming webhooks with Workflows". 28 KB a message; nothing can be read back, so an
alert whose answer was lost is reported and not posted again.
"""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from connections.errors import RequestRejected
from connections.http import Connection
from connections.webhook import teams_message, text_block
from reverse_etl.destinations import Batch, Channel, ObjectDescription
from reverse_etl.destinations.members import Record, WriteOnly, all_of, message_limits, object_of, records_of, table_of

_ALERTS = "alerts"
_FIELDS = ("alert_id", "text", "url")


class TeamsDestination(WriteOnly[Connection]):
    """Answers the `Destination` protocol for object alerts of one workflow; the empty path is its address."""

    name = "teams"

    def __init__(self, connection: Connection) -> None:
        post = Channel("post", from_records=0, batch_records=20, window_records=1_000, batch_bytes=12_000)
        self.limits = message_limits(post)
        super().__init__(connection)

    def describe(self, object_name: str) -> ObjectDescription | None:
        """Alerts; nothing needs to be asked."""
        required = ("alert_id", "text")
        return object_of(_ALERTS, _FIELDS, required=required, longest=12_000) if object_name == _ALERTS else None

    def write(self, batch: Batch) -> pa.Table:
        """Post the batch as one card; an alert that ended needs no word."""
        records = records_of(batch)
        if batch.operation == "delete":
            return table_of(all_of(records, "accepted"))
        blocks = [block for record in records for block in _blocks(record)]
        try:
            self._connection.request("POST", "", json=teams_message(blocks))
        except RequestRejected as refusal:
            if refusal.status in {400, 413}:
                return table_of(all_of(records, "rejected" if len(records) == 1 else "undivided", str(refusal)))
            raise
        return table_of(all_of(records, "accepted"))


def _blocks(record: Record) -> list[dict[str, Any]]:
    block = text_block(record.values["text"])
    if "url" not in record.values:
        return [block]
    return [block, {"type": "ActionSet", "actions": [_open(record.values["url"])]}]


def _open(url: str) -> dict[str, str]:
    return {"type": "Action.OpenUrl", "title": "Open in CRM", "url": url}
