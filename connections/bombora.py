"""Bombora's weekly Company Surge reports: files behind an API key."""

from __future__ import annotations

from dataclasses import dataclass, field

from connections.http import Connection
from connections.retry import RetryPolicy
from connections.terms import Terms
from connections.throttle import Rate
from connections.verdicts import Dialect


@dataclass(frozen=True)
class BomboraCredentials:
    """The key of a report subscription."""

    base_url: str
    api_key: str = field(repr=False)


def open_bombora(credentials: BomboraCredentials, *, retry: RetryPolicy | None = None) -> Connection:
    """A connection that carries the key as a bearer token."""
    return Connection(
        Terms(
            system="bombora",
            base_url=credentials.base_url,
            dialect=Dialect(headers={"Authorization": f"Bearer {credentials.api_key}"}),
            rate=Rate(calls=10, seconds=1.0, concurrent=3),
            secrets=(credentials.api_key,),
            retry=retry or RetryPolicy(),
        )
    )
