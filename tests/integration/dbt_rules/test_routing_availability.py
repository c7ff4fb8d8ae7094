"""Who is there to take a lead: absences, stand-ins, hours, capacity, and leads that nobody followed up in time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.dbt_rules.conftest import Make
from tests.integration.dbt_rules.routing import PEOPLE, Organisation, leads, shares

NIGHT = "2026-03-02 03:00:00"  # 22:00 in New York on Sunday


def _rotation(organisation: Organisation, **values: Any) -> None:
    sets = ", ".join(f"{name} = ?" for name in values)
    organisation.connection.execute(f"update seeds.routing_rotations set {sets}", [*values.values()])


def test_an_absent_owner_is_stood_in_for_and_a_rotation_goes_on_without(make: Make) -> None:
    organisation = make()
    away = {"absent_from": "2026-03-02", "absent_to": "2026-03-06", "recorded_by": "RevOps"}
    organisation.seed(
        "absences", {"user_reference": "bdr_1", "stand_in": "sdr_us_2", **away}, {"user_reference": "sdr_us_1", **away}
    )
    bdr = {"bdr_user_id": "bdr_1", "bdr_prospecting_status": "Actively Working"}
    stood_in = organisation.decide(lead_id="A", **bdr)
    assert (stood_in["owner_id"], stood_in["reason"]) == ("sdr_us_2", "BDR of the matched account; stand-in")
    organisation.receive(*leads(4))
    assert shares(organisation.route()) == {"sdr_us_2": 4}
    # The day after, everybody is back, and nobody is flooded.
    back = "2026-03-07 15:00:00"
    assert organisation.decide(lead_id="Z", routed_at=back, **bdr)["owner_id"] == "bdr_1"
    organisation.receive(*({"lead_id": f"Y{n}", "routed_at": back} for n in range(4)))
    assert shares(organisation.route()) == {"sdr_us_1": 2, "sdr_us_2": 2}


def test_a_stand_in_who_is_away_is_stood_in_for_and_else_the_flow_goes_on(make: Make) -> None:
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
def test_at_night(make: Make, when_closed: str, outcome: str, to: str | None) -> None:
    organisation = make()
    _rotation(organisation, when_closed=when_closed)
    decision = organisation.decide(routed_at=NIGHT)
    assert (decision["outcome"], decision["queue"]) == (outcome, to)
    if when_closed == "hold":
        assert decision["reason"] == "Waits until somebody of the rotation works"
        assert organisation.route() == []  # told once
        morning = organisation.decide(routed_at="2026-03-02 14:00:00")  # 09:00 in New York
        assert morning["outcome"] == "owner"


def test_hours_are_those_of_the_person(make: Make) -> None:
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


def test_capacity_is_never_exceeded_and_the_rest_waits_in_the_queue(make: Make) -> None:
    organisation = make()
    _rotation(organisation, daily_capacity=3)
    organisation.receive(*leads(10))
    decisions = organisation.route()
    assert shares(decisions) == {"sdr_us_1": 3, "sdr_us_2": 3, "Default Queue": 4}
    assert {row["reason"] for row in decisions if row["is_warning"]} == {"Nobody of the rotation has capacity left"}
    assert organisation.decide(lead_id="later")["queue"] == "Default Queue"
    assert organisation.decide(lead_id="next day", routed_at="2026-03-03 15:01:00")["outcome"] == "owner"


def test_nobody_at_all_ends_in_the_queue_with_a_warning(make: Make) -> None:
    organisation = make(tuple(user for user in PEOPLE if user.user_id != "public_1"))
    decision = organisation.decide(is_us_public_sector=True)
    assert (decision["queue"], decision["is_warning"]) == ("US PubSec Queue", True)


def _handed_over(organisation: Organisation, lead: dict[str, Any]) -> None:
    """The CRM has taken what was decided on a lead."""
    set_owner = "update intermediate.int_routing_leads set owner_user_id = ?, owner_kind = 'user' where lead_id = ?"
    organisation.connection.execute(set_owner, [lead["owner_id"] or lead["queue_id"], lead["lead_id"]])


def _later(organisation: Organisation, at: str) -> list[dict[str, Any]]:
    organisation.connection.execute("update intermediate.int_routing_leads set routed_at = ?", [at])
    return organisation.route()


def test_a_lead_that_nobody_followed_up_goes_to_somebody_else(make: Make) -> None:
    """Given on Monday 10:00 in New York with 8 working hours; the office closes at 18:00."""
    organisation = make()
    organisation.connection.execute("update seeds.routing_settings set value = '1' where setting = 'sla_reassignments'")
    bdr = {"bdr_user_id": "bdr_1", "bdr_prospecting_status": "Actively Working"}
    organisation.receive(
        {"lead_id": "A", **bdr},
        {"lead_id": "B", "country_code": "US"},
        {"lead_id": "C", **bdr},
        {"lead_id": "D", **bdr},
    )
    given = {row["lead_id"]: row for row in organisation.route()}
    for row in given.values():
        _handed_over(organisation, row)
    organisation.connection.execute(
        "update intermediate.int_routing_leads set last_touched_at = '2026-03-02 20:00:00' where lead_id = 'C'"
    )
    organisation.connection.execute("update intermediate.int_routing_leads set stage = 'sql' where lead_id = 'D'")
    assert _later(organisation, "2026-03-02 23:00:00") == []  # eight hours to the second
    first, second = _later(organisation, "2026-03-03 14:01:00")  # a minute of Tuesday
    assert [row["trigger"] for row in (first, second)] == ["reassigned", "reassigned"]
    assert (first["lead_id"], first["previous_owner_id"], first["node"]) == ("A", "bdr_1", "country")
    assert first["reason"] == "Country assignment; nobody had followed up in time"
    assert {given["B"]["owner_id"], second["owner_id"]} == {"sdr_us_1", "sdr_us_2"}  # not who had it
    assert _later(organisation, "2026-03-03 15:00:00") == []  # the CRM has not heard of it yet
    for row in (first, second):
        _handed_over(organisation, row)
    assert _later(organisation, "2026-03-09 15:00:00") == []  # once in a row, then it is told only


def test_by_default_a_late_lead_stays(make: Make) -> None:
    organisation = make()
    _handed_over(organisation, organisation.decide())
    assert _later(organisation, "2026-03-09 15:00:00") == []
