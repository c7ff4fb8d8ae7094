"""Webhooks of ours, signed as standardwebhooks.com says, so that any library of that standard can verify them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from connections.errors import AuthenticationFailed
from connections.http import Connection
from connections.retry import RetryPolicy
from connections.terms import Terms
from connections.throttle import Rate
from connections.verdicts import Dialect

_SYSTEM = "webhook"
_PREFIX = "whsec_"
_PARTS = 3
_CARD = "application/vnd.microsoft.card.adaptive"


@dataclass(frozen=True)
class WebhookCredentials:
    """The first registered address, whole, and the secret shared with its owner (whsec_ and 24 to 64 bytes in base64).

    `more` holds the others, `name address secret` each, separated by semicolons.
    """

    base_url: str
    secret: str = field(repr=False)
    more: str = field(default="", repr=False)

    def others(self) -> dict[str, tuple[str, str]]:
        """Address and secret by name; raises AuthenticationFailed for what cannot be read."""
        found: dict[str, tuple[str, str]] = {}
        for number, entry in enumerate(filter(None, map(str.strip, self.more.split(";"))), start=1):
            parts = entry.split()
            if len(parts) != _PARTS or parts[0] in found or httpx.URL(parts[1]).scheme not in {"http", "https"}:
                problem = f"entry {number} of WEBHOOK_MORE is not a name of its own, an address and a secret"
                raise AuthenticationFailed(_SYSTEM, problem, "Write `name https://address whsec_secret; ...`")
            found[parts[0]] = (parts[1], parts[2])
        return found


def signature(secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """The value of header webhook-signature: `v1,` and HMAC-SHA256 over id, timestamp and body.

    Raises AuthenticationFailed if `secret` is not of the standard's form.
    """
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        key = b""
    if not 24 <= len(key) <= 64:
        remedy = "Set WEBHOOK_SECRET to whsec_ and 24 to 64 random bytes in base64 (openssl rand -base64 32)"
        raise AuthenticationFailed(_SYSTEM, "the signing secret is not of the expected form", remedy)
    digest = hmac.new(key, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode('ascii')}"


@dataclass(frozen=True)
class TeamsCredentials:
    """The whole address of a channel's workflow, which is its only secret."""

    base_url: str = field(repr=False)


def teams_message(blocks: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The body that a channel's workflow takes: one adaptive card with `blocks` one below the other."""
    content = {"type": "AdaptiveCard", "version": "1.4", "body": list(blocks)}
    return {"type": "message", "attachments": [{"contentType": _CARD, "content": content}]}


def text_block(text: str) -> dict[str, Any]:
    """A paragraph of an adaptive card."""
    return {"type": "TextBlock", "text": text, "wrap": True}


def open_address(
    system: str, address: str, *, secrets: tuple[str, ...] = (), retry: RetryPolicy | None = None
) -> Connection:
    """A connection to one address: the empty path is the address itself, which then stands in no error text."""
    url = httpx.URL(address)
    return Connection(
        Terms(
            system=system,
            base_url=str(url.copy_with(raw_path=b"/")),
            dialect=Dialect(root=url.raw_path.decode("ascii")),
            rate=Rate(calls=20, seconds=1.0, concurrent=2),
            secrets=secrets,
            timeout_seconds=30.0,
            retry=retry or RetryPolicy(attempts=5, base_seconds=1.0),
        )
    )
