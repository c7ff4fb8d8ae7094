"""How accounts and people move through stages, run after run (STG-01, 03, 05, 06, 07, 09..12, 15; SCO-32)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from tests.integration.dbt_rules.scoring import Market

ACCOUNT: dict[str, Any] = {
    "entity": "accounts",
    "domain": "x.example",
    "overall_score": 40,
    "score_above_threshold": -40,
    "intent_score": 0,
    "engagement_points": 0,
    "has_open_opportunity": False,
    "is_excluded": False,
}
PERSON: dict[str, Any] = {
    "entity": "contacts",
    "email": "a@x.example",
    "overall_score": 40,
    "engagement_points": 0,
    "is_excluded": False,
}


def run(market: Market, at: str, *subjects: dict[str, Any]) -> list[tuple[Any, ...]]:
    """One run on these subjects (`id` and what is not ordinary of them); the changes that it adds."""
    rows = []
    for subject in subjects:
        given = dict(subject)
        name = given.pop("id")
        base = PERSON if given.pop("person", False) else ACCOUNT
        rows.append(base | {"entity_id": name, "subject_id": f"{base['entity']}:{name}", "account_id": name} | given)
    market.replace("int_stage_subjects", *rows)
    before = len(market.rows("select * from intermediate.int_stage_log"))
    market.build("int_stage_log", at)
    market.build("fct_stage_changes", at)
    added = "select entity_id, previous_stage, stage, rule_id, is_notified from intermediate.int_stage_log"
    return market.rows(f"{added} order by recorded_at, entity_id offset {before}")


def test_81_and_engaged_is_an_mql_and_told_once_and_80_is_none(market: Market) -> None:
    engaged: list[dict[str, Any]] = [{"id": one, "engagement_points": 5} for one in ("at", "above", "nameless")]
    run(market, "2026-06-29T12:00:00", *engaged)
    scores: tuple[dict[str, Any], ...]
    scores = ({"score_above_threshold": 0}, {"score_above_threshold": 1}, {"score_above_threshold": 15, "domain": None})
    subjects = [one | two for one, two in zip(engaged, scores, strict=True)]
    assert run(market, "2026-06-30T12:00:00", *subjects) == [("above", "engaged", "mql", "mql_by_score", True)]
    assert run(market, "2026-07-01T12:00:00", *subjects) == []


def test_a_rule_that_is_off_moves_nobody(market: Market) -> None:
    market.connection.execute("update seeds.stage_rules set is_enabled = false where rule_id = 'mql_by_score'")
    hot = {"id": "hot", "score_above_threshold": 9, "engagement_points": 5}
    assert [row[2] for row in run(market, "2026-06-30T12:00:00", hot)] == ["engaged"]


def test_intent_engages_once_and_a_click_makes_an_mql_with_the_scores_of_that_day(market: Market) -> None:
    surging = {"id": "a", "intent_score": 51, "overall_score": 61}
    assert run(market, "2026-06-29T12:00:00", surging) == [("a", "unqualified", "engaged", "engaged_by_intent", False)]
    assert run(market, "2026-06-29T18:00:00", surging) == []
    clicked = surging | {"last_click_date": date(2026, 6, 30)}
    assert run(market, "2026-06-30T12:00:00", clicked) == [("a", "engaged", "mql", "mql_by_campaign", True)]
    ((score, seen),) = market.rows("select overall_score, evidence from intermediate.int_stage_log where stage = 'mql'")
    assert (score, "overall_score 61" in seen) == (61, True)


def test_a_meeting_moves_to_sql_where_the_rule_is_on(market: Market) -> None:
    met = {"id": "a", "engagement_points": 5, "last_meeting_date": date(2026, 6, 29)}
    assert [row[2] for row in run(market, "2026-06-29T12:00:00", met)] == ["engaged"]
    assert run(market, "2026-06-29T13:00:00", met) == []
    market.connection.execute("update seeds.stage_rules set is_enabled = true where rule_id = 'meeting_held'")
    assert [row[2:4] for row in run(market, "2026-06-30T12:00:00", met)] == [("sql", "meeting_held")]


def test_the_crm_leads_and_no_rule_pulls_back(market: Market) -> None:
    run(market, "2026-06-01T12:00:00", {"id": "a", "engagement_points": 5})
    deal = {"id": "a", "engagement_points": 5, "has_open_opportunity": True}
    assert [row[2] for row in run(market, "2026-06-02T12:00:00", deal)] == ["opportunity"]
    assert run(market, "2026-06-03T12:00:00", deal | {"score_above_threshold": 15}) == []
    won = deal | {"has_open_opportunity": False, "won_opportunity_count": 1}
    assert [row[2:4] for row in run(market, "2026-06-04T12:00:00", won)] == [("customer", "customer_in_crm")]


def test_a_disqualified_lead_that_engages_stays_out_run_after_run(market: Market) -> None:
    """It once flapped between engaged and unqualified at every run."""
    lead = {"id": "p", "person": True, "engagement_points": 5}
    assert [row[2] for row in run(market, "2026-06-28T12:00:00", lead)] == ["engaged"]
    out = lead | {"lead_stage": "unqualified"}
    assert [row[2:4] for row in run(market, "2026-06-29T12:00:00", out)] == [("unqualified", "lead_is_out")]
    assert run(market, "2026-06-30T12:00:00", out) == []
    assert run(market, "2026-07-01T12:00:00", out) == []


def test_who_comes_back_after_the_cooldown_is_an_mql_for_the_second_time(market: Market) -> None:
    hot = {"id": "p", "person": True, "overall_score": 81, "engagement_points": 5}
    run(market, "2026-01-01T12:00:00", hot)
    given_back_at = datetime(2026, 1, 10, 9)  # noqa: DTZ001 (the warehouse holds UTC without a zone)
    recycled = hot | {"lead_stage": "engaged", "lead_given_back_at": given_back_at}
    assert [row[2] for row in run(market, "2026-01-11T12:00:00", recycled)] == ["engaged"]
    assert run(market, "2026-03-31T12:00:00", recycled) == []
    assert [row[2] for row in run(market, "2026-04-01T12:00:00", recycled)] == ["mql"]
    assert run(market, "2026-04-02T12:00:00", recycled) == []
    assert market.rows("select mql_count, days_in_stage from marts.fct_stage_changes order by changed_at") == [
        (1, 10),
        (1, 80),
        (2, 1),
    ]


def test_a_person_moves_an_account_bears_the_name_and_holds_against_our_rules(market: Market) -> None:
    quiet = {"id": "a", "engagement_points": 5}
    run(market, "2026-06-01T12:00:00", quiet)
    at = datetime(2026, 6, 2, 9)  # noqa: DTZ001 (the warehouse holds UTC without a zone)
    market.fill(
        "stage_changes",
        {"entity": "accounts", "entity_id": "a", "stage": "unqualified", "changed_at": at, "changed_by": "Zoë"},
    )
    assert [row[2:4] for row in run(market, "2026-06-02T12:00:00", quiet)] == [("unqualified", None)]
    assert run(market, "2026-07-01T12:00:00", quiet) == []  # 29 of 30 days
    assert [row[2] for row in run(market, "2026-07-02T12:00:00", quiet)] == ["engaged"]
    assert market.rows("select changed_by from marts.fct_stage_changes where cause = 'person'") == [("Zoë",)]


def test_who_may_not_set_a_stage_is_named(market: Market) -> None:
    market.replace(
        "stage_authors", {"changed_by": "*", "may_set": "marketing"}, {"changed_by": "sam", "may_set": "sales"}
    )
    change = {"entity": "accounts", "entity_id": "a", "changed_at": datetime(2026, 6, 2)}  # noqa: DTZ001
    market.fill(
        "stage_changes", change | {"stage": "sql", "changed_by": "Sam"}, change | {"stage": "mql", "changed_by": "Ann"}
    )
    assert market.findings("stages_are_set_by_who_may") == []
    market.fill("stage_changes", change | {"stage": "sql", "changed_by": "Ann"})
    assert [row[3] for row in market.findings("stages_are_set_by_who_may")] == ["Ann"]


def test_stages_of_today_count_every_account_once_and_velocity_is_measured(market: Market) -> None:
    for one, days in (("a", 5), ("b", 15)):
        log = {
            "subject_id": f"accounts:{one}",
            "entity": "accounts",
            "entity_id": one,
            "account_id": one,
            "cause": "rule",
            "is_notified": False,
        }
        market.fill("int_stage_log", log | {"stage": "mql", "changed_at": datetime(2026, 5, 10)})  # noqa: DTZ001
        market.fill("int_stage_log", log | {"stage": "sql", "changed_at": datetime(2026, 5, 10 + days)})  # noqa: DTZ001
    market.connection.execute("update seeds.stages set label = 'Lead' where stage = 'mql'")
    added = run(market, "2026-06-30T12:00:00", {"id": "a"}, {"id": "b"}, {"id": "new"})
    assert added == []
    market.build("account_stages")
    market.build("stage_conversions")
    assert market.rows("select stage, count(*) from marts.account_stages group by 1 order by 1") == [
        ("sql", 2),
        ("unqualified", 1),
    ]
    said = (
        "select entered_count, advanced_count, average_days_to_advance from marts.stage_conversions where stage = 'mql'"
    )
    assert market.rows(said) == [(2, 2, 10.0)]
