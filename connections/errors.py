"""The error tree of every conversation with another system.

The text of each error is one line: the system, what happened, what to do. It never holds a secret or a person's data;
`RequestRejected.body` keeps the system's own answer for code that must read it, and is never part of the text.
"""

from __future__ import annotations


class ConnectionFailure(Exception):  # noqa: N818 - the tree is named by what happened
    """Something between us and `system` went wrong; `remedy` says what a person can do about it."""

    def __init__(self, system: str, problem: str, remedy: str) -> None:
        super().__init__(f"{system}: {problem.rstrip('. ')}. {remedy.rstrip('. ')}.")
        self.system = system
        self.remedy = remedy


class AuthenticationFailed(ConnectionFailure):
    """The credentials were refused, or lack the right that the request needs."""


class Unreachable(ConnectionFailure):
    """No usable answer: wrong address, TLS, DNS, or the system stayed busy or down through every retry."""


class QuotaExhausted(ConnectionFailure):
    """The day's calls are used up, or the share of them that we may use; nothing more is sent today."""


class OutcomeUnknown(ConnectionFailure):
    """A request that must not be repeated may have been carried out, but its answer was lost: read back first."""


class RequestRejected(ConnectionFailure):
    """The system understood the request and refused it; repeating it unchanged is pointless."""

    def __init__(self, system: str, problem: str, remedy: str, *, status: int, code: str, body: str) -> None:
        super().__init__(system, problem, remedy)
        self.status = status
        self.code = code
        self.body = body
