"""Bearer tokens as an `httpx.Auth`: log in when needed, renew before expiry, log in once more when refused."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import Any, Protocol

import httpx

from connections.errors import AuthenticationFailed
from connections.wording import scrubbed


@dataclass(frozen=True)
class Token:
    """A token, the seconds it lives (None = until refused), the address that wants it, if another, and its scheme."""

    value: str
    lives_seconds: float | None = None
    instance_url: str | None = None
    scheme: str = "Bearer"


class LoginFlow(Protocol):
    """One vendor's way to obtain a token."""

    def request(self) -> httpx.Request:
        """The request that asks for a token."""

    def token(self, response: httpx.Response) -> Token:
        """The token in an answer that is worth reading (neither 429 nor 5xx); raises AuthenticationFailed."""

    def is_expired(self, response: httpx.Response) -> bool:
        """Whether an answer says that the token is no longer valid."""


class LoginInterrupted(Exception):  # noqa: N818 - a signal to the retry loop, not an error
    """The login endpoint was busy or down; the answer goes through the ordinary retry rules."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"login answered {response.status_code}")
        self.response = response


def token_in(
    response: httpx.Response, read: Callable[[Any], Token], *, system: str, secrets: tuple[str, ...], remedy: str
) -> Token:
    """The token that `read` finds in the answer's JSON; AuthenticationFailed with the answer's own words if none."""
    try:
        return read(response.json())
    except (ValueError, KeyError, TypeError) as error:
        words = scrubbed(f"{response.status_code} {response.text}", secrets)
        raise AuthenticationFailed(system, f"login refused ({words})", remedy) from error


class TokenAuth(httpx.Auth):
    """Shares one token among the threads of a connection; a refused token is renewed once per request."""

    # Renewed this long before its end, so that no request starts with a token that dies on the way.
    MARGIN_SECONDS = 60.0

    def __init__(self, flow: LoginFlow) -> None:
        self._flow = flow
        self._lock = threading.Lock()
        self._token: Token | None = None
        self._dies_at: float | None = None

    @property
    def secret(self) -> str:
        """The current token, for masking it in texts."""
        return self._token.value if self._token else ""

    def sync_auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Log in if there is no living token, send, and when the token is refused log in and send once more."""
        token = yield from self._living(None)
        response = yield self._signed(request, token)
        if may_hold_error(response):
            response.read()
            if self._flow.is_expired(response):
                token = yield from self._living(token)
                yield self._signed(request, token)

    def _living(self, refused: Token | None) -> Generator[httpx.Request, httpx.Response, Token]:
        """The shared token; a new login if there is none, if it is about to die or if it is the refused one."""
        with self._lock:
            dead = self._dies_at is not None and time.monotonic() > self._dies_at
            if self._token is None or self._token is refused or dead:
                self._token = None
                login = self._flow.request()
                login.extensions["login"] = True
                response = yield login
                response.read()
                if response.status_code == httpx.codes.TOO_MANY_REQUESTS or response.is_server_error:
                    raise LoginInterrupted(response)
                self._token = self._flow.token(response)
                lives = self._token.lives_seconds
                margin = min(self.MARGIN_SECONDS, (lives or 0.0) / 10)
                self._dies_at = None if lives is None else time.monotonic() + lives - margin
            return self._token

    @staticmethod
    def _signed(request: httpx.Request, token: Token) -> httpx.Request:
        request.headers["Authorization"] = f"{token.scheme} {token.value}"
        if token.instance_url:
            home = httpx.URL(token.instance_url)
            request.url = request.url.copy_with(scheme=home.scheme, host=home.host, port=home.port)
            request.headers["Host"] = home.netloc.decode("ascii")
        return request


def is_login(request: httpx.Request) -> bool:
    """Whether a request is a login, which is safe to repeat whatever its method."""
    return bool(request.extensions.get("login"))


def may_hold_error(response: httpx.Response) -> bool:
    """Whether a body is worth reading for an error: a failure status or JSON (Marketo fails with 200), never a CSV."""
    return response.status_code >= 400 or "json" in response.headers.get("content-type", "")
