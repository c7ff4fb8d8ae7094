"""Dun & Bradstreet Direct+: a bearer token of a day for a consumer key and secret."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

import httpx

from connections.http import Connection
from connections.keyed import judge
from connections.retry import RetryPolicy
from connections.terms import Terms
from connections.throttle import Rate
from connections.tokens import Token, TokenAuth, token_in
from connections.verdicts import Dialect

_SYSTEM = "dnb"


@dataclass(frozen=True)
class DnbCredentials:
    """A Direct+ subscription; its service level is usually 5 calls a second."""

    base_url: str
    consumer_key: str
    consumer_secret: str = field(repr=False)
    calls_per_second: int = 5


class DnbLogin:
    """POST /v3/token with HTTP Basic."""

    def __init__(self, credentials: DnbCredentials) -> None:
        self._credentials = credentials

    def request(self) -> httpx.Request:
        """The token request."""
        own = self._credentials
        pair = base64.b64encode(f"{own.consumer_key}:{own.consumer_secret}".encode()).decode("ascii")
        return httpx.Request(
            "POST",
            f"{own.base_url.rstrip('/')}/v3/token",
            headers={"Authorization": f"Basic {pair}"},
            data={"grant_type": "client_credentials"},
        )

    def token(self, response: httpx.Response) -> Token:
        """Read {access_token, expiresIn}."""
        return token_in(
            response,
            lambda answer: Token(str(answer["access_token"]), lives_seconds=float(answer.get("expiresIn", 86_400))),
            system=_SYSTEM,
            secrets=(self._credentials.consumer_secret, self._credentials.consumer_key),
            remedy="Check DNB_BASE_URL, DNB_CONSUMER_KEY, DNB_CONSUMER_SECRET",
        )

    def is_expired(self, response: httpx.Response) -> bool:
        """401 for a token past its day."""
        return response.status_code == httpx.codes.UNAUTHORIZED


def open_dnb(credentials: DnbCredentials, *, retry: RetryPolicy | None = None) -> Connection:
    """A connection to Direct+."""
    return Connection(
        Terms(
            system=_SYSTEM,
            base_url=credentials.base_url,
            dialect=Dialect(judge=judge),
            rate=Rate(calls=credentials.calls_per_second, seconds=1.0, concurrent=5),
            secrets=(credentials.consumer_secret, credentials.consumer_key),
            auth=TokenAuth(DnbLogin(credentials)),
            retry=retry or RetryPolicy(),
        )
    )
