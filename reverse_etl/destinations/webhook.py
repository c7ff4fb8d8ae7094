"""Webhooks: one signed event for each record, to an address that its owner registered.

There may be several: a record's key ends in `@name` where it goes to another address than the first, so that each
address is told each event once, whatever the others answer.

Facts: standardwebhooks.com. The id of an event stays the same however often it is sent, so that the receiver takes it
once; the signature covers id, time and body, so that nobody else can send or replay it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

import pyarrow as pa

from connections.errors import ConnectionFailure, OutcomeUnknown, RequestRejected
from connections.http import Connection, Usage
from connections.webhook import signature
from reverse_etl.destinations import Batch, Channel, Limits, ObjectDescription
from reverse_etl.destinations.members import Outcome, Record, WriteOnly, all_of, object_of, records_of, table_of

_ALERTS, _LEADS = "alerts", "leads"
_FIELDS = {
    _ALERTS: ("event_type", "account_id", "tier", "priority", "overall_score", "text", "url"),
    _LEADS: ("account_id", "grade", "priority", "overall_score"),
}
_NUMBERS = ("overall_score",)
_TYPES = {"create": "lead.created", "update": "lead.score_updated", "delete": "lead.removed"}
# Refused for what the event says; any other refusal (gone, not found, forbidden) concerns the address.
_CONTENT_REFUSED = {400, 413, 422}
_AT_ONCE = 4


class WebhookDestination(WriteOnly[Connection]):
    """Answers the `Destination` protocol for the registered addresses; the empty path is the address itself.

    `others` are connections and secrets by the names that keys end in.
    """

    name = "webhook"

    def __init__(
        self,
        connection: Connection,
        secret: str,
        *,
        others: Mapping[str, tuple[Connection, str]] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        post = Channel("post", from_records=0, batch_records=200, window_records=2_000, batch_bytes=4_000_000)
        self.limits = Limits(
            channels=(post,),
            key_fields=(),
            blank_is_null=False,
            operations=frozenset({"create", "update", "delete"}),
            reads="nothing",
            is_repeatable=True,
        )
        super().__init__(connection)
        self._addresses = {"": (connection, secret), **(others or {})}
        self._clock = clock

    @property
    def usage(self) -> Usage:
        """Calls to all addresses so far."""
        used = [connection.usage for connection, _ in self._addresses.values()]
        return Usage(sum(one.calls for one in used), sum(one.retries for one in used), sum(one.errors for one in used))

    def describe(self, object_name: str) -> ObjectDescription | None:
        """Alerts or leads; nothing needs to be asked."""
        return object_of(object_name, _FIELDS[object_name], numbers=_NUMBERS) if object_name in _FIELDS else None

    def write(self, batch: Batch) -> pa.Table:
        """Send an event for each record, a few at once; what an address refuses for good is told per record."""
        records = records_of(batch)
        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            outcomes = list(pool.map(partial(self._send, batch), records))
        failures = [outcome for outcome in outcomes if isinstance(outcome, ConnectionFailure)]
        if len(failures) == len(outcomes) and failures and len(self._addresses) == 1:
            raise failures[0]
        told = zip(records, outcomes, strict=True)
        return table_of(
            outcome if isinstance(outcome, Outcome) else all_of([record], "retryable", str(outcome))[0]
            for record, outcome in told
        )

    def _send(self, batch: Batch, record: Record) -> Outcome | ConnectionFailure:
        """The outcome, or the failure that says nothing about the record itself."""
        name = _addressee(record)
        if name not in self._addresses:
            problem = f"no address is called {name}: add it to WEBHOOK_MORE, or disable it in webhooks.csv"
            return Outcome(record.key, "rejected", problem)
        connection, secret = self._addresses[name]
        now = int(self._clock())
        event_id = f"evt_{record.intent}"
        body = json.dumps(_event(batch, record, now), ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "webhook-id": event_id,
            "webhook-timestamp": str(now),
            "webhook-signature": signature(secret, event_id, now, body),
        }
        try:
            connection.request("POST", "", content=body, headers=headers, idempotent=True)
        except RequestRejected as refusal:
            if refusal.status in _CONTENT_REFUSED:
                return Outcome(record.key, "rejected", str(refusal))
            return refusal
        except OutcomeUnknown as lost:
            return Outcome(record.key, "unknown", str(lost))
        except ConnectionFailure as failure:
            return failure
        return Outcome(record.key, "accepted", remote_id=event_id)


def _addressee(record: Record) -> str:
    """The name of the address that the record is for, "" = the first."""
    return record.key.partition("@")[2]


def _event(batch: Batch, record: Record, now: int) -> dict[str, object]:
    """{type, timestamp, data}: data holds the record's key and what is new, null for what is no more."""
    values: dict[str, object] = {**record.values, **dict.fromkeys(record.cleared)}
    values |= {name: float(record.values[name]) for name in _NUMBERS if name in record.values}
    kind = values.pop("event_type", None) if batch.object_name == _ALERTS else _TYPES[batch.operation]
    ending = ".ended" if batch.object_name == _ALERTS and batch.operation == "delete" else ""
    told = datetime.fromtimestamp(now, UTC).isoformat().replace("+00:00", "Z")
    return {
        "type": f"{kind or 'account.alert'}{ending}",
        "timestamp": told,
        "data": {"id": record.key.partition("@")[0], **values},
    }
