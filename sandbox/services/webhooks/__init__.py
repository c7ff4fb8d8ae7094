"""A simulated receiver of webhooks: verifies signatures as a careful customer does, and takes Teams' cards.

Facts: standardwebhooks.com (webhook-id, webhook-timestamp, webhook-signature; HMAC-SHA256 of id.timestamp.body, base64,
rejected beyond five minutes); learn.microsoft.com, "Create an Incoming Webhook" (adaptive cards, 28 KB).
"""

import base64
import hashlib
import hmac
import json
from datetime import UTC
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply
from sandbox.framework.faults import Fault
from sandbox.framework.service import Service, Surroundings
from sandbox.services.audiences import object_body

TOLERANCE_SECONDS, LARGEST_CARD = 300, 28_000
CARD = "application/vnd.microsoft.card.adaptive"


class Webhooks(Service):
    """The receiver of webhooks."""

    name = "webhook"

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__(surroundings)
        self._seen: set[str] = set()
        self.route("POST", "/hooks/gone", lambda call: Reply("gone", 410, media_type="text/plain"))
        self.route("POST", "/hooks/{endpoint}", self._receive)
        self.route("POST", "/teams/{flow}", self._card)

    # -- routes
    def _receive(self, call: Call) -> Reply:
        """POST an event: a wrong or old signature is refused, a repeated id is answered but not taken again."""
        number, moment = call.headers.get("webhook-id", ""), call.headers.get("webhook-timestamp", "")
        expected = base64.b64encode(
            hmac.new(self._key, f"{number}.{moment}.".encode() + call.body, hashlib.sha256).digest()
        ).decode()
        given = [entry.removeprefix("v1,") for entry in call.headers.get("webhook-signature", "").split()]
        if not any(hmac.compare_digest(entry, expected) for entry in given):
            raise _refusal(401, "the signature does not match")
        now = self.clock.now().replace(tzinfo=UTC).timestamp()
        if not moment.isdigit() or abs(now - int(moment)) > TOLERANCE_SECONDS:
            raise _refusal(400, "the timestamp is more than five minutes off")
        body = object_body(call.body)
        if body is None or not body.get("type"):
            raise _refusal(400, "the body is no event")
        if number not in self._seen:
            self._seen.add(number)
            self._log("Event", number, body, call.params["endpoint"])
        return Reply(None, 204)

    def _card(self, call: Call) -> Reply:
        """POST a message with an adaptive card; a flow answers 202."""
        body = object_body(call.body)
        cards = (body or {}).get("attachments")
        if body is None or body.get("type") != "message" or not isinstance(cards, list) or len(cards) != 1:
            raise _refusal(400, "Bad payload received by generic incoming webhook.")
        if cards[0].get("contentType") != CARD or not (cards[0].get("content") or {}).get("body"):
            raise _refusal(400, "The attachment is not an adaptive card.")
        if len(call.body) > LARGEST_CARD:
            raise _refusal(413, "RequestEntityTooLarge")
        self._log("Card", call.params["flow"], cards[0]["content"])
        return Reply(None, 202)

    def _log(self, kind: str, number: str, body: Any, actor: str = "api") -> None:
        with self.store.write() as cursor:
            cursor.execute(
                'insert into sandbox.writes by name select ?::timestamp as "at", ? as service, ? as object, '
                "? as record_id, ? as operation, ? as actor, ? as after",
                [self.clock.now(), self.name, kind, number, "create", actor, json.dumps(body)],
            )

    # -- hooks
    @property
    def _key(self) -> bytes:
        return f"sandbox-webhook-secret-{self.surroundings.seed:08d}".encode()

    def fault_reply(self, fault: Fault) -> Reply:
        """Answer 429, 402 or 500."""
        return _refusal({"429": 429, "quota": 402}.get(fault.kind, 500), "try again later").reply

    def expire_tokens(self) -> None:
        """There are none."""

    def environment(self) -> dict[str, str]:
        """Return the lines of sandbox.env for this service."""
        return {
            "WEBHOOK_BASE_URL": f"{self.base_url}/hooks/revops",
            "WEBHOOK_SECRET": "whsec_" + base64.b64encode(self._key).decode(),
            "TEAMS_BASE_URL": f"{self.base_url}/teams/alerts",
        }

    def reset(self, store_changed: bool) -> None:
        """Forget what was seen."""
        self._seen.clear()


def _refusal(status: int, message: str) -> Refusal:
    return Refusal(Reply({"error": message}, status))
