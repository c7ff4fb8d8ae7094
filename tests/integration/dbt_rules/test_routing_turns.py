"""Who gets a lead: turns by weight, stickiness, and a log that no re-run can lead astray."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from tests.integration.dbt_rules.conftest import Make
from tests.integration.dbt_rules.routing import PEOPLE, User, leads, shares


def test_turns_go_round_by_weight_over_many_runs(make: Make) -> None:
    organisation = make()
    organisation.seed(
        "routing_rotation_members",
        {"rotation": "sdr_americas", "user_reference": "SDR_US_1@example.com", "weight": 200},
    )
    given: Counter[str] = Counter()
    for batch in range(6):
        organisation.receive(*({"lead_id": f"B{batch}_{number}"} for number in range(5)))
        given += shares(organisation.route())
    assert given == {"sdr_us_1": 20, "sdr_us_2": 10}


def test_the_order_of_the_rows_decides_nothing(make: Make) -> None:
    rows = leads(40, account_id=None)
    decided = []
    for seed in (1, 2):
        organisation = make()
        organisation.receive(*random.Random(seed).sample(rows, len(rows)))
        decided.append([(row["lead_id"], row["owner_id"], row["decision_id"]) for row in organisation.route()])
    assert decided[0] == decided[1]


def test_a_second_run_gives_nothing_and_a_change_keeps_the_owner(make: Make) -> None:
    organisation = make()
    first = organisation.decide()
    assert organisation.route() == []
    organisation.receive({"change_key": "2", "owner_user_id": first["owner_id"], "owner_kind": "user"})
    (second,) = organisation.route()
    assert (second["owner_id"], second["is_turn"], second["trigger"]) == (first["owner_id"], False, "updated")
    # Even when the CRM has not heard of it yet.
    organisation.receive({"change_key": "3"})
    assert organisation.route()[0]["owner_id"] == first["owner_id"]


def test_leads_of_one_account_go_to_one_person(make: Make) -> None:
    organisation = make()
    organisation.receive(*leads(6, account_id="acc_1"), {"lead_id": "M1", "account_id": "acc_2"})
    together = organisation.route()
    assert len({row["owner_id"] for row in together if row["account_id"] == "acc_1"}) == 1
    assert sum(row["is_turn"] for row in together) == 2
    organisation.receive({"lead_id": "N1", "account_id": "acc_1"})
    (later,) = organisation.route()
    assert (later["owner_id"], later["is_turn"]) == (together[0]["owner_id"], False)


def test_new_members_are_calibrated_and_rows_hold_for_their_days(make: Make) -> None:
    organisation = make()
    organisation.seed(
        "routing_rotation_members",
        {"rotation": "sdr_americas", "user_reference": "sdr_us_2", "weight": 100, "calibration": 4},
    )
    organisation.receive(*leads(10))
    assert shares(organisation.route()) == {"sdr_us_1": 7, "sdr_us_2": 3}
    organisation = make()
    over = {"rotation": "sdr_americas", "user_reference": "sdr_us_2", "weight": 0, "valid_to": "2026-03-01"}
    organisation.seed("routing_rotation_members", over)
    organisation.receive(*leads(4))
    assert shares(organisation.route()) == {"sdr_us_1": 2, "sdr_us_2": 2}


def test_the_log_says_who_saw_what(make: Make) -> None:
    decision = make().decide(last_interesting_moment='Said "yes"\n\\ to O\'Brien 🚀')
    assert decision["path"].startswith("weekly_sweep > created_by_person > do_not_route")
    assert decision["evidence"]["suppressing_moment"] == ['last_interesting_moment Said "yes"\n\\ to O\'Brien 🚀']
    assert decision["evidence"]["country"] == ["country_code US"]
    assert decision["flow_version"] == "v1"


def test_the_person_of_the_account_is_told_of_an_mql(make: Make) -> None:
    organisation = make()
    assert organisation.decide(lead_id="A", account_owner_user_id="ae_1")["notified_user_id"] == "ae_1"
    assert organisation.decide(lead_id="B", account_owner_user_id="bdr_gone")["notified_user_id"] is None


def test_a_lead_that_a_person_gave_back_stays_there(make: Make) -> None:
    """Who had it before has it again: by a person when the CRM had taken our word, else the CRM has not heard of it."""
    organisation = make()
    organisation.decide(owner_user_id="bdr_1", owner_kind="user")
    assert organisation.route() == []
    organisation.connection.execute(
        "update intermediate.int_routing_leads set routed_at = '2026-03-02 15:05:00',"
        " handed_over_at = '2026-03-02 15:01:00',"
        " handed_over_to_id = (select owner_id from marts.fct_routing_decisions)"
    )
    (kept,) = organisation.route()
    assert (kept["outcome"], kept["node"], kept["is_person_kept"]) == ("not_routed", "kept_by_person", True)
    assert organisation.route() == []


def test_a_lead_that_an_earlier_release_left_with_nobody_is_decided_again(make: Make) -> None:
    organisation = make()
    organisation.fill(
        "marts.fct_routing_decisions",
        [
            {"lead_id": "L1", "outcome": "not_routed", "rotation": "sdr_americas", "node": "country", "is_held": False}
            | {"change_key": "1", "trigger": "updated", "decided_at": "2026-03-01 09:00:00"}
        ],
    )
    assert organisation.decide()["outcome"] == "owner"
    assert organisation.route() == []


@pytest.mark.full
def test_ten_thousand_leads_over_thirty_people_are_shared_within_one_percent(make: Make) -> None:
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
        got += shares(decisions)
    assert sum(got.values()) == 10_000
    assert max(abs(got[name] - owed[name]) / owed[name] for name in weights) < 0.01
