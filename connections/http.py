"""One conversation with one system: each request is throttled, counted, repeated where that is safe, told plainly."""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType
from typing import IO, Any, Self

import httpx

from connections.errors import ConnectionFailure, QuotaExhausted, Unreachable
from connections.failures import Repeatable, of_login, of_transport, of_verdict
from connections.retry import jitter
from connections.terms import Call, Params, Terms
from connections.throttle import Throttle
from connections.tokens import LoginInterrupted, may_hold_error
from connections.verdicts import Meaning, Usage, Verdict, is_whole
from connections.wording import transport_problem

__all__ = ["Connection", "Usage"]

logger = logging.getLogger(__name__)
# httpx logs whole URLs at INFO, and those carry SOQL with personal values and Marketo's client secret.
logging.getLogger("httpx").addFilter(lambda _record: False)

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})


class _BodyBrokeOff(Unreachable):
    """The headers came, the body did not come to its end."""


class Connection:
    """A context manager over `httpx.Client`; safe to share among threads. Open one with the vendor's `open_*`."""

    def __init__(self, terms: Terms, sleep: Callable[[float], None] = time.sleep) -> None:
        self.system = terms.system
        self.usage = Usage()
        self._terms = terms
        self._sleep = sleep
        self._counting = threading.Lock()
        self._throttle = Throttle(terms.rate, sleep=sleep)
        url = httpx.URL(terms.base_url)
        if url.scheme not in {"http", "https"} or not url.host:
            problem = f"{terms.base_url!r} is not an address"
            raise Unreachable(self.system, problem, f"Set {terms.settings}_BASE_URL to https://host")
        try:
            self._client = httpx.Client(
                base_url=url,
                auth=terms.auth,
                headers={"User-Agent": "marketmap", **terms.dialect.headers},
                timeout=httpx.Timeout(terms.timeout_seconds, connect=10.0),
                event_hooks={"request": [self._before_each]},
            )
        except OSError as error:  # ssl.SSLError is one: the CA file is missing or holds no certificate
            raise Unreachable(self.system, f"cannot load the CA file ({error})", "Check SSL_CERT_FILE") from error

    @property
    def root(self) -> str:
        """The vendor's versioned root, such as /services/data/v59.0, from which relative paths start."""
        return self._terms.dialect.root

    @property
    def account(self) -> str:
        """The account that paths name, where one login reaches several; empty elsewhere."""
        return self._terms.account

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the sockets; `usage` stays readable."""
        self._client.close()

    def allow(self, calls: int) -> None:
        """Change how many calls are made in one window of the rate limit."""
        self._throttle.rate = replace(self._throttle.rate, calls=calls)

    def wait_at_most(self, seconds: float) -> None:
        """Change how long one answer may let us wait before it counts as lost."""
        self._client.timeout = httpx.Timeout(seconds, connect=10.0)

    def give_up_after(self, seconds: float) -> None:
        """Change how long, in all, one request may wait between its repetitions."""
        self._terms = replace(self._terms, retry=replace(self._terms.retry, total_seconds=seconds))

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Params | None = None,
        json: Any = None,
        content: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
        idempotent: bool | None = None,
        expect: Collection[int] = (),
    ) -> httpx.Response:
        """Send and return the answer, read to its end.

        A `path` without a leading slash is relative to the vendor's versioned root. `idempotent` (default: GET, HEAD,
        PUT, DELETE) says that repeating is harmless; without it a lost answer raises OutcomeUnknown. Statuses in
        `expect` are returned instead of raised. Raises the ConnectionFailure tree.
        """
        repeatable = method in _IDEMPOTENT if idempotent is None else idempotent
        with self._throttle.slot():
            return self._exchange(Call(method, path, repeatable, True, expect, params, json, content, headers))

    @contextmanager
    def stream(
        self, path: str, *, params: Params | None = None, headers: Mapping[str, str] | None = None
    ) -> Iterator[httpx.Response]:
        """GET a large body: yields the answer with its headers, to be read with `iter_bytes`.

        Until the headers it is retried as in `request`; a body that breaks off raises Unreachable (see `download`).
        """
        call = Call("GET", path, idempotent=True, read=False, params=params, headers=headers)
        with self._throttle.slot():
            response = self._exchange(call)
            try:
                yield response
            except httpx.TransportError as error:
                problem, remedy = transport_problem(error, self._terms.address, self._terms.settings)
                raise _BodyBrokeOff(self.system, f"{call.name}: {problem}", remedy) from error
            finally:
                response.close()

    def download(
        self, path: str, target: IO[bytes], *, params: Params | None = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Headers:
        """GET a body into the seekable `target`, replacing what is in it, and return the answer's headers.

        A body that breaks off is asked for again: from the byte where it broke if the server knows ranges, else whole.
        """
        received = 0
        for attempt in itertools.count(1):
            resume = {"Range": f"bytes={received}-"} if received else {}
            try:
                with self.stream(path, params=params, headers={**(headers or {}), **resume}) as response:
                    received = received if response.status_code == httpx.codes.PARTIAL_CONTENT else 0
                    target.seek(received)
                    target.truncate()
                    for chunk in response.iter_bytes():
                        target.write(chunk)
                        # A position in a compressed body is no position in the decoded one.
                        received += 0 if "content-encoding" in response.headers else len(chunk)
            except _BodyBrokeOff as broken:
                if attempt >= self._terms.retry.attempts:
                    raise
                self._pause(self._terms.retry.delay(attempt, None, jitter()), str(broken), attempt)
            else:
                return response.headers
        raise AssertionError("the last attempt returns or raises")

    def _exchange(self, call: Call) -> httpx.Response:
        """Attempt until there is an answer to give back or a reason to give up; bounded in tries and in waiting."""
        policy, waited = self._terms.retry, 0.0
        for attempt in itertools.count(1):
            self._hold_budget()
            try:
                return self._attempt(call)
            except Repeatable as trouble:
                delay = policy.delay(attempt, trouble.retry_after, jitter())
                if attempt >= trouble.tries or waited + delay > policy.total_seconds:
                    problem = f"{trouble.problem} (tries: {attempt}, seconds waited: {waited:.0f})"
                    self._count(errors=1)
                    raise Unreachable(self.system, problem, trouble.remedy) from trouble.__cause__
                self._pause(delay, trouble.problem, attempt)
                waited += delay
            except ConnectionFailure:
                self._count(errors=1)
                raise
        raise AssertionError("the last attempt returns or raises")

    def _attempt(self, call: Call) -> httpx.Response:
        """One answer that is good, or Repeatable, or the failure that it means."""
        try:
            response = self._send(call)
        except LoginInterrupted as login:
            raise of_login(login, self._terms) from login
        except httpx.TransportError as error:
            raise of_transport(error, call, self._terms) from error
        if response.status_code in call.expect:
            return response
        verdict = self._terms.dialect.judge(response)
        if verdict.meaning is Meaning.ACCEPTED:
            if not call.read or is_whole(response):
                return response
            verdict = Verdict(Meaning.BROKEN, str(response.status_code), "JSON that breaks off")
        failure = of_verdict(verdict, response, call, self._terms)
        response.close()
        raise failure

    def _send(self, call: Call) -> httpx.Response:
        response = self._client.send(call.request(self._client, self._terms.dialect.root), stream=True)
        self._terms.dialect.note(response, self.usage)
        if call.read or may_hold_error(response):
            response.read()
        return response

    def _before_each(self, _request: httpx.Request) -> None:
        self._throttle.wait()
        self._count(calls=1)

    def _count(self, calls: int = 0, retries: int = 0, errors: int = 0) -> None:
        with self._counting:
            self.usage.calls += calls
            self.usage.retries += retries
            self.usage.errors += errors

    def _pause(self, seconds: float, problem: str, attempt: int) -> None:
        self._count(retries=1)
        logger.info("%s: %s; try %d in %.1f s", self.system, problem, attempt + 1, seconds)
        self._sleep(seconds)

    def _hold_budget(self) -> None:
        """Stop before the call that would go over our share of the day's calls, so that other tools keep theirs."""
        limit, remaining, ratio = self.usage.daily_limit, self.usage.daily_remaining, self._terms.daily_budget_ratio
        if limit is None or remaining is None or limit - remaining < limit * ratio:
            return
        problem = f"{limit - remaining} of the day's {limit} API calls are used, and we stop at {ratio:.0%}"
        raise QuotaExhausted(self.system, problem, "Run again when the quota is fresh, or raise the budget ratio")
