"""Waiting, throttling and wording, without a network."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from connections.retry import RetryPolicy, retry_after_seconds
from connections.salesforce import note
from connections.throttle import Rate, Throttle
from connections.verdicts import Usage
from connections.wording import scrubbed

NOW = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("0", 0.0),
        ("120", 120.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("Mon, 02 Nov 2026 12:00:30 GMT", 30.0),
        ("Mon, 02 Nov 2026 11:00:00 GMT", 0.0),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after_seconds(header, NOW) == seconds


def test_delay_doubles_up_to_its_cap_and_is_fully_jittered() -> None:
    policy = RetryPolicy(base_seconds=1.0, cap_seconds=10.0)
    assert [policy.delay(attempt, None, 1.0) for attempt in (1, 2, 3, 4, 5, 50)] == [1, 2, 4, 8, 10, 10]
    assert policy.delay(5, None, 0.0) == 0.0
    assert policy.delay(1, 30.0, 0.5) == 30.5


def test_the_window_never_holds_more_than_its_calls() -> None:
    now = [0.0]
    starts: list[float] = []

    def sleep(seconds: float) -> None:
        now[0] += seconds

    throttle = Throttle(Rate(calls=50, seconds=20.0), clock=lambda: now[0], sleep=sleep)
    for _ in range(175):
        throttle.wait()
        starts.append(now[0])
        now[0] += 0.1
    for start in starts:
        assert sum(start <= other < start + 20.0 for other in starts) <= 50
    assert now[0] < 65.0


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("duplicate value found: Jo.O'Brien+x@sub.example.co.uk", "duplicate value found: <e-mail>"),
        ("/Lead/Email__c/jo%40x.example", "<e-mail>"),
        ("call +49 (30) 123 45 67 now", "call <phone> now"),
        ("No such column 'Foo__c' on entity 'Account'", "No such column 'Foo__c' on entity 'Account'"),
        ("record 0015g00000ABCDEAA4 of 1990", "record 0015g00000ABCDEAA4 of 1990"),
        ("key tok3n\nnext\tline", "key *** next line"),
        ("x" * 400, "x" * 299 + "…"),
        ("since 2026-11-22 02:00 UTC", "since 2026-11-22 02:00 UTC"),
        ("due 2026-11-22 2026-11-23; call 030-123-4567-8", "due 2026-11-22 2026-11-23; call <phone>"),
    ],
)
def test_scrubbed(text: str, shown: str) -> None:
    assert shown in scrubbed(text, ["tok3n", ""])


@pytest.mark.parametrize(
    ("header", "figures"),
    [
        ("api-usage=18/5000", (5000, 4982)),
        ("api-usage=6000/5000; per-app-api-usage=17/250(appName=x)", (5000, 0)),
        ("per-app-api-usage=17/250(appName=x)", (None, None)),
        ("", (None, None)),
    ],
)
def test_salesforce_limit_header(header: str, figures: tuple[int | None, int | None]) -> None:
    usage = Usage()
    note(httpx.Response(200, headers={"Sforce-Limit-Info": header}), usage)
    assert (usage.daily_limit, usage.daily_remaining) == figures
