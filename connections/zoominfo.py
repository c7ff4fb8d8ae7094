"""ZoomInfo's enrichment API: a token of 60 minutes for user name and password."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx

from connections.http import Connection
from connections.retry import RetryPolicy
from connections.terms import Terms
from connections.throttle import Rate
from connections.tokens import Token, TokenAuth, token_in
from connections.verdicts import Dialect, Meaning, Verdict, judge_status

_SYSTEM = "zoominfo"


@dataclass(frozen=True)
class ZoomInfoCredentials:
    """An API user."""

    base_url: str
    username: str
    password: str = field(repr=False)


class ZoomInfoLogin:
    """POST /authenticate."""

    LIVES_SECONDS = 3600.0

    def __init__(self, credentials: ZoomInfoCredentials) -> None:
        self._credentials = credentials

    def request(self) -> httpx.Request:
        """The token request."""
        own = self._credentials
        body = {"username": own.username, "password": own.password}
        return httpx.Request("POST", f"{own.base_url.rstrip('/')}/authenticate", json=body)

    def token(self, response: httpx.Response) -> Token:
        """Read {jwt}."""
        return token_in(
            response,
            lambda answer: Token(str(answer["jwt"]), lives_seconds=self.LIVES_SECONDS),
            system=_SYSTEM,
            secrets=(self._credentials.password, self._credentials.username),
            remedy="Check ZOOMINFO_BASE_URL, ZOOMINFO_USERNAME, ZOOMINFO_PASSWORD",
        )

    def is_expired(self, response: httpx.Response) -> bool:
        """401 for a token past its hour."""
        return response.status_code == httpx.codes.UNAUTHORIZED


def judge(response: httpx.Response) -> Verdict:
    """HTTP's rules; 402 says that the credits are used up."""
    verdict = judge_status(response)
    if response.status_code == httpx.codes.PAYMENT_REQUIRED:
        return Verdict(Meaning.SPENT, verdict.code, "no credits left")
    return Verdict(verdict.meaning, verdict.code, response.text if response.is_error else "")


def open_zoominfo(credentials: ZoomInfoCredentials, *, retry: RetryPolicy | None = None) -> Connection:
    """A connection to the enrichment API; at most 25 calls a second, the contract's usual rate."""
    return Connection(
        Terms(
            system=_SYSTEM,
            base_url=credentials.base_url,
            dialect=Dialect(judge=judge),
            rate=Rate(calls=25, seconds=1.0, concurrent=5),
            secrets=(credentials.password, credentials.username),
            auth=TokenAuth(ZoomInfoLogin(credentials)),
            retry=retry or RetryPolicy(),
        )
    )
