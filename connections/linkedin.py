"""LinkedIn's Marketing API: access tokens of 60 days, versioned headers, limits per minute and per day."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx

from connections.http import Connection
from connections.refresh import RefreshTokenLogin
from connections.retry import RetryPolicy
from connections.terms import Terms
from connections.throttle import Rate
from connections.tokens import TokenAuth
from connections.verdicts import Dialect, Meaning, Verdict, judge_status

_SYSTEM = "linkedin"


@dataclass(frozen=True)
class LinkedInCredentials:
    """An app with the Audiences permission, a refresh token of its user, and the ad account's number."""

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    ad_account: str
    version: str = "202610"  # a month's version is switched off about a year later

    @property
    def token_url(self) -> str:
        """Tokens come from www.linkedin.com, everything else from api.linkedin.com."""
        return f"{self.base_url.rstrip('/').replace('//api.linkedin.com', '//www.linkedin.com')}/oauth/v2/accessToken"


def judge(response: httpx.Response) -> Verdict:
    """Read {status, code, message}; a throttle of the day is no reason to wait."""
    verdict = judge_status(response)
    if verdict.meaning is Meaning.ACCEPTED:
        return verdict
    try:
        answer = response.json()
        code, words = str(answer.get("code", verdict.code)), str(answer.get("message", ""))
    except (ValueError, AttributeError):
        return verdict
    if verdict.meaning is Meaning.BUSY and " DAY " in words:
        return Verdict(Meaning.SPENT, code, words)
    if response.status_code == httpx.codes.FORBIDDEN:
        return Verdict(Meaning.REJECTED, code, words)  # a right on one account is missing, not the login
    return Verdict(verdict.meaning, code, words)


def open_linkedin(credentials: LinkedInCredentials, *, retry: RetryPolicy | None = None) -> Connection:
    """A connection whose relative paths start at /rest."""
    login = RefreshTokenLogin(
        _SYSTEM,
        credentials.token_url,
        credentials.client_id,
        credentials.client_secret,
        credentials.refresh_token,
    )
    headers = {"LinkedIn-Version": credentials.version, "X-Restli-Protocol-Version": "2.0.0"}
    return Connection(
        Terms(
            system=_SYSTEM,
            base_url=credentials.base_url,
            dialect=Dialect(judge=judge, root="/rest", headers=headers),
            rate=Rate(calls=250, seconds=60.0, concurrent=2),  # companies: 300 calls a minute for member and app
            secrets=(credentials.client_secret, credentials.refresh_token),
            auth=TokenAuth(login),
            timeout_seconds=120.0,
            retry=retry or RetryPolicy(base_seconds=1.0),
            account=credentials.ad_account,
        )
    )
