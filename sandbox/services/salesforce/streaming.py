"""Change Data Capture over CometD: /cometd/{version}, long polling without the long; events come from the write log.

Facts: Streaming API Developer Guide (Bayeux 1.0, replay extension), Change Data Capture Developer Guide (event header).
"""

import json
import secrets
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any

from sandbox.framework.exchange import Call, Reply
from sandbox.services.salesforce.errors import refusal
from sandbox.services.salesforce.org import Org

KEPT = timedelta(days=3)
PAGE = 200
_TYPES = {"insert": "CREATE", "update": "UPDATE", "delete": "DELETE", "undelete": "UNDELETE"}
_ALL = "ChangeEvents"


@dataclass
class Client:
    """A client after its handshake; `channels` maps what it subscribed to to the last event it got there."""

    channels: dict[str, int] = field(default_factory=dict)


class Streaming:
    """The Bayeux handlers."""

    def __init__(self, org: Org) -> None:
        self._org = org
        self._clients: dict[str, Client] = {}

    def reset(self) -> None:
        """Forget all clients."""
        self._clients.clear()

    def exchange(self, call: Call) -> Reply:
        """Answer each message of a request."""
        try:
            messages = call.json()
        except ValueError:
            raise refusal("JSON_PARSER_ERROR", "The body is no JSON") from None
        answers: list[dict[str, Any]] = []
        for message in messages if isinstance(messages, list) else [messages]:
            verb = str(message.get("channel", "")).removeprefix("/meta/")
            handler = {"handshake": self._handshake, "subscribe": self._subscribe, "connect": self._connect}.get(verb)
            if handler is None:
                answers.append(_failed(message, "400::unknown channel"))
            else:
                answers += handler(message)
        return Reply(answers)

    def _handshake(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        number = secrets.token_hex(12)
        self._clients[number] = Client()
        own = {"version": "1.0", "minimumVersion": "1.0", "supportedConnectionTypes": ["long-polling"]}
        return [_done(message, clientId=number, ext={"replay": True, "payload.format": True}, **own)]

    def _subscribe(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        client = self._clients.get(str(message.get("clientId")))
        if client is None:
            return [_unknown_client(message)]
        channel = str(message.get("subscription"))
        entity = channel.removeprefix("/data/").removesuffix("ChangeEvent")
        known = entity == _ALL or (channel.endswith("ChangeEvent") and self._org.schema.find(entity))
        if not channel.startswith("/data/") or not known:
            return [_failed(message, f"404::The channel you requested to subscribe to does not exist {{{channel}}}")]
        first, last = self._span()
        replay = int(message.get("ext", {}).get("replay", {}).get(channel, -1))
        if replay >= 0 and (replay < first - 1 or replay > last):
            words = f"400::The replayId {{{replay}}} you provided was invalid.  Please provide a valid ID, -2 or -1"
            return [_failed(message, words)]
        client.channels[channel] = last if replay == -1 else first - 1 if replay == -2 else replay
        return [_done(message, subscription=channel)]

    def _connect(self, message: dict[str, Any]) -> list[dict[str, Any]]:
        client = self._clients.get(str(message.get("clientId")))
        if client is None:
            return [_unknown_client(message)]
        events = [event for channel in client.channels for event in self._events(client, channel)]
        return [*events, _done(message, advice={"reconnect": "retry", "interval": 0, "timeout": 110_000})]

    def _span(self) -> tuple[int, int]:
        """Return the first event that is still kept and the last there is."""
        with self._org.store.read() as cursor:
            query = """select coalesce(min(seq) filter ("at" >= ?), max(seq) + 1, 1), coalesce(max(seq), 0)
                from sandbox.writes where service = 'salesforce'"""
            first, last = cursor.execute(query, [self._org.clock.now() - KEPT]).fetchall()[0]
        return int(first), int(last)

    def _events(self, client: Client, channel: str) -> list[dict[str, Any]]:
        entity = channel.removeprefix("/data/").removesuffix("ChangeEvent")
        query = f"""select seq, "at", object, record_id, operation, actor, after from sandbox.writes
            where service = 'salesforce' and seq > ? and ? in (object, '{_ALL}') order by seq limit {PAGE}"""
        with self._org.store.read() as cursor:
            rows = cursor.execute(query, [client.channels[channel], _ALL if entity == _ALL else entity]).fetchall()
        if entity == _ALL:
            rows = [row for row in rows if row[4] in _TYPES]
        if rows:
            client.channels[channel] = rows[-1][0]
        return [self._event(channel, row) for row in rows if row[4] in _TYPES]

    def _event(self, channel: str, row: tuple[Any, ...]) -> dict[str, Any]:
        seq, moment, entity, record, operation, actor, after = row
        values = json.loads(after) if after else {}
        header = {
            "entityName": entity, "recordIds": [record], "changeType": _TYPES[operation], "changeOrigin": "",
            "transactionKey": f"0000{seq:08d}", "sequenceNumber": 1, "commitNumber": seq, "commitUser": actor,
            "commitTimestamp": int(moment.replace(tzinfo=UTC).timestamp() * 1000),
            "changedFields": sorted(values) if operation == "update" else [],
        }  # fmt: skip
        payload = {"ChangeEventHeader": header} | (values if operation != "delete" else {})
        return {"channel": channel, "data": {"schema": "sandbox", "payload": payload, "event": {"replayId": seq}}}


def _done(message: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"channel": message["channel"], "id": message.get("id"), "successful": True, **more}


def _failed(message: dict[str, Any], words: str) -> dict[str, Any]:
    return {"channel": message.get("channel"), "id": message.get("id"), "successful": False, "error": words}


def _unknown_client(message: dict[str, Any]) -> dict[str, Any]:
    return _failed(message, "403::Unknown client") | {"advice": {"reconnect": "handshake", "interval": 0}}
