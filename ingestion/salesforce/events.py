"""Change Data Capture: what changed since the last event seen, read from the event bus over CometD.

A poll, not a standing subscription: handshake, subscribe from the last replay id, connect until nothing more comes.
Salesforce keeps events for three days; a replay id that is older is refused, and reading starts with what is kept.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pyarrow as pa

from connections import Connection, OutcomeUnknown, RequestRejected
from ingestion.frames import MOMENT, TEXT, WHOLE, frame
from ingestion.rounds import Round, State

TABLE = "change_events"
_ALL_CHANGES = "/data/ChangeEvents"
_FROM_THE_EARLIEST = -2
_ATTEMPTS = 3
_COLUMNS = {
    "replay_id": WHOLE,
    "entity": TEXT,
    "record_ids": TEXT,
    "change_type": TEXT,
    "changed_fields": TEXT,
    "change_origin": TEXT,
    "commit_user": TEXT,
    "transaction_key": TEXT,
    "committed_at": MOMENT,
    "payload": TEXT,
}
Message = dict[str, Any]


@dataclass
class EventBus:
    """A client of the streaming endpoint."""

    connection: Connection
    client: str = ""

    @property
    def _path(self) -> str:
        return f"/cometd/{self.connection.root.rpartition('v')[2]}"

    def subscribe(self, replay: int) -> str | None:
        """Sign in and subscribe to all changes after an event; returns why the event bus refused, if it did."""
        offer = {"version": "1.0", "minimumVersion": "1.0", "supportedConnectionTypes": ["long-polling"]}
        self.client = str(self._send({"channel": "/meta/handshake", **offer})[-1].get("clientId", ""))
        wanted = {"subscription": _ALL_CHANGES, "ext": {"replay": {_ALL_CHANGES: replay}}}
        answer = self._send({"channel": "/meta/subscribe", "clientId": self.client, **wanted})[-1]
        return None if answer.get("successful") else str(answer.get("error", "no reason given"))

    def poll(self) -> list[Message]:
        """The next events; none when there are no more for now."""
        request = {"channel": "/meta/connect", "clientId": self.client, "connectionType": "long-polling"}
        # "advice": do not hold the answer until something happens.
        answers = self._send(request | {"advice": {"timeout": 0}}, idempotent=False)
        if not all(answer.get("successful", True) for answer in answers):
            raise _Dropped
        return [answer for answer in answers if not str(answer.get("channel")).startswith("/meta/")]

    def _send(self, message: Message, *, idempotent: bool = True) -> list[Message]:
        return list(self.connection.request("POST", self._path, json=[message], idempotent=idempotent).json())


class _Dropped(Exception):  # noqa: N818 - a signal to subscribe again
    """The event bus no longer knows us."""


def event_pages(connection: Connection, state: State, current: Round) -> Iterator[pa.Table]:
    """Events after the last one that is committed, each once by its replay id."""
    if not state:
        yield frame([], _COLUMNS)
    bus = EventBus(connection)
    _subscribe(bus, state)
    for attempt in itertools.count(1):
        try:
            while found := bus.poll():
                yield frame([_row(event["data"]) for event in found], _COLUMNS)
                state["replay_id"] = found[-1]["data"]["event"]["replayId"]
                if current.is_full:
                    current.unfinished.add(TABLE)
                    return
        except (OutcomeUnknown, _Dropped):
            # What was told but not heard is told again to a new subscription from the last event that we have.
            if attempt >= _ATTEMPTS:
                raise
            _subscribe(bus, state)
        else:
            return


def _subscribe(bus: EventBus, state: State) -> None:
    """Subscribe from the last event seen, or from what is still kept if that is too old."""
    replay = int(state.get("replay_id", _FROM_THE_EARLIEST))
    refusal = bus.subscribe(replay)
    if refusal is not None and replay != _FROM_THE_EARLIEST:
        state["gap_after"] = replay  # what happened between is found by the ordinary loads
        refusal = bus.subscribe(_FROM_THE_EARLIEST)
    if refusal is not None:
        problem, remedy = f"the event bus refused the subscription ({refusal})", "Turn on Change Data Capture in Setup"
        system = bus.connection.system
        raise RequestRejected(system, problem, remedy, status=400, code="CDC", body=refusal)
    state.setdefault("replay_id", replay)


def _row(data: Message) -> Message:
    payload = data["payload"]
    header = payload["ChangeEventHeader"]
    committed = datetime.fromtimestamp(header["commitTimestamp"] / 1000, UTC)
    return {
        "replay_id": data["event"]["replayId"],
        "entity": header["entityName"],
        "record_ids": "|".join(header["recordIds"]),
        "change_type": header["changeType"],
        "changed_fields": "|".join(header.get("changedFields") or []) or None,
        "change_origin": header.get("changeOrigin") or None,
        "commit_user": header.get("commitUser"),
        "transaction_key": header.get("transactionKey"),
        "committed_at": committed.isoformat(),
        "payload": json.dumps(payload, ensure_ascii=False, separators=(",", ":")),
    }
