"""E-mail: alerts to the owner of the account, several of one batch in one message.

Nothing can be read back, so a message whose answer was lost is reported and not sent again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from email.message import EmailMessage

import pyarrow as pa

from connections.errors import RequestRejected
from connections.mail import MailServer
from reverse_etl.destinations import Batch, Channel, ObjectDescription
from reverse_etl.destinations.members import (
    Outcome,
    Record,
    WriteOnly,
    all_of,
    in_groups,
    message_limits,
    object_of,
    records_of,
    table_of,
    write_in_groups,
)

_ALERTS = "alerts"
_FIELDS = ("alert_id", "recipient", "text", "url")
_LONGEST_SUBJECT = 120


class EmailDestination(WriteOnly[MailServer]):
    """Answers the `Destination` protocol for object alerts; `recipients` get those of accounts without an owner."""

    name = "email"

    def __init__(self, server: MailServer, sender: str, recipients: str) -> None:
        post = Channel("post", from_records=0, batch_records=50, window_records=1_000, batch_bytes=1_000_000)
        self.limits = message_limits(post)
        super().__init__(server)
        self._sender = sender
        self._recipients = recipients

    def describe(self, object_name: str) -> ObjectDescription | None:
        """Alerts; nothing needs to be asked."""
        return object_of(_ALERTS, _FIELDS, required=("alert_id", "text")) if object_name == _ALERTS else None

    def write(self, batch: Batch) -> pa.Table:
        """One message for each recipient of the batch; an alert that ended needs no word."""
        records = records_of(batch)
        if batch.operation == "delete":
            return table_of(all_of(records, "accepted"))

        def send(recipient: str, alerts: Sequence[Record]) -> list[Outcome]:
            message = self._message(recipient or self._recipients, alerts)
            try:
                self._connection.send(message)
            except RequestRejected as refusal:
                return all_of(alerts, "rejected", str(refusal))
            return [Outcome(alert.key, "accepted", remote_id=message["Message-ID"]) for alert in alerts]

        return table_of(write_in_groups(in_groups(records, "recipient"), send))

    def _message(self, recipient: str, alerts: Sequence[Record]) -> EmailMessage:
        message = EmailMessage()
        first = " ".join(alerts[0].values["text"].split())[:_LONGEST_SUBJECT]
        message["Subject"] = first if len(alerts) == 1 else f"{len(alerts)} accounts to look at"
        message["From"], message["To"] = self._sender, recipient
        identity = hashlib.sha256(":".join([recipient, *(alert.intent for alert in alerts)]).encode()).hexdigest()[:32]
        message["Message-ID"] = f"<{identity}@{self._sender.rpartition('@')[2].strip(' >')}>"
        message.set_content("\n\n".join(_paragraph(alert) for alert in alerts) + "\n")
        return message


def _paragraph(alert: Record) -> str:
    return alert.values["text"] + (f"\n{alert.values['url']}" if "url" in alert.values else "")
