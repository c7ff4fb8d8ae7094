"""Google's Data Manager API and Google Ads API: access tokens of an hour, and google.rpc.Status errors."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from connections.http import Connection
from connections.refresh import RefreshTokenLogin
from connections.retry import RetryPolicy
from connections.terms import Terms
from connections.throttle import Rate
from connections.tokens import TokenAuth
from connections.verdicts import Dialect, Meaning, Verdict, judge_status

_SYSTEM = "google"


@dataclass(frozen=True)
class GoogleCredentials:
    """An OAuth client with scope datamanager, a refresh token of its user, and the Google Ads customer's number."""

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    ad_account: str

    @property
    def token_url(self) -> str:
        """Tokens come from oauth2.googleapis.com, everything else from datamanager.googleapis.com."""
        return f"{self.base_url.rstrip('/').replace('//datamanager.googleapis.', '//oauth2.googleapis.')}/token"


@dataclass(frozen=True)
class GoogleAdsCredentials:
    """An OAuth client with scope adwords, a refresh token, a developer token and the customer's number, for reports.

    `login_customer_id` is the manager account through which the customer is reached, if it is.
    """

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)
    developer_token: str = field(repr=False)
    ad_account: str
    login_customer_id: str = ""
    version: str = "v26"  # a version is switched off about a year after it came

    @property
    def token_url(self) -> str:
        """Tokens come from oauth2.googleapis.com, everything else from googleads.googleapis.com."""
        return f"{self.base_url.rstrip('/').replace('//googleads.googleapis.', '//oauth2.googleapis.')}/token"


def error_of(text: str | bytes) -> dict[str, Any]:
    """The `error` object of an answer's body, empty if there is none."""
    try:
        error = httpx.Response(200, content=text).json()["error"]
    except (ValueError, KeyError, TypeError):
        return {}
    return error if isinstance(error, dict) else {}


def judge(response: httpx.Response) -> Verdict:
    """Read {error: {code, status, message, details}}; a limit per day is no reason to wait."""
    verdict = judge_status(response)
    error = {} if verdict.meaning is Meaning.ACCEPTED else error_of(response.content)
    if not error:
        return verdict
    code, words = str(error.get("status", verdict.code)), str(error.get("message", ""))
    if verdict.meaning is Meaning.BUSY and "per day" in words:
        return Verdict(Meaning.SPENT, code, words)
    if response.status_code == httpx.codes.FORBIDDEN:
        return Verdict(Meaning.REJECTED, code, words)  # a right on one account is missing, not the login
    return Verdict(verdict.meaning, code, words)


def open_google(credentials: GoogleCredentials, *, retry: RetryPolicy | None = None) -> Connection:
    """A connection whose relative paths start at /v1."""
    login = RefreshTokenLogin(
        _SYSTEM,
        credentials.token_url,
        credentials.client_id,
        credentials.client_secret,
        credentials.refresh_token,
    )
    return Connection(
        Terms(
            system=_SYSTEM,
            base_url=credentials.base_url,
            dialect=Dialect(judge=judge, root="/v1"),
            rate=Rate(calls=5, seconds=1.0, concurrent=2),  # 300 requests a minute for a project
            secrets=(credentials.client_secret, credentials.refresh_token),
            auth=TokenAuth(login),
            timeout_seconds=120.0,
            retry=retry or RetryPolicy(base_seconds=1.0),
        )
    )


def open_google_ads(credentials: GoogleAdsCredentials, *, retry: RetryPolicy | None = None) -> Connection:
    """A connection to a customer of Google Ads whose relative paths start at the version: 15,000 calls a day."""
    own = (credentials.client_id, credentials.client_secret, credentials.refresh_token)
    headers = {"developer-token": credentials.developer_token}
    if credentials.login_customer_id:
        headers["login-customer-id"] = credentials.login_customer_id.replace("-", "")
    return Connection(
        Terms(
            system="google_ads",
            base_url=credentials.base_url,
            dialect=Dialect(judge=judge, root=f"/{credentials.version}", headers=headers),
            rate=Rate(calls=20, seconds=1.0, concurrent=2),
            secrets=(*own[1:], credentials.developer_token),
            auth=TokenAuth(RefreshTokenLogin("google_ads", credentials.token_url, *own)),
            timeout_seconds=120.0,
            retry=retry or RetryPolicy(base_seconds=1.0),
            account=credentials.ad_account.replace("-", ""),
        )
    )
