"""Webhooks: events of subscribed kinds, posted in batches of at most 100 with HubSpot's v3 signature."""

import base64
import hashlib
import hmac
import json
import queue
import threading
from typing import Any

import httpx

from sandbox.framework.clock import Clock
from sandbox.services.hubspot.directory import PORTAL_ID

BATCH, ATTEMPTS = 100, 3


def signature(secret: str, method: str, url: str, body: bytes, timestamp: str) -> str:
    """Return X-HubSpot-Signature-v3: base64 of HMAC-SHA256 over method, URL, body and timestamp."""
    text = method.encode() + url.encode() + body + timestamp.encode()
    return base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()


class Webhooks:
    """Delivers events to one address from a thread of its own; a delivery that fails is tried again at once."""

    def __init__(self, clock: Clock, secret: str) -> None:
        self._clock, self._secret = clock, secret
        self._target = ""
        self._number = 0
        self._waiting: queue.Queue[tuple[str, list[dict[str, Any]]]] = queue.Queue()
        self._thread: threading.Thread | None = None
        self.delivered: list[int] = []

    def configure(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Send events to `target` from now on ("" = nowhere); returns how deliveries to the last one went."""
        if "target" in settings:
            self._target = str(settings["target"])
            if self._target:
                self.delivered.clear()
            if self._target and self._thread is None:
                self._thread = threading.Thread(target=self._deliver, daemon=True, name="hubspot-webhooks")
                self._thread.start()
        self._waiting.join()
        return {"target": self._target, "delivered": list(self.delivered)}

    def take(self, events: list[dict[str, Any]]) -> None:
        """Queue events for delivery."""
        if not self._target:
            return
        for event in events:
            self._number += 1
            event |= {
                "eventId": self._number,
                "subscriptionId": 1,
                "portalId": PORTAL_ID,
                "appId": 1,
                "attemptNumber": 0,
            }
            event.setdefault("changeSource", "CRM")
        for first in range(0, len(events), BATCH):
            self._waiting.put((self._target, events[first : first + BATCH]))

    def _deliver(self) -> None:
        while True:
            target, events = self._waiting.get()
            try:
                self._post(target, events)
            finally:
                self._waiting.task_done()

    def _post(self, target: str, events: list[dict[str, Any]]) -> None:
        for attempt in range(ATTEMPTS):
            body = json.dumps([event | {"attemptNumber": attempt} for event in events]).encode()
            stamp = str(int(self._clock.exact().timestamp() * 1000))
            headers = {
                "Content-Type": "application/json",
                "X-HubSpot-Signature-v3": signature(self._secret, "POST", target, body, stamp),
                "X-HubSpot-Request-Timestamp": stamp,
            }
            try:
                status = httpx.post(target, content=body, headers=headers, timeout=5, trust_env=False).status_code
            except httpx.HTTPError:
                status = 0
            self.delivered.append(status)
            if 200 <= status < 300:
                return
