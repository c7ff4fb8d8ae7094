"""Access tokens: issued to an actor, valid for a time on the sandbox's clock."""

import secrets
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.framework.clock import Clock


@dataclass(frozen=True)
class Token:
    """An issued token."""

    value: str
    actor: str
    expires_at: datetime


class Tokens:
    """The tokens of one service."""

    def __init__(self, clock: Clock, lifetime_seconds: int, prefix: str = "") -> None:
        self.lifetime_seconds = lifetime_seconds
        self._clock, self._prefix = clock, prefix
        self._tokens: dict[str, Token] = {}
        self._lock = threading.Lock()

    def issue(self, actor: str, *, reuse: bool = False) -> Token:
        """Issue a token to an actor; with `reuse`, the actor's live token again, with its remaining life."""
        now = self._clock.now()
        with self._lock:
            if reuse:
                for token in self._tokens.values():
                    if token.actor == actor and token.expires_at > now:
                        return token
            value = self._prefix + secrets.token_urlsafe(32)
            token = Token(value, actor, now + timedelta(seconds=self.lifetime_seconds))
            self._tokens[value] = token
            return token

    def find(self, value: str) -> Token | None:
        """Return a token once issued, live or not."""
        return self._tokens.get(value)

    def is_live(self, token: Token) -> bool:
        """Say whether a token is still good."""
        return token.expires_at > self._clock.now()

    def expire_all(self) -> None:
        """Let every token issued so far run out now."""
        now = self._clock.now()
        with self._lock:
            self._tokens = {value: Token(value, token.actor, now) for value, token in self._tokens.items()}
