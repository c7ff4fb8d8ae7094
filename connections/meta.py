"""Meta's Graph API: a system user's token, and errors whose code says more than their status (Graph API, Errors)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from connections.http import Connection
from connections.retry import RetryPolicy
from connections.terms import Terms
from connections.throttle import Rate
from connections.verdicts import Dialect, Meaning, Verdict, judge_status

_SYSTEM = "meta"
_VERSION = "v24.0"
# 1 and 2 are trouble on their side; 4, 17, 32 and 613 are limits that pass in minutes; 80003 is the limit of calls on
# the custom audiences of one ad account, which takes up to an hour; 190 and 102 concern the token, 10 its rights.
_MEANINGS = {
    **dict.fromkeys((1, 2), Meaning.BROKEN),
    **dict.fromkeys((4, 17, 32, 613), Meaning.BUSY),
    **dict.fromkeys((80000, 80003, 80004), Meaning.SPENT),
    **dict.fromkeys((10, 102, 190), Meaning.DENIED),
}


@dataclass(frozen=True)
class MetaCredentials:
    """A system user's token with ads_management, and the ad account's number without act_."""

    base_url: str
    access_token: str = field(repr=False)
    ad_account: str


def error_of(response: httpx.Response) -> dict[str, Any]:
    """The `error` object of an answer, empty if there is none."""
    try:
        error = response.json()["error"]
    except (ValueError, KeyError, TypeError):
        return {}
    return error if isinstance(error, dict) else {}


def judge(response: httpx.Response) -> Verdict:
    """Read {error: {code, error_subcode, message}} whatever the status."""
    verdict = judge_status(response)
    error = {} if verdict.meaning is Meaning.ACCEPTED else error_of(response)
    if not error:
        return verdict
    code = f"{error.get('code')}/{error['error_subcode']}" if error.get("error_subcode") else str(error.get("code"))
    unlisted = Meaning.BROKEN if response.is_server_error else Meaning.REJECTED
    return Verdict(_MEANINGS.get(int(error.get("code") or 0), unlisted), code, str(error.get("message", "")))


def open_meta(credentials: MetaCredentials, *, retry: RetryPolicy | None = None) -> Connection:
    """A connection whose relative paths start at the version."""
    return Connection(
        Terms(
            system=_SYSTEM,
            base_url=credentials.base_url,
            dialect=Dialect(
                judge=judge,
                root=f"/{_VERSION}",
                headers={"Authorization": f"Bearer {credentials.access_token}"},
            ),
            rate=Rate(calls=20, seconds=1.0, concurrent=2),
            secrets=(credentials.access_token,),
            timeout_seconds=120.0,
            retry=retry or RetryPolicy(base_seconds=1.0),
            account=credentials.ad_account,
        )
    )
