"""Marketo: tokens by client credentials, and errors that arrive with status 200 (Adobe, "REST API Error Codes")."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from connections.errors import AuthenticationFailed
from connections.http import Connection
from connections.retry import RetryPolicy
from connections.terms import Terms
from connections.throttle import Rate
from connections.tokens import Token, TokenAuth
from connections.verdicts import Dialect, Meaning, Usage, Verdict, judge_status
from connections.wording import scrubbed

_SYSTEM = "marketo"
DAILY_CALLS = 50_000
_TOKEN_REFUSED = {"601", "602"}
# Response-level codes of the 600 family: nothing was executed, except that a timed-out request may still be running.
_MEANINGS = {
    "601": Meaning.DENIED,
    "602": Meaning.DENIED,
    "603": Meaning.DENIED,
    "604": Meaning.BROKEN,
    "606": Meaning.BUSY,
    "607": Meaning.SPENT,
    "608": Meaning.BUSY,
    "611": Meaning.BROKEN,
    "615": Meaning.BUSY,
    "713": Meaning.BROKEN,
}


@dataclass(frozen=True)
class MarketoCredentials:
    """An API-only user's LaunchPoint service; `base_url` without /rest."""

    base_url: str
    client_id: str
    client_secret: str = field(repr=False)
    # The instance allows 100 in 20 s to all its apps together; Adobe advises half of that to one among others.
    calls_per_20_seconds: int = 50


class MarketoLogin:
    """GET {base}/identity/oauth/token; the same token comes back until its hour is over."""

    def __init__(self, credentials: MarketoCredentials) -> None:
        self._credentials = credentials

    def request(self) -> httpx.Request:
        """The token request; Marketo takes its parameters in the query only."""
        own = self._credentials
        query = {"grant_type": "client_credentials", "client_id": own.client_id, "client_secret": own.client_secret}
        return httpx.Request("GET", f"{own.base_url.rstrip('/')}/identity/oauth/token", params=query)

    def token(self, response: httpx.Response) -> Token:
        """Read {access_token, expires_in}, or {error, error_description} with status 401."""
        answer = _envelope(response)
        if "access_token" not in answer:
            words = f"{answer.get('error', response.status_code)}: {answer.get('error_description', 'no token given')}"
            secrets = (self._credentials.client_secret, self._credentials.client_id)
            remedy = "Check MARKETO_BASE_URL, MARKETO_CLIENT_ID, MARKETO_CLIENT_SECRET"
            raise AuthenticationFailed(_SYSTEM, f"login refused ({scrubbed(words, secrets)})", remedy)
        return Token(answer["access_token"], lives_seconds=float(answer.get("expires_in", 3599)))

    def is_expired(self, response: httpx.Response) -> bool:
        """601 access token invalid, 602 access token expired; some gateways answer 401."""
        return response.status_code == httpx.codes.UNAUTHORIZED or _error(response)[0] in _TOKEN_REFUSED


def judge(response: httpx.Response) -> Verdict:
    """Read {success, errors[{code, message}]} whatever the status."""
    code, words = _error(response)
    if not code:
        return judge_status(response)
    return Verdict(_MEANINGS.get(code, Meaning.REJECTED), code, words)


def note(response: httpx.Response, usage: Usage) -> None:
    """Marketo sends no header; each executed call takes one from what `read_daily_usage` found."""
    if usage.daily_remaining is not None and "/identity/" not in response.request.url.path:
        usage.daily_remaining = max(0, usage.daily_remaining - 1)


@dataclass(frozen=True)
class DailyUsage:
    """Marketo's day (naive), and how many API users have called on it; ours is one of them."""

    day: datetime
    users: int


def read_daily_usage(connection: Connection, daily_calls: int = DAILY_CALLS) -> DailyUsage:
    """Ask who has called today, so that the day's budget for all apps together can be kept."""
    result = connection.request("GET", "/rest/v1/stats/usage.json").json().get("result") or [{}]
    connection.usage.daily_limit = daily_calls
    connection.usage.daily_remaining = max(0, daily_calls - int(result[0].get("total", 0)))
    # The quota's day ends at midnight US Central; an empty answer means that nobody has called yet.
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    day = datetime.fromisoformat(result[0]["date"]) if "date" in result[0] else today
    return DailyUsage(day, len(result[0].get("users") or []))


def open_marketo(
    credentials: MarketoCredentials,
    *,
    daily_budget_ratio: float = 0.8,
    retry: RetryPolicy | None = None,
) -> Connection:
    """A connection whose relative paths start at /rest; bulk paths are given as /bulk/v1/..."""
    return Connection(
        Terms(
            system=_SYSTEM,
            base_url=credentials.base_url,
            dialect=Dialect(judge=judge, note=note, root="/rest"),
            rate=Rate(calls=credentials.calls_per_20_seconds, seconds=20.0, concurrent=5),
            secrets=(credentials.client_secret,),
            auth=TokenAuth(MarketoLogin(credentials)),
            daily_budget_ratio=daily_budget_ratio,
            retry=retry or RetryPolicy(base_seconds=1.0),
        )
    )


def _envelope(response: httpx.Response) -> dict[str, Any]:
    if "json" not in response.headers.get("content-type", ""):
        return {}
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _error(response: httpx.Response) -> tuple[str, str]:
    """(code, message) of the first error, or two empty texts."""
    answer = _envelope(response)
    errors = answer.get("errors")
    if answer.get("success") is not False or not errors:
        return "", ""
    return str(errors[0].get("code", "")), str(errors[0].get("message", ""))
