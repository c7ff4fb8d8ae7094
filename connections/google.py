"""Google's Data Manager, Google Ads and Analytics Data APIs: access tokens of an hour, google.rpc.Status errors."""

from __future__ import annotations

import re
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
_API_HOST = re.compile(r"//(datamanager|googleads|analyticsdata)\.googleapis\.")


@dataclass(frozen=True)
class _Login:
    """An OAuth client and a refresh token of its user."""

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(repr=False)

    @property
    def token_url(self) -> str:
        """Tokens come from oauth2.googleapis.com, everything else from the API's own host."""
        return f"{_API_HOST.sub('//oauth2.googleapis.', self.base_url.rstrip('/'))}/token"


@dataclass(frozen=True)
class GoogleCredentials(_Login):
    """A login with scope datamanager, and the Google Ads customer's number."""

    ad_account: str


@dataclass(frozen=True)
class GoogleAdsCredentials(_Login):
    """A login with scope adwords, a developer token and the customer's number, for reports.

    `login_customer_id` is the manager account through which the customer is reached, if it is.
    """

    developer_token: str = field(repr=False)
    ad_account: str
    login_customer_id: str = ""
    version: str = "v26"  # a version is switched off about a year after it came


@dataclass(frozen=True)
class GoogleAnalyticsCredentials(_Login):
    """A login with scope analytics.readonly, and the property's number."""

    property_id: str


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
    """A connection whose relative paths start at /v1: 300 requests a minute for a project."""
    return _opened(_SYSTEM, credentials, "/v1", Rate(calls=5, seconds=1.0, concurrent=2), retry)


def open_google_ads(credentials: GoogleAdsCredentials, *, retry: RetryPolicy | None = None) -> Connection:
    """A connection to a customer of Google Ads whose relative paths start at the version: 15,000 calls a day."""
    headers = {"developer-token": credentials.developer_token}
    if credentials.login_customer_id:
        headers["login-customer-id"] = credentials.login_customer_id.replace("-", "")
    rate = Rate(calls=20, seconds=1.0, concurrent=2)
    root, account = f"/{credentials.version}", credentials.ad_account.replace("-", "")
    return _opened("google_ads", credentials, root, rate, retry, headers, account)


def open_google_analytics(credentials: GoogleAnalyticsCredentials, *, retry: RetryPolicy | None = None) -> Connection:
    """A connection to a property of Google Analytics whose relative paths start at /v1beta: ten requests at once."""
    rate, account = Rate(concurrent=4), credentials.property_id.removeprefix("properties/")
    return _opened("google_analytics", credentials, "/v1beta", rate, retry, account=account)


def _opened(
    system: str,
    credentials: _Login,
    root: str,
    rate: Rate,
    retry: RetryPolicy | None,
    headers: dict[str, str] | None = None,
    account: str = "",
) -> Connection:
    own = (credentials.client_id, credentials.client_secret, credentials.refresh_token)
    return Connection(
        Terms(
            system=system,
            base_url=credentials.base_url,
            dialect=Dialect(judge=judge, root=root, headers=headers or {}),
            rate=rate,
            secrets=(*own[1:], *(headers or {}).values()),
            auth=TokenAuth(RefreshTokenLogin(system, credentials.token_url, *own)),
            timeout_seconds=120.0,
            retry=retry or RetryPolicy(base_seconds=1.0),
            account=account,
        )
    )
