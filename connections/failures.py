"""What an attempt that did not succeed means: repeat it, or which error of the tree it is. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx

from connections.errors import AuthenticationFailed, OutcomeUnknown, QuotaExhausted, RequestRejected, Unreachable
from connections.retry import retry_after_seconds
from connections.terms import Call, Terms
from connections.tokens import LoginInterrupted, is_login
from connections.verdicts import Meaning, Verdict
from connections.wording import is_untrusted, transport_problem, was_never_sent

RUN_AGAIN = "Run again later; nothing that was complete is lost"


class Repeatable(Exception):  # noqa: N818 - a signal to the retry loop, not an error
    """An attempt failed in a way that makes another one safe and sensible, up to `tries` in all."""

    def __init__(self, problem: str, remedy: str, tries: int, retry_after: float | None = None) -> None:
        super().__init__(problem)
        self.problem, self.remedy, self.tries, self.retry_after = problem, remedy, tries, retry_after


def of_login(interruption: LoginInterrupted, terms: Terms) -> Repeatable:
    """The login endpoint was busy or down; asking for a token twice does no harm."""
    problem, after = f"the login answered {interruption.response.status_code}", _retry_after(interruption.response)
    return Repeatable(problem, RUN_AGAIN, terms.retry.attempts, after)


def of_transport(error: httpx.TransportError, call: Call, terms: Terms) -> Exception:
    """A request without an answer: repeated if it never left or is idempotent, else its outcome is unknown."""
    problem, remedy = transport_problem(error, terms.address, terms.settings)
    if is_untrusted(error):
        return Unreachable(terms.system, problem, remedy)
    if was_never_sent(error):
        return Repeatable(problem, remedy, terms.retry.connect_attempts)
    if call.idempotent or is_login(error.request):
        return Repeatable(f"{call.name}: {problem}", remedy, terms.retry.attempts)
    return _unknown(call, terms, problem)


def of_verdict(verdict: Verdict, response: httpx.Response, call: Call, terms: Terms) -> Exception:
    """An answer that is not good."""
    meaning = verdict.meaning
    words = terms.masked(f"{verdict.code} {verdict.message}".strip())
    problem = f"{call.name} was answered with {words}"
    if meaning is Meaning.BUSY or (meaning is Meaning.BROKEN and call.idempotent):
        return Repeatable(problem, RUN_AGAIN, terms.retry.attempts, _retry_after(response))
    if meaning is Meaning.BROKEN:
        return _unknown(call, terms, f"the answer was {words}")
    if meaning is Meaning.SPENT:
        return QuotaExhausted(terms.system, f"the quota is used up ({words})", "Run again when it is fresh")
    if meaning is Meaning.DENIED:
        remedy = f"Check the {terms.settings}_ credentials and the rights of their user"
        return AuthenticationFailed(terms.system, problem, remedy)
    return RequestRejected(
        terms.system,
        problem,
        "Correct the request; repeating it unchanged is refused again",
        status=response.status_code,
        code=verdict.code,
        body=response.text if response.is_closed or response.is_stream_consumed else "",
    )


def _unknown(call: Call, terms: Terms, problem: str) -> OutcomeUnknown:
    return OutcomeUnknown(
        terms.system,
        f"{call.name} may have been carried out, but {problem}",
        "Read the records back before sending them again",
    )


def _retry_after(response: httpx.Response) -> float | None:
    return retry_after_seconds(response.headers.get("retry-after"), datetime.now(UTC))
