"""Salesforce: OAuth 2.0, error arrays and the org's daily request limit (REST API Developer Guide)."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from typing import Any

import httpx

from connections.errors import AuthenticationFailed
from connections.http import Connection, Usage
from connections.retry import RetryPolicy
from connections.terms import Terms
from connections.throttle import Rate
from connections.tokens import Token, TokenAuth
from connections.verdicts import Dialect, Meaning, Verdict, judge_status
from connections.wording import scrubbed

_SYSTEM = "salesforce"
# Sforce-Limit-Info: api-usage=18/5000; per-app-api-usage=17/250(appName=x)
_LIMIT_INFO = re.compile(r"(?:^|[;\s])api-usage=(\d+)/(\d+)")


@dataclass(frozen=True)
class SalesforceCredentials:
    """A connected app; with `username` the password flow (password + security token), else client credentials."""

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    api_version: str = "59.0"


class SalesforceLogin:
    """POST /services/oauth2/token; the answer names the instance that takes the requests."""

    def __init__(self, credentials: SalesforceCredentials) -> None:
        self._credentials = credentials

    def request(self) -> httpx.Request:
        """The token request: the app's key and secret in Basic, as simple-salesforce sends them."""
        own = self._credentials
        form = {"grant_type": "client_credentials"}
        if own.username is not None:
            form = {"grant_type": "password", "username": own.username, "password": own.password or ""}
            form |= {"client_id": own.client_id, "client_secret": own.client_secret}
        key = base64.b64encode(f"{own.client_id}:{own.client_secret}".encode()).decode("ascii")
        url = f"{own.base_url.rstrip('/')}/services/oauth2/token"
        return httpx.Request("POST", url, data=form, headers={"Authorization": f"Basic {key}"})

    def token(self, response: httpx.Response) -> Token:
        """Read {access_token, instance_url}, or {error, error_description}."""
        answer = _json(response)
        if not isinstance(answer, dict) or "access_token" not in answer:
            error = answer if isinstance(answer, dict) else {}
            words = f"{error.get('error', response.status_code)}: {error.get('error_description', 'no token given')}"
            user = "" if self._credentials.username is None else ", SALESFORCE_USERNAME, SALESFORCE_PASSWORD"
            remedy = f"Check SALESFORCE_BASE_URL, SALESFORCE_CLIENT_ID, SALESFORCE_CLIENT_SECRET{user}"
            raise AuthenticationFailed(_SYSTEM, f"login refused ({scrubbed(words)})", remedy)
        return Token(answer["access_token"], instance_url=answer.get("instance_url"))

    def is_expired(self, response: httpx.Response) -> bool:
        """401 INVALID_SESSION_ID."""
        return response.status_code == httpx.codes.UNAUTHORIZED


def judge(response: httpx.Response) -> Verdict:
    """Read the array [{message, errorCode, fields?}] behind a failure status."""
    verdict = judge_status(response)
    answer = None if verdict.meaning is Meaning.ACCEPTED else _json(response)
    if not isinstance(answer, list) or not answer or not isinstance(answer[0], dict):
        return verdict
    code, words = str(answer[0].get("errorCode", verdict.code)), str(answer[0].get("message", ""))
    if code == "REQUEST_LIMIT_EXCEEDED":
        # The same code for two limits: too many long requests at once passes by itself, the day's total does not.
        return Verdict(Meaning.BUSY if words.startswith("Concurrent") else Meaning.SPENT, code, words)
    if response.status_code == httpx.codes.FORBIDDEN and code != "API_DISABLED_FOR_ORG":
        return Verdict(Meaning.REJECTED, code, words)  # a right on one object or record is missing, not the login
    return Verdict(verdict.meaning, code, words)


def note(response: httpx.Response, usage: Usage) -> None:
    """Take the org's daily requests from Sforce-Limit-Info."""
    found = _LIMIT_INFO.search(response.headers.get("sforce-limit-info", ""))
    if found:
        used, limit = int(found[1]), int(found[2])
        usage.daily_limit, usage.daily_remaining = limit, max(0, limit - used)


def open_salesforce(
    credentials: SalesforceCredentials, *, daily_budget_ratio: float = 0.8, retry: RetryPolicy | None = None
) -> Connection:
    """A connection whose relative paths start at /services/data/v<version>; logs in with the first request."""
    dialect = Dialect(judge=judge, note=note, root=f"/services/data/v{credentials.api_version}")
    secrets = (credentials.client_secret, credentials.password or "")
    return Connection(
        Terms(
            system=_SYSTEM,
            base_url=credentials.base_url,
            dialect=dialect,
            rate=Rate(concurrent=5),
            secrets=secrets,
            auth=TokenAuth(SalesforceLogin(credentials)),
            daily_budget_ratio=daily_budget_ratio,
            timeout_seconds=120.0,  # Salesforce ends a query after 120 s by itself
            retry=retry or RetryPolicy(),
        )
    )


def _json(response: httpx.Response) -> Any:
    try:
        return response.json()
    except ValueError:
        return None
