"""Systems behind a long-lived API key: one header, one rate, one way to say that the credits are gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from connections.http import Connection
from connections.retry import RetryPolicy
from connections.terms import Terms
from connections.throttle import Rate
from connections.verdicts import Dialect, Meaning, Verdict, judge_status


@dataclass(frozen=True)
class KeyCredentials:
    """An address and the key that opens it."""

    base_url: str
    api_key: str = field(repr=False)


@dataclass(frozen=True)
class KeyedSystem:
    """How one such system wants its key (`header: format`), and how often it may be called."""

    name: str
    header: str
    rate: Rate
    format: str = "{key}"
    further: Mapping[str, str] = field(default_factory=dict)

    def open(self, credentials: KeyCredentials, *, retry: RetryPolicy | None = None) -> Connection:
        """A connection that carries the key in every request."""
        headers = {self.header: self.format.format(key=credentials.api_key), **self.further}
        return Connection(
            Terms(
                system=self.name,
                base_url=credentials.base_url,
                dialect=Dialect(judge=judge, headers=headers),
                rate=self.rate,
                secrets=(credentials.api_key,),
                retry=retry or RetryPolicy(),
            )
        )


def judge(response: httpx.Response) -> Verdict:
    """HTTP's rules; 402 says that the credits are used up. The words are the system's own."""
    verdict = judge_status(response)
    if response.status_code == httpx.codes.PAYMENT_REQUIRED:
        return Verdict(Meaning.SPENT, verdict.code, "no credits left")
    return Verdict(verdict.meaning, verdict.code, response.text if response.is_error else "")


def opener(system: KeyedSystem) -> Callable[[Any], Connection]:
    """`system.open` for registries that know credentials only as Any."""
    return system.open


# Rates are those of the vendors' public documentation for the usual plan, with a margin.
APOLLO = KeyedSystem("apollo", "x-api-key", Rate(calls=180, seconds=60.0, concurrent=4))
CLEARBIT = KeyedSystem("clearbit", "Authorization", Rate(calls=550, seconds=60.0, concurrent=8), "Bearer {key}")
LUSHA = KeyedSystem("lusha", "api_key", Rate(calls=20, seconds=1.0, concurrent=4))
G2 = KeyedSystem("g2", "Authorization", Rate(calls=90, seconds=1.0, concurrent=4), "Token token={key}")
PREDICTLEADS = KeyedSystem("predictleads", "X-Api-Token", Rate(calls=10, seconds=1.0, concurrent=4))
HIBP = KeyedSystem("hibp", "hibp-api-key", Rate(calls=10, seconds=60.0, concurrent=1))
PIPEDRIVE = KeyedSystem("pipedrive", "x-api-token", Rate(calls=40, seconds=2.0, concurrent=4))
SALESLOFT = KeyedSystem("salesloft", "Authorization", Rate(calls=500, seconds=60.0, concurrent=4), "Bearer {key}")
RESEARCH = KeyedSystem("research", "Authorization", Rate(calls=45, seconds=60.0, concurrent=2), "Bearer {key}")
