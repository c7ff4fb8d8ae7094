"""The day's calls against a plan: another channel, a part of it, or all."""

from __future__ import annotations

from dataclasses import replace

from connections.http import Usage
from reverse_etl.budget import Volume, allowance, calls
from reverse_etl.destinations import Channel, Limits
from reverse_etl.spec import Guards

SMALL = Channel("small", 0, 200, 2_000, 10**6)
LARGE = Channel("large", 2_000, 50_000, 50_000, 10**8, batch_calls=12)
LIMITS = Limits((SMALL, LARGE), ("Id",), blank_is_null=True, read_calls=0.1)


def usage(remaining: int, limit: int = 1_000) -> Usage:
    return Usage(daily_limit=limit, daily_remaining=remaining)


def test_a_plan_within_the_calls_goes_by_the_channel_for_its_volume() -> None:
    assert allowance(LIMITS, Guards(), usage(1_000), Volume(1_900)) == allowance(
        LIMITS, Guards(), Usage(), Volume(1_900)
    )
    assert allowance(LIMITS, Guards(), usage(1_000), Volume(1_900)).channel is SMALL
    assert allowance(LIMITS, Guards(), usage(1_000), Volume(100_000)).channel is LARGE


def test_a_plan_that_is_too_dear_goes_by_a_cheaper_channel() -> None:
    dear = Channel("dear", 0, 100, 2_000, 10**6)
    limits = Limits((dear, Channel("cheap", 10_000, 5_000, 5_000, 10**6)), ("Id",), blank_is_null=True)
    assert allowance(limits, Guards(), usage(1_000), Volume(5_000)).channel is dear
    assert allowance(limits, Guards(max_api_calls=20), usage(1_000), Volume(5_000)).channel.name == "cheap"


def test_the_share_of_others_is_left_alone_and_the_rest_of_a_plan_waits() -> None:
    allowed = allowance(LIMITS, Guards(), usage(205), Volume(1_900))
    assert allowed.channel is SMALL
    assert 0 < allowed.records < 1_900
    assert "205 API calls left today, less 20% for others" in str(allowed.words)
    nothing = allowance(LIMITS, Guards(), usage(200), Volume(1_900))
    assert nothing.records == 0


def test_records_that_go_on_a_condition_cost_calls_of_their_own() -> None:
    limits = replace(LIMITS, conditional_records=25)
    assert calls(limits, LARGE, Volume(100_000)) == 10 + 24
    assert calls(limits, LARGE, Volume(100_000, conditional=50_000)) == 10 + 12 + 2_000
    allowed = allowance(limits, Guards(), usage(700), Volume(100_000, conditional=50_000))
    assert 0 < allowed.records < 30_000


def test_what_is_promised_to_syncs_beside_this_one_is_left_to_them() -> None:
    assert allowance(LIMITS, Guards(), usage(300), Volume(200_000)).records == 200_000
    allowed = allowance(LIMITS, Guards(), usage(300), Volume(200_000, promised=40))
    assert 0 < allowed.records < 200_000
    assert "less 20% for others and 40 for syncs at work beside this one, allow" in str(allowed.words)
