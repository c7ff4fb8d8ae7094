"""Slack's Web API: a bot's token, and errors inside HTTP 200."""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx

from connections.http import Connection
from connections.retry import RetryPolicy
from connections.terms import Terms
from connections.throttle import Rate
from connections.verdicts import Dialect, Meaning, Verdict, judge_status

_SYSTEM = "slack"
_MEANINGS = {
    **dict.fromkeys(("ratelimited", "rate_limited", "service_unavailable"), Meaning.BUSY),
    **dict.fromkeys(("internal_error", "fatal_error", "request_timeout"), Meaning.BROKEN),
    **dict.fromkeys(
        ("invalid_auth", "not_authed", "token_expired", "token_revoked", "account_inactive", "missing_scope"),
        Meaning.DENIED,
    ),
    "message_limit_exceeded": Meaning.SPENT,
}


@dataclass(frozen=True)
class SlackCredentials:
    """A bot's token with chat:write and channels:history, and the id of the channel (C...) that it was invited to."""

    base_url: str
    bot_token: str = field(repr=False)
    channel: str


def judge(response: httpx.Response) -> Verdict:
    """Read {ok, error} whatever the status."""
    try:
        answer = response.json()
        error = "" if answer.get("ok") else str(answer.get("error", ""))
    except (ValueError, AttributeError):
        return judge_status(response)
    return Verdict(_MEANINGS.get(error, Meaning.REJECTED), error) if error else judge_status(response)


def open_slack(credentials: SlackCredentials, *, retry: RetryPolicy | None = None) -> Connection:
    """A connection whose relative paths start at /api."""
    return Connection(
        Terms(
            system=_SYSTEM,
            base_url=credentials.base_url,
            dialect=Dialect(judge=judge, root="/api", headers={"Authorization": f"Bearer {credentials.bot_token}"}),
            rate=Rate(calls=3, seconds=3.0, concurrent=1),  # a message a second and channel, with short bursts
            secrets=(credentials.bot_token,),
            timeout_seconds=30.0,
            retry=retry or RetryPolicy(base_seconds=1.0),
        )
    )
