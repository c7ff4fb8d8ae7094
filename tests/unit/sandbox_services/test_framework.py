"""Faults, budgets, tokens, the clock, calls: the parts every service shares."""

from datetime import datetime

import pytest

from sandbox.framework.clock import Clock
from sandbox.framework.exchange import Call
from sandbox.framework.faults import Faults
from sandbox.framework.quotas import DailyQuota, Rate
from sandbox.framework.tokens import Tokens

START = datetime(2026, 5, 1, 23, 59)  # noqa: DTZ001  (the sandbox keeps naive UTC)


def test_a_fault_strikes_as_often_as_told() -> None:
    faults = Faults()
    faults.add({"service": "salesforce", "kind": "500", "path": "^/query", "count": 2})
    strikes = [faults.take("salesforce", "GET", "/query/1", ("500",)) for _ in range(3)]
    assert [bool(strike) for strike in strikes] == [True, True, False]
    faults.add({"service": "salesforce", "kind": "429", "count": None, "method": "POST"})
    assert faults.take("salesforce", "GET", "/", ("429",)) is None
    assert faults.take("marketo", "POST", "/", ("429",)) is None
    assert faults.take("salesforce", "POST", "/token", ("429",), sign_in=True) is None
    assert all(faults.take("salesforce", "POST", "/", ("429",)) for _ in range(5))
    faults.clear()
    assert faults.active() == []


def test_a_lost_answer_needs_a_write() -> None:
    faults = Faults()
    faults.add({"service": "salesforce", "kind": "drop_after_commit"})
    assert faults.take("salesforce", "GET", "/", ("drop_after_commit",)) is None
    assert faults.take("salesforce", "PATCH", "/", ("drop_after_commit",))


@pytest.mark.parametrize("settings", [{"kind": "meteor"}, {"kind": "500", "path": "("}, {"kind": "500", "size": 3}, {}])
def test_a_fault_that_is_not_understood(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"unknown|not understood"):
        Faults().add({"service": "salesforce", **settings})


def test_a_daily_budget_starts_anew_at_midnight() -> None:
    clock = Clock(START)
    quota = DailyQuota(clock, 2)
    assert [quota.spend(), quota.spend(), quota.spend()] == [True, True, False]
    assert (quota.used, quota.remaining) == (2, 0)
    clock.advance(120)
    assert (quota.used, quota.spend(2), quota.spend()) == (0, True, False)


def test_a_rate_counts_what_it_admits() -> None:
    rate = Rate(calls=2, seconds=60, concurrent=1)
    assert [rate.admit(), rate.admit(), rate.admit()] == [True, True, False]
    with rate.slot() as first, rate.slot() as second:
        assert (first, second) == (True, False)
    with rate.slot() as again:
        assert again


def test_tokens_are_reissued_until_they_run_out() -> None:
    clock = Clock(START)
    tokens = Tokens(clock, 100)
    first = tokens.issue("me", reuse=True)
    assert tokens.issue("me", reuse=True) == first
    assert tokens.issue("you", reuse=True) != first
    clock.advance(101)
    assert not tokens.is_live(first)
    assert tokens.issue("me", reuse=True) != first
    tokens.expire_all()
    assert not tokens.is_live(tokens.find(first.value) or first)


def test_the_clock() -> None:
    clock = Clock(START)
    clock.set(datetime.fromisoformat("2026-06-01T12:00:00+02:00"))
    assert clock.now().isoformat()[:16] == "2026-06-01T10:00"
    clock.restart()
    assert clock.now().date() == START.date()


def test_parameters_repeat_and_hold_lists() -> None:
    call = Call("GET", "/x", [("id", "1"), ("id", "2,3"), ("id", ""), ("q", "a=b")], body=b"q=c&r=d%26")
    assert call.values("id") == ["1", "2", "3"]
    assert (call.value("q"), call.value("none", "-")) == ("a=b", "-")
    assert call.form() == {"id": "", "q": "c", "r": "d&"}
