"""Oracle Eloqua: a user of a site, signed in by HTTP Basic (Bulk API 2.0, "Authenticate using HTTP basic")."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from connections.http import Connection
from connections.oauth import judge
from connections.retry import RetryPolicy
from connections.terms import Terms
from connections.throttle import Rate
from connections.verdicts import Dialect


@dataclass(frozen=True)
class EloquaCredentials:
    """The address of the site's pod (https://secure.p01.eloqua.com), the site's name, a user and its password."""

    base_url: str
    site: str
    username: str
    password: str = field(repr=False)


def open_eloqua(credentials: EloquaCredentials, *, retry: RetryPolicy | None = None) -> Connection:
    """A connection that signs every request: 2,000 Bulk syncs a day, four running at once."""
    plain = f"{credentials.site}\\{credentials.username}:{credentials.password}"
    key = base64.b64encode(plain.encode()).decode("ascii")
    return Connection(
        Terms(
            system="eloqua",
            base_url=credentials.base_url,
            dialect=Dialect(judge=judge, headers={"Accept": "application/json", "Authorization": f"Basic {key}"}),
            rate=Rate(concurrent=4),
            secrets=(credentials.password, key),
            retry=retry or RetryPolicy(),
        )
    )
