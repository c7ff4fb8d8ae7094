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
from connections.verdicts import Usage
from reverse_etl.destinations import FOUND, Batch, Channel, Limits, ObjectDescription, Operation
from reverse_etl.destinations.members import (
    Outcome,
    Record,
    all_of,
    in_groups,
    object_of,
    records_of,
    table_of,
    write_in_groups,
)

_ALERTS = "alerts"
_FIELDS = ("alert_id", "recipient", "text", "url")
_LONGEST_SUBJECT = 120


class EmailDestination:
    """Answers the `Destination` protocol for object alerts; `recipients` get those of accounts without an owner."""

    name = "email"

    def __init__(self, server: MailServer, sender: str, recipients: str) -> None:
        post = Channel("post", from_records=0, batch_records=50, window_records=1_000, batch_bytes=1_000_000)
        self.limits = Limits(
            channels=(post,),
            key_fields=(),
            blank_is_null=True,
            operations=frozenset({"create", "delete"}),
            reads="nothing",
        )
        self._server = server
        self._sender = sender
        self._recipients = recipients

    @property
    def usage(self) -> Usage:
        """Messages so far."""
        return self._server.usage

    def describe(self, object_name: str) -> ObjectDescription | None:
        """Alerts; nothing needs to be asked."""
        return object_of(_ALERTS, _FIELDS, required=("alert_id", "text")) if object_name == _ALERTS else None

    def check(self, object_name: str, operations: frozenset[Operation], fields: Sequence[str]) -> list[str]:
        """Nothing to look at beforehand."""
        return []

    def find(self, object_name: str, cells: pa.Table) -> pa.Table:
        """Nothing can be asked for."""
        return FOUND.empty_table()

    def read(self, object_name: str, remote_ids: Sequence[str], fields: Sequence[str]) -> pa.Table:
        """Nothing can be asked for."""
        return pa.table({"remote_id": pa.array([], pa.string())})

    def write(self, batch: Batch) -> pa.Table:
        """One message for each recipient of the batch; an alert that ended needs no word."""
        records = records_of(batch)
        if batch.operation == "delete":
            return table_of(all_of(records, "accepted"))

        def send(recipient: str, alerts: Sequence[Record]) -> list[Outcome]:
            message = self._message(recipient or self._recipients, alerts, batch.batch_id)
            try:
                self._server.send(message)
            except RequestRejected as refusal:
                return all_of(alerts, "rejected", str(refusal))
            return [Outcome(alert.key, "accepted", remote_id=message["Message-ID"]) for alert in alerts]

        return table_of(write_in_groups(in_groups(records, "recipient"), send))

    def close_out(self, ticket: str) -> None:
        """Nothing takes effect later."""

    def _message(self, recipient: str, alerts: Sequence[Record], batch_id: str) -> EmailMessage:
        message = EmailMessage()
        first = " ".join(alerts[0].values["text"].split())[:_LONGEST_SUBJECT]
        message["Subject"] = first if len(alerts) == 1 else f"{len(alerts)} accounts to look at"
        message["From"], message["To"] = self._sender, recipient
        identity = hashlib.sha256(f"{batch_id}:{recipient}".encode()).hexdigest()[:32]
        message["Message-ID"] = f"<{identity}@{self._sender.rpartition('@')[2].strip(' >')}>"
        message.set_content("\n\n".join(_paragraph(alert) for alert in alerts) + "\n")
        return message


def _paragraph(alert: Record) -> str:
    return alert.values["text"] + (f"\n{alert.values['url']}" if "url" in alert.values else "")
