"""HubSpot: a private app's token or OAuth, error bodies with a category, limits of ten seconds and of the day."""

from __future__ import annotations

from dataclasses import dataclass, field
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

_SYSTEM = "hubspot"
_LOCKED, _MIGRATING = 423, 477


@dataclass(frozen=True)
class HubSpotCredentials:
    """A private app's `access_token`, or an OAuth app: `client_id`, `client_secret`, `refresh_token`.

    `client_secret` also signs the webhooks that the app receives.
    """

    base_url: str
    access_token: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    # Free and Starter portals allow 100 in 10 s to an app; paid ones 190 and more.
    calls_per_10_seconds: int = 100


class HubSpotLogin:
    """POST /oauth/v1/token with the refresh token; a token lives 30 minutes."""

    def __init__(self, credentials: HubSpotCredentials) -> None:
        self._credentials = credentials

    def request(self) -> httpx.Request:
        """The token request."""
        own = self._credentials
        form = {"grant_type": "refresh_token", "client_id": own.client_id, "client_secret": own.client_secret}
        url = f"{own.base_url.rstrip('/')}/oauth/v1/token"
        return httpx.Request("POST", url, data=form | {"refresh_token": own.refresh_token})

    def token(self, response: httpx.Response) -> Token:
        """Read {access_token, expires_in}, or an error body."""
        answer = _json(response)
        if "access_token" not in answer:
            own = self._credentials
            words = scrubbed(
                f"{answer.get('status', response.status_code)}: {answer.get('message', 'no token given')}",
                (own.client_secret, own.refresh_token),
            )
            remedy = "Check HUBSPOT_CLIENT_ID, HUBSPOT_CLIENT_SECRET, HUBSPOT_REFRESH_TOKEN"
            raise AuthenticationFailed(_SYSTEM, f"login refused ({words})", remedy)
        return Token(str(answer["access_token"]), lives_seconds=float(answer.get("expires_in", 1800)))

    def is_expired(self, response: httpx.Response) -> bool:
        """401 EXPIRED_AUTHENTICATION."""
        return response.status_code == httpx.codes.UNAUTHORIZED


def judge(response: httpx.Response) -> Verdict:
    """Read {category, message, policyName?} behind a failure status."""
    verdict = judge_status(response)
    if verdict.meaning is Meaning.ACCEPTED:
        return verdict
    answer = _json(response)
    code, words = str(answer.get("category") or verdict.code), str(answer.get("message") or verdict.message)
    if response.status_code == httpx.codes.TOO_MANY_REQUESTS and answer.get("policyName") == "DAILY":
        return Verdict(Meaning.SPENT, code, words)
    if response.status_code in (_LOCKED, _MIGRATING):
        return Verdict(Meaning.BUSY, code, words)
    if response.status_code == httpx.codes.FORBIDDEN:
        return Verdict(Meaning.REJECTED, code, words)  # a scope is missing, not the login
    return Verdict(verdict.meaning, code, words)


def note(response: httpx.Response, usage: Usage) -> None:
    """Take the day's calls from the X-HubSpot-RateLimit headers; search answers carry none."""
    limit = response.headers.get("x-hubspot-ratelimit-daily", "")
    remaining = response.headers.get("x-hubspot-ratelimit-daily-remaining", "")
    if limit.isdigit() and remaining.isdigit():
        usage.daily_limit, usage.daily_remaining = int(limit), int(remaining)


def open_hubspot(
    credentials: HubSpotCredentials, *, daily_budget_ratio: float = 0.8, retry: RetryPolicy | None = None
) -> Connection:
    """A connection to a portal; paths are given whole, such as /crm/v3/objects/companies."""
    static = {"Authorization": f"Bearer {credentials.access_token}"} if credentials.access_token else {}
    secrets = (credentials.access_token, credentials.client_secret, credentials.refresh_token)
    return Connection(
        Terms(
            system=_SYSTEM,
            base_url=credentials.base_url,
            dialect=Dialect(judge=judge, note=note, headers=static),
            rate=Rate(calls=credentials.calls_per_10_seconds, seconds=10.0, concurrent=5),
            secrets=tuple(secret for secret in secrets if secret),
            auth=None if static else TokenAuth(HubSpotLogin(credentials)),
            daily_budget_ratio=daily_budget_ratio,
            retry=retry or RetryPolicy(base_seconds=1.0),
        )
    )


def _json(response: httpx.Response) -> dict[str, Any]:
    try:
        answer = response.json()
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
