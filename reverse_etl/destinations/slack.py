"""Slack: alerts as messages in one channel, several of one batch in one message.

Facts: docs.slack.dev (chat.postMessage, chat.update, conversations.history, message metadata). Each message carries the
keys of its alerts as metadata, so that after a lost answer or a crash the channel itself tells what was posted. When an
alert has ceased to hold, its key leaves the metadata (the words stay): when it holds again, it is news again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyarrow as pa

from connections.errors import RequestRejected
from connections.http import Connection
from reverse_etl.destinations import FOUND, Batch, Channel, ObjectDescription, Operation
from reverse_etl.destinations.members import (
    Outcome,
    Record,
    WriteOnly,
    all_of,
    message_limits,
    object_of,
    records_of,
    table_of,
)

_ALERTS = "alerts"
_FIELDS = ("alert_id", "text", "url")
_EVENT = "marketmap_alerts"
_PAGE, _PAGES = 200, 20
# Errors that concern the words of one message; all others concern the whole sync.
_CONTENT_REFUSED = {"no_text", "msg_too_long", "invalid_blocks", "msg_blocks_too_long"}


class SlackDestination(WriteOnly[Connection]):
    """Answers the `Destination` protocol for object alerts of one channel."""

    name = "slack"

    def __init__(self, connection: Connection, channel: str) -> None:
        # A message holds 40,000 characters; twenty alerts are as many as a person reads in one.
        post = Channel("post", from_records=0, batch_records=20, window_records=1_000, batch_bytes=36_000)
        self.limits = message_limits(post, reads="existence")
        super().__init__(connection)
        self._channel = channel

    def describe(self, object_name: str) -> ObjectDescription | None:
        """Alerts; nothing needs to be asked."""
        required = ("alert_id", "text")
        return object_of(_ALERTS, _FIELDS, required=required, longest=35_000) if object_name == _ALERTS else None

    def check(self, object_name: str, operations: frozenset[Operation], fields: Sequence[str]) -> list[str]:
        """Whether the bot may read the channel, without which a lost answer could not be cleared up."""
        try:
            self._page(limit=1)
        except RequestRejected as refusal:
            return [f"{refusal} Check SLACK_CHANNEL (its id, C...) and invite the bot to it."]
        return []

    def find(self, object_name: str, cells: pa.Table) -> pa.Table:
        """Alerts that a message of the channel carries; the newest 4,000 messages are looked at."""
        rows = zip(cells["record_key"].to_pylist(), cells["field"].to_pylist(), cells["value"].to_pylist(), strict=True)
        wanted = {value: key for key, field, value in rows if field == "alert_id"}
        found: dict[str, str] = {}
        for message in self._messages():
            for alert in _alerts(message):
                if alert in wanted:
                    found.setdefault(wanted[alert], str(message["ts"]))
            if len(found) == len(wanted):
                break
        return pa.table([pa.array(found, pa.string()), pa.array(found.values(), pa.string())], schema=FOUND)

    def write(self, batch: Batch) -> pa.Table:
        """Post the batch as one message, or take the keys of alerts that ended out of theirs."""
        records = records_of(batch)
        return table_of(self._end(records) if batch.operation == "delete" else self._post(records))

    def _post(self, records: Sequence[Record]) -> list[Outcome]:
        body = {
            "channel": self._channel,
            "text": "\n".join(_words(record) for record in records),
            "unfurl_links": False,
            "metadata": _metadata([record.values["alert_id"] for record in records]),
        }
        try:
            posted = self._connection.request("POST", "chat.postMessage", json=body).json()
        except RequestRejected as refusal:
            if refusal.code in _CONTENT_REFUSED:
                return all_of(records, "rejected" if len(records) == 1 else "undivided", str(refusal))
            raise
        return [Outcome(record.key, "accepted", remote_id=str(posted["ts"])) for record in records]

    def _end(self, records: Sequence[Record]) -> list[Outcome]:
        by_message: dict[str, list[Record]] = {}
        for record in records:
            by_message.setdefault(record.remote_id or "", []).append(record)
        for ts, ended in by_message.items():
            newest = self._page(latest=ts, inclusive="true", limit=1)["messages"] if ts else []
            for message in (one for one in newest if one["ts"] == ts):  # none if somebody has deleted it
                gone = {record.values.get("alert_id", record.key) for record in ended}
                left = [alert for alert in _alerts(message) if alert not in gone]
                body = {"channel": self._channel, "ts": ts, "text": message["text"], "metadata": _metadata(left)}
                self._connection.request("POST", "chat.update", json=body, idempotent=True)
        return all_of(records, "accepted")

    def _messages(self) -> Iterator[dict[str, Any]]:
        cursor = ""
        for _ in range(_PAGES):
            page = self._page(limit=_PAGE, **({"cursor": cursor} if cursor else {}))
            yield from page["messages"]
            cursor = str((page.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    def _page(self, **params: str | int) -> dict[str, Any]:
        query = {"channel": self._channel, "include_all_metadata": "true", **params}
        return dict(self._connection.request("GET", "conversations.history", params=query).json())


def _words(record: Record) -> str:
    """Slack's own escapes for &, < and >; everything else stays as it is."""
    text = record.values["text"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{text} <{record.values['url']}|Open in CRM>" if "url" in record.values else text


def _metadata(alerts: Sequence[str]) -> dict[str, Any]:
    return {"event_type": _EVENT, "event_payload": {"alerts": list(alerts)}}


def _alerts(message: Mapping[str, Any]) -> list[str]:
    metadata = message.get("metadata") or {}
    is_ours = metadata.get("event_type") == _EVENT
    return list((metadata.get("event_payload") or {}).get("alerts") or []) if is_ours else []
