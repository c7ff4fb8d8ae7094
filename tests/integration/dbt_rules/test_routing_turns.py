"""Who gets a lead: turns by weight, hours, absences, capacity, stickiness, and a log that no re-run can lead astray."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from tests.integration.dbt_project.project import PROJECT
from tests.integration.dbt_rules.routing import PEOPLE, Compiled, Organisation, User

MAKE = Callable[..., Organisation]
NIGHT = "2026-03-02 03:00:00"  # 22:00 in New York on Sunday


@pytest.fixture
def make(compiled: Compiled) -> MAKE:
    def organisation(users: tuple[User, ...] = PEOPLE) -> Organisation:
        return Organisation(compiled, PROJECT, users)

    return organisation


def _rotation(organisation: Organisation, **values: Any) -> None:
    sets = ", ".join(f"{name} = ?" for name in values)
    organisation.connection.execute(f"update seeds.routing_rotations set {sets}", [*values.values()])


def _leads(count: int, **lead: Any) -> list[dict[str, Any]]:
    return [{"lead_id": f"L{number:05}"} | lead for number in range(count)]


def _shares(decisions: list[dict[str, Any]]) -> Counter[str]:
    return Counter(decision["owner_id"] or decision["queue"] or "nobody" for decision in decisions)


def test_turns_go_round_by_weight_over_many_runs(make: MAKE) -> None:
    organisation = make()
    organisation.seed(
        "routing_rotation_members",
        {"rotation": "sdr_americas", "user_reference": "SDR_US_1@example.com", "weight": 200},
    )
    shares: Counter[str] = Counter()
    for batch in range(6):
        organisation.receive(*({"lead_id": f"B{batch}_{number}"} for number in range(5)))
        shares += _shares(organisation.route())
    assert shares == {"sdr_us_1": 20, "sdr_us_2": 10}


def test_the_order_of_the_rows_decides_nothing(make: MAKE) -> None:
    leads = _leads(40, account_id=None)
    decided = []
    for seed in (1, 2):
        organisation = make()
        organisation.receive(*random.Random(seed).sample(leads, len(leads)))
        decided.append([(row["lead_id"], row["owner_id"], row["decision_id"]) for row in organisation.route()])
    assert decided[0] == decided[1]


def test_a_second_run_gives_nothing_and_a_change_keeps_the_owner(make: MAKE) -> None:
    organisation = make()
    first = organisation.decide()
    assert organisation.route() == []
    organisation.receive({"change_key": "2", "owner_user_id": first["owner_id"], "owner_kind": "user"})
    (second,) = organisation.route()
    assert (second["owner_id"], second["is_turn"], second["trigger"]) == (first["owner_id"], False, "updated")
    # Even when the CRM has not heard of it yet.
    organisation.receive({"change_key": "3"})
    assert organisation.route()[0]["owner_id"] == first["owner_id"]


def test_leads_of_one_account_go_to_one_person(make: MAKE) -> None:
    organisation = make()
    organisation.receive(*_leads(6, account_id="acc_1"), {"lead_id": "M1", "account_id": "acc_2"})
    together = organisation.route()
    assert len({row["owner_id"] for row in together if row["account_id"] == "acc_1"}) == 1
    assert sum(row["is_turn"] for row in together) == 2
    organisation.receive({"lead_id": "N1", "account_id": "acc_1"})
    (later,) = organisation.route()
    assert (later["owner_id"], later["is_turn"]) == (together[0]["owner_id"], False)


def test_an_absent_owner_is_stood_in_for_and_a_rotation_goes_on_without(make: MAKE) -> None:
    organisation = make()
    away = {"absent_from": "2026-03-02", "absent_to": "2026-03-06", "recorded_by": "RevOps"}
    organisation.seed(
        "absences", {"user_reference": "bdr_1", "stand_in": "sdr_us_2", **away}, {"user_reference": "sdr_us_1", **away}
    )
    bdr = {"bdr_user_id": "bdr_1", "bdr_prospecting_status": "Actively Working"}
    stood_in = organisation.decide(lead_id="A", **bdr)
    assert (stood_in["owner_id"], stood_in["reason"]) == ("sdr_us_2", "BDR of the matched account; stand-in")
    organisation.receive(*_leads(4))
    assert _shares(organisation.route()) == {"sdr_us_2": 4}
    # The day after, everybody is back, and nobody is flooded.
    back = "2026-03-07 15:00:00"
    assert organisation.decide(lead_id="Z", routed_at=back, **bdr)["owner_id"] == "bdr_1"
    organisation.receive(*({"lead_id": f"Y{n}", "routed_at": back} for n in range(4)))
    assert _shares(organisation.route()) == {"sdr_us_1": 2, "sdr_us_2": 2}


def test_a_stand_in_who_is_away_is_stood_in_for_and_else_the_flow_goes_on(make: MAKE) -> None:
    organisation = make()
    week = {"absent_from": "2026-03-01", "absent_to": "2026-03-06", "recorded_by": "RevOps"}
    organisation.seed("absences", {"user_reference": "bdr_1", "stand_in": "ae_1", **week})
    organisation.seed("absences", {"user_reference": "ae_1", "stand_in": "ae_2", **week})
    bdr = {"bdr_user_id": "bdr_1", "bdr_prospecting_status": "Actively Working"}
    assert organisation.decide(lead_id="A", **bdr)["owner_id"] == "ae_2"
    organisation.seed("absences", {"user_reference": "ae_2", **week})
    assert organisation.decide(lead_id="B", country_code="DE", **bdr)["owner_id"] == "sdr_de_1"


@pytest.mark.parametrize(
    ("when_closed", "outcome", "to"),
    [("anyone", "owner", None), ("hold", "not_routed", None), ("next", "queue", "Default Queue")],
)
def test_at_night(make: MAKE, when_closed: str, outcome: str, to: str | None) -> None:
    organisation = make()
    _rotation(organisation, when_closed=when_closed)
    decision = organisation.decide(routed_at=NIGHT)
    assert (decision["outcome"], decision["queue"]) == (outcome, to)
    if when_closed == "hold":
        assert decision["reason"] == "Waits until somebody of the rotation works"
        assert organisation.route() == []  # told once
        morning = organisation.decide(routed_at="2026-03-02 14:00:00")  # 09:00 in New York
        assert morning["outcome"] == "owner"


def test_hours_are_those_of_the_person(make: MAKE) -> None:
    organisation = make()
    _rotation(organisation, when_closed="hold")
    hours = {
        "2026-03-02 13:59:00": False,
        "2026-03-02 14:00:00": True,
        "2026-03-02 22:59:00": True,
        "2026-03-02 23:00:00": False,
        "2026-03-09 13:00:00": True,  # summer time in New York: an hour earlier in UTC
        "2026-03-07 15:00:00": False,  # Saturday
        "2026-12-25 15:00:00": False,  # a holiday
    }
    organisation.receive(*({"lead_id": at, "routed_at": at} for at in hours))
    assert {row["lead_id"]: row["outcome"] == "owner" for row in organisation.route()} == hours


def test_capacity_is_never_exceeded_and_the_rest_waits_in_the_queue(make: MAKE) -> None:
    organisation = make()
    _rotation(organisation, daily_capacity=3)
    organisation.receive(*_leads(10))
    decisions = organisation.route()
    assert _shares(decisions) == {"sdr_us_1": 3, "sdr_us_2": 3, "Default Queue": 4}
    assert {row["reason"] for row in decisions if row["is_warning"]} == {"Nobody of the rotation has capacity left"}
    assert organisation.decide(lead_id="later")["queue"] == "Default Queue"
    assert organisation.decide(lead_id="next day", routed_at="2026-03-03 15:01:00")["outcome"] == "owner"


def test_new_members_are_calibrated_and_rows_hold_for_their_days(make: MAKE) -> None:
    organisation = make()
    organisation.seed(
        "routing_rotation_members",
        {"rotation": "sdr_americas", "user_reference": "sdr_us_2", "weight": 100, "calibration": 4},
    )
    organisation.receive(*_leads(10))
    assert _shares(organisation.route()) == {"sdr_us_1": 7, "sdr_us_2": 3}
    organisation = make()
    over = {"rotation": "sdr_americas", "user_reference": "sdr_us_2", "weight": 0, "valid_to": "2026-03-01"}
    organisation.seed("routing_rotation_members", over)
    organisation.receive(*_leads(4))
    assert _shares(organisation.route()) == {"sdr_us_1": 2, "sdr_us_2": 2}


def test_nobody_at_all_ends_in_the_queue_with_a_warning(make: MAKE) -> None:
    organisation = make(tuple(user for user in PEOPLE if user.user_id != "public_1"))
    decision = organisation.decide(is_us_public_sector=True)
    assert (decision["queue"], decision["is_warning"]) == ("US PubSec Queue", True)


def test_the_log_says_who_saw_what(make: MAKE) -> None:
    decision = make().decide(last_interesting_moment='Said "yes"\n\\ to O\'Brien 🚀')
    assert decision["path"].startswith("weekly_sweep > created_by_person > do_not_route")
    assert decision["evidence"]["suppressing_moment"] == ['last_interesting_moment Said "yes"\n\\ to O\'Brien 🚀']
    assert decision["evidence"]["country"] == ["country_code US"]
    assert decision["flow_version"] == "v1"


def test_the_person_of_the_account_is_told_of_an_mql(make: MAKE) -> None:
    organisation = make()
    assert organisation.decide(lead_id="A", account_owner_user_id="ae_1")["notified_user_id"] == "ae_1"
    assert organisation.decide(lead_id="B", account_owner_user_id="bdr_gone")["notified_user_id"] is None


@pytest.mark.full
def test_ten_thousand_leads_over_thirty_people_are_shared_within_one_percent(make: MAKE) -> None:
    weights = {f"p{number:02}": (50, 100, 150)[number % 3] for number in range(30)}
    zones = ("America/New_York", "America/Chicago", "Europe/London")
    users = [User(name, ("sales_development_americas",), zones[number % 3]) for number, name in enumerate(weights)]
    organisation = make((*users, PEOPLE[0]))
    for name, weight in weights.items():
        organisation.seed(
            "routing_rotation_members", {"rotation": "sdr_americas", "user_reference": name, "weight": weight}
        )
    for number in (3, 7, 12):
        day = f"2026-03-0{number % 4 + 3}"
        row = {"user_reference": f"p{number:02}", "absent_from": day, "absent_to": day, "recorded_by": "RevOps"}
        organisation.seed("absences", row)
    hours = [f"2026-03-{day:02} {hour:02}:30:00" for day in (3, 4, 5, 6) for hour in (9, 14, 16, 20, 23)]
    owed: Counter[str] = Counter()
    got: Counter[str] = Counter()
    for batch, at in enumerate(hours):
        organisation.receive_many(500, f"B{batch:02}_", routed_at=at)
        decisions = organisation.route()
        assert len(decisions) == 500
        pool = dict(member.split("=") for member in decisions[0]["rotation_pool"].split())
        total = sum(map(int, pool.values()))
        owed.update({name: 500 * int(weight) / total for name, weight in pool.items()})
        got += _shares(decisions)
    assert sum(got.values()) == 10_000
    assert max(abs(got[name] - owed[name]) / owed[name] for name in weights) < 0.01
