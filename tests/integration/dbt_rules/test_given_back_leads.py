"""When a lead that sales gave back falls back to engaged, and when it does not (STG-13, SCO-32)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.integration.dbt_rules.scoring import Market

LEAD = "00Q000000000001AAA"


class Lead:
    """A hot person (no account) with one lead in the CRM; each run reads the CRM's copy of it as it is then."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.hot(81)

    def hot(self, score: float) -> None:
        """Score the person."""
        self.market.replace("int_contacts", {"contact_id": "p", "email": "a@x.example", "salesforce_lead_id": LEAD})
        scored = {"contact_id": "p", "overall_score": score, "engagement_points": 5, "is_excluded": False}
        self.market.replace("int_contacts__scored", scored)

    def is_now(self, status: str, modified: str) -> None:
        """Change the lead in the CRM."""
        at = datetime.fromisoformat(modified)
        row = {"salesforce_lead_id": LEAD, "lead_status": status, "last_modified_at": at, "system_modified_at": at}
        self.market.replace("stg_salesforce__leads", row)

    def set_by_hand(self, stage: str, at: str) -> None:
        """Change the stage of the person."""
        change = {"entity": "contacts", "entity_id": "p", "stage": stage, "changed_by": "Zoë", "reason": "Called us"}
        self.market.fill("stage_changes", change | {"changed_at": datetime.fromisoformat(at)})

    def run(self, at: str) -> str:
        """The person's stage after a run."""
        for model in ("int_lead_status_history", "int_stage_subjects", "int_stage_log"):
            self.market.build(model, f"{at}:00")
        ((stage,),) = self.market.rows("select max_by(stage, changed_at) from intermediate.int_stage_log")
        return str(stage)

    def history(self) -> list[tuple[Any, ...]]:
        """The statuses that the runs have seen."""
        said = "select lead_status, is_current from intermediate.int_lead_status_history order by valid_from"
        return self.market.rows(said)


@pytest.fixture
def lead(market: Market) -> Lead:
    return Lead(market)


@pytest.fixture
def recycled_and_hot(lead: Lead) -> Lead:
    """Recycled in January, and an MQL again by score since the cool-down ended on 1 April."""
    lead.is_now("Inquiry", "2026-01-01T08:00")
    assert lead.run("2026-01-01T12:00") == "mql"
    lead.is_now(" RECYCLE ", "2026-01-02T08:00")
    assert [lead.run(f"2026-{day}T12:00") for day in ("01-02", "01-03", "03-31")] == ["engaged"] * 3
    assert lead.run("2026-04-01T12:00") == "mql"
    return lead


def test_a_recycled_lead_that_is_hot_again_stays_an_mql(recycled_and_hot: Lead) -> None:
    lead = recycled_and_hot
    assert [lead.run(f"2026-04-0{day}T12:00") for day in (2, 3)] == ["mql"] * 2
    lead.is_now("Recycle", "2026-04-03T15:00")  # somebody changed the telephone number
    lead.hot(20)
    assert lead.run("2026-04-04T12:00") == "mql"
    assert lead.history() == [("inquiry", False), ("recycle", True)]


def test_recycled_again_without_a_change_of_stage_in_between_is_a_new_give_back(recycled_and_hot: Lead) -> None:
    lead = recycled_and_hot
    lead.is_now("MQL", "2026-04-02T08:00")
    assert lead.run("2026-04-02T12:00") == "mql"
    lead.is_now("Recycle", "2026-04-03T08:00")
    assert [lead.run(f"2026-04-0{day}T12:00") for day in (3, 4)] == ["engaged"] * 2


def test_recycled_again_after_we_wrote_the_status_is_a_new_give_back(recycled_and_hot: Lead) -> None:
    lead = recycled_and_hot
    written = {"sync_name": "salesforce__leads", "field_name": "Status", "value_after": "MQL", "record_key": LEAD}
    at = datetime.fromisoformat("2026-04-01T12:10")
    lead.market.fill("stg_ops__sync_records", written | {"status": "accepted", "recorded_at": at})
    assert lead.run("2026-04-01T18:00") == "mql"  # the CRM could not be read since
    lead.is_now("Recycle", "2026-04-01T20:00")
    assert [lead.run(f"2026-04-0{day}T12:00") for day in (2, 3)] == ["engaged"] * 2
    lead.market.connection.execute("delete from staging.stg_ops__sync_records")  # too old to be kept
    assert lead.run("2026-07-01T12:00") == "mql"
    assert lead.run("2026-07-02T12:00") == "mql"


def test_a_clock_of_the_crm_that_is_behind_hides_no_give_back(lead: Lead) -> None:
    lead.is_now("Inquiry", "2026-01-01T08:00")
    assert lead.run("2026-01-01T12:00") == "mql"
    lead.is_now("Recycle", "2026-01-01T11:58")
    assert lead.run("2026-01-01T12:05") == "engaged"


@pytest.mark.parametrize(("modified", "stage"), [("2026-04-30T08:00", "mql"), ("2026-05-02T08:00", "engaged")])
def test_a_status_from_before_we_looked_counts_by_the_time_of_the_crm(lead: Lead, modified: str, stage: str) -> None:
    """A home whose log is older than its history of statuses, and a lead that turns up late."""
    at = datetime.fromisoformat("2026-05-01T12:00")
    kept = {"entity": "contacts", "entity_id": "p", "subject_id": "contacts:p", "stage": "mql", "cause": "rule"}
    lead.market.fill("int_stage_log", kept | {"changed_at": at, "recorded_at": at})
    lead.is_now("Recycle", modified)
    assert [lead.run("2026-05-03T12:00"), lead.run("2026-05-04T12:00")] == [stage] * 2


@pytest.mark.parametrize(("recycled", "stage"), [("2026-01-02T10:15", "mql"), ("2026-01-02T10:45", "engaged")])
def test_of_sales_and_a_person_between_two_runs_the_later_counts(lead: Lead, recycled: str, stage: str) -> None:
    lead.hot(20)
    lead.is_now("Inquiry", "2026-01-01T08:00")
    lead.run("2026-01-01T12:00")
    lead.is_now("Recycle", recycled)
    lead.set_by_hand("mql", "2026-01-02T10:30")
    lead.run("2026-01-02T12:00")
    assert [lead.run("2026-01-02T13:00"), lead.run("2026-01-02T14:00")] == [stage] * 2


def test_every_status_means_one_stage_and_one_that_is_not_known_is_named(lead: Lead) -> None:
    statuses = ("Inquiry", "Accepted", "Qualifying", "Qualified", "Recycle", "Bad Data", "Ineligible", "Disqualified")
    for number, status in enumerate(statuses):
        row = {"salesforce_lead_id": f"00Q{number}", "lead_status": f" {status.upper()}"}
        lead.market.fill("stg_salesforce__leads", row)
    assert lead.market.findings("lead_statuses_mean_a_stage") == []
    lead.is_now("Warm", "2026-01-01T08:00")
    assert lead.market.findings("lead_statuses_mean_a_stage") == [("Warm",)]
    known = "select lower(lead_status) from seeds.lead_status_map group by 1 having count(*) > 1"
    assert lead.market.rows(known) == []
    assert lead.run("2026-01-01T12:00") == "mql"
    lead.is_now("Disqualified", "2026-01-02T08:00")
    assert lead.run("2026-01-02T12:00") == "unqualified"
