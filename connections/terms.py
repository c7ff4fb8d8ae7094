"""What one connection is made of, and one request of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx

from connections.retry import RetryPolicy
from connections.throttle import Rate
from connections.tokens import TokenAuth
from connections.verdicts import Dialect
from connections.wording import scrubbed

Params = Mapping[str, Any] | Sequence[tuple[str, Any]]


@dataclass(frozen=True)
class Terms:
    """One vendor's ways and our manners; `secrets` are masked in every text."""

    system: str
    base_url: str
    dialect: Dialect
    rate: Rate
    secrets: tuple[str, ...]
    auth: TokenAuth | None = None
    daily_budget_ratio: float = 1.0
    timeout_seconds: float = 60.0
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    account: str = ""  # what paths name, where one login reaches several (an ad account)

    @property
    def settings(self) -> str:
        """The prefix of this system's settings, such as SALESFORCE."""
        return self.system.upper()

    @property
    def address(self) -> str:
        """Scheme, host and port, for texts: never a user or password in the address."""
        url = httpx.URL(self.base_url)
        return f"{url.scheme}://{url.netloc.decode('ascii')}"

    def masked(self, text: str) -> str:
        """`text` fit for an error line."""
        token = self.auth.secret if self.auth else ""
        return scrubbed(text, (*self.secrets, token))


@dataclass(frozen=True)
class Call:
    """One request as its caller means it; `read` = take the whole body into memory."""

    method: str
    path: str
    idempotent: bool
    read: bool
    expect: Collection[int] = ()
    params: Params | None = None
    json: Any = None
    content: bytes | str | None = None
    headers: Mapping[str, str] | None = None

    @property
    def name(self) -> str:
        """Method and path without the query, which may hold personal values."""
        return f"{self.method} {scrubbed(self.path.partition('?')[0])}"

    def request(self, client: httpx.Client, root: str) -> httpx.Request:
        """The request on the wire; a path without a leading slash is relative to `root`, none at all is `root`."""
        url = self.path if self.path.startswith("/") else f"{root}/{self.path}" if self.path else root
        parameters = None if self.params is None else httpx.QueryParams(self.params)  # type: ignore[arg-type]
        return client.build_request(
            self.method, url, params=parameters, json=self.json, content=self.content, headers=self.headers
        )
