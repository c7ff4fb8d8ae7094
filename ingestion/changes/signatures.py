"""Whether a webhook comes from whom it says: HubSpot's signature v3, and the usual HMAC of a body. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac

WINDOW_MILLISECONDS = 300_000
# HubSpot signs the address with these decoded (developers.hubspot.com, "Validating requests").
_DECODED = {
    "%3A": ":", "%2F": "/", "%3F": "?", "%40": "@", "%21": "!", "%24": "$", "%27": "'", "%28": "(", "%29": ")",
    "%2A": "*", "%2C": ",", "%3B": ";",
}  # fmt: skip


def is_hubspot(
    secret: str, method: str, url: str, body: bytes, timestamp: str, signature: str, *, now_milliseconds: int
) -> bool:
    """HubSpot's v3: base64 of HMAC-SHA256 over method, address, body and a time at most five minutes off."""
    if not timestamp.isdigit() or abs(now_milliseconds - int(timestamp)) > WINDOW_MILLISECONDS:
        return False
    for code, character in _DECODED.items():
        url = url.replace(code, character).replace(code.lower(), character)
    text = method.upper().encode() + url.encode() + body + timestamp.encode()
    expected = base64.b64encode(hmac.new(secret.encode(), text, hashlib.sha256).digest()).decode()
    return bool(secret) and hmac.compare_digest(expected, signature)


def is_signed(secret: str, body: bytes, signature: str) -> bool:
    """HMAC-SHA256 of the body in hexadecimal, with or without `sha256=` before it."""
    expected = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(expected, signature.removeprefix("sha256=").lower())
