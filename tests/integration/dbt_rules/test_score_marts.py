"""What marts say of scores: ranks, history, intent, capacity, feedback (SCO-05, 12, 14, 18, 20, 26..31, 36, 42)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.integration.dbt_rules.scoring import Market


def scored(account_id: str, overall: float, **more: Any) -> dict[str, Any]:
    """A row of int_accounts__scored."""
    return {"account_id": account_id, "overall_score": overall, "fit_score": 50, "is_excluded": False, **more}


def test_ranks_fall_with_the_score_and_ties_are_settled_by_fit_then_id(market: Market) -> None:
    market.fill(
        "int_accounts__scored", scored("b", 70), scored("a", 70), scored("c", 70, fit_score=60), scored("d", 90)
    )
    market.fill("int_accounts__scored", scored("excluded", 99, is_excluded=True))
    market.build("account_scores")
    ranked = market.rows("select account_id from marts.account_scores order by score_rank")
    assert [account for (account,) in ranked] == ["d", "c", "a", "b", "excluded"]
    for account, industry, country in (
        ("a", "Technology", "US"), ("b", "Retail", "US"), ("c", "Technology", "DE"), ("d", "Technology", "CA"),
    ):  # fmt: skip
        market.fill("dim_accounts", {"account_id": account, "industry": industry, "country_code": country})
    filtered = """
    select account_id from marts.account_scores join marts.dim_accounts using (account_id)
    where industry = 'Technology' and country_code in ('US', 'CA', 'MX') and overall_score > {} order by score_rank
    """
    assert market.rows(filtered.format(69)) == [("d",), ("a",)]
    assert market.rows(filtered.format(70)) == [("d",)]


def test_the_same_score_is_an_mql_in_one_segment_and_not_in_another(market: Market) -> None:
    market.fill(
        "int_accounts__scored",
        scored("small", 70),
        scored("large", 70),
        scored("fits", 60, fit_score=60, intent_score=40),
    )
    segments = {"small": "small_business", "large": "enterprise", "fits": "enterprise"}
    market.fill("int_account_segments", *({"account_id": one, "segment": two} for one, two in segments.items()))
    market.build("account_scores")
    said = market.rows("select account_id, is_mql_ready, is_in_market from marts.account_scores order by 1")
    assert said == [("fits", False, True), ("large", False, False), ("small", True, False)]


def test_two_models_score_beside_each_other_and_product_usage_counts_in_one(market: Market) -> None:
    market.fill("int_accounts__scored", scored("a", 30))
    market.fill(
        "int_account_points",
        {"account_id": "a", "rule_id": "email_open", "component": "engagement", "points": 10, "model": None},
        {"account_id": "a", "rule_id": "product_usage", "component": "engagement", "points": 20, "model": "pql"},
    )
    market.build("account_model_scores")
    both = market.rows("select model, engagement_score, overall_score from marts.account_model_scores order by 1")
    assert both == [
        ("default", 10, Decimal("34.00")),
        ("pql", 30, Decimal("38.00")),
    ]  # .6 x 50 + .4 x 10, .4 x 50 + .6 x 30


def test_a_visit_around_one_product_raises_its_score_only(market: Market) -> None:
    for number, (product, points) in enumerate([("Security", 3), ("Security", 4), ("Platform", 5), (None, 9)]):
        market.fill(
            "int_activity_points",
            {
                "account_id": "a",
                "contact_id": str(number),
                "rule_id": "r",
                "product": product,
                "points": points,
                "activity_count": 1,
            },
        )
    market.build("account_product_scores")
    assert market.rows("select product, product_score from marts.account_product_scores order by 1") == [
        ("Platform", 5),
        ("Security", 7),
    ]


def test_three_runs_with_two_scores_are_two_states_a_trend_and_one_crossing_each_way(market: Market) -> None:
    for at, score in (("2026-06-01T02:00:00", 50), ("2026-06-30T12:00:00", 80.01), ("2026-07-01T02:00:00", 80.01)):
        market.replace("account_scores", {"account_id": "a", "overall_score": score, "model_version": "v7"})
        market.build("account_score_history", at)
        market.build("fct_threshold_crossings", at)
    market.build("account_score_trends", "2026-07-01T02:00:00")
    states = market.rows(
        "select overall_score, model_version, is_current from marts.account_score_history order by valid_from"
    )
    assert states == [(50, "v7", False), (Decimal("80.01"), "v7", True)]
    assert market.rows("select month_ago_score, overall_score, month_change from marts.account_score_trends") == [
        (50, Decimal("80.01"), Decimal("30.01"))
    ]
    crossed = "select count(*) from marts.fct_threshold_crossings where threshold_set = 'hot' and direction = 'up'"
    assert market.rows(crossed) == [(1,)]


def test_a_jump_is_told_of_that_account_and_topic_in_that_week_and_shared_reading_of_several(market: Market) -> None:
    for account, topic, week, score in (
        ("a", "CRM", 22, 40), ("a", "CRM", 29, 69), ("a", "ABM", 22, 60), ("a", "ABM", 29, 65), ("b", "CRM", 29, 71),
    ):  # fmt: skip
        signal = {"account_id": account, "topic": topic, "provider": "bombora", "score": score}
        market.fill("fct_intent_signals", signal | {"week_date": date(2026, 6, week)})
    kind = {"activity_type": "Web Visit", "subject": "/docs", "source": "web", "is_engagement": True}
    market.fill("int_activity_kinds", {"kind_id": "k", "content_type": "Documentation", **kind})
    for account, person in (("a", "p1"), ("a", "p2"), ("b", "p3")):
        visit = {"account_id": account, "contact_id": person, "occurred_at": datetime(2026, 6, 28, 9)}  # noqa: DTZ001
        market.fill("fct_activities", visit | kind)
    market.build("int_account_topics")
    told = "select account_id, topic from intermediate.int_account_topics where {} order by 1, 2"
    assert market.rows(told.format("is_jumping")) == [("a", "CRM")]
    assert market.rows(told.format("is_surging")) == [("b", "CRM")]
    assert market.rows(told.format("is_shared")) == [("a", "Documentation")]


def test_the_suggested_threshold_fits_the_people_and_falls_when_there_are_more(market: Market) -> None:
    for place in range(100):
        name = f"a{place:02d}"
        market.fill("account_scores", {"account_id": name, "overall_score": 100 - place // 2, "priority": "Low"})
        market.fill("account_stages", {"account_id": name, "stage": "engaged" if place else "customer"})
    team = {"leads_per_sdr_week": 10}
    market.replace(
        "sales_capacity",
        {"team": "one", "sdr_count": 1, **team},
        {"team": "two", "sdr_count": 2, **team},
        {"team": "all", "sdr_count": 99, **team},
    )
    market.build("mql_capacity")
    said = market.rows("select team, suggested_threshold, lead_count from marts.mql_capacity order by weekly_capacity")
    assert said == [("one", 95, 9), ("two", 90, 19), ("all", 0, 99)]  # ties never exceed the capacity


def test_every_account_has_one_next_step_with_its_rule_and_evidence(market: Market) -> None:
    hot = {"is_hot": True, "is_in_market": False, "overall_score": 90, "fit_score": 80}
    market.fill("account_scores", {"account_id": "nobodys", **hot}, {"account_id": "owned", **hot})
    market.fill("account_scores", {"account_id": "quiet", "is_hot": False, "is_in_market": False, "overall_score": 3})
    for account, owner in (("nobodys", None), ("owned", "u1"), ("quiet", None)):
        market.fill("dim_accounts", {"account_id": account, "owner_user_id": owner, "completeness_score": 1})
        market.fill("int_account_signals", {"account_id": account, "contact_count": 1})
        market.fill("account_stages", {"account_id": account, "stage": "engaged"})
    market.build("account_recommendations")
    said = market.rows("select account_id, rule_id, evidence from marts.account_recommendations order by 1")
    assert said == [
        ("nobodys", "assign_hot", "has_owner false; is_hot true"),
        ("owned", "reach_out_hot", "is_hot true"),
        ("quiet", "wait", "overall_score 3.00"),
    ]


def test_rejections_are_counted_by_the_score_at_that_time(market: Market) -> None:
    turn = datetime(2026, 2, 1)  # noqa: DTZ001 (the warehouse holds UTC without a zone)
    state = {"account_id": "a", "valid_from": turn - timedelta(days=31), "valid_to": turn, "overall_score": 85}
    market.fill("account_score_history", state, state | {"valid_from": turn, "valid_to": None, "overall_score": 30})
    for days, decision, reason in ((-9, "rejected", "Too small"), (-8, "accepted", None), (9, "rejected", "Too small")):
        said = {"decision": decision, "reason": reason, "decided_by": "Zoë"}
        market.fill("score_feedback", {"account_id": "a", "decided_at": turn + timedelta(days=days)} | said)
    market.build("score_feedback_reasons")
    columns = "score_from, decision, reason, decision_ratio"
    assert market.rows(f"select {columns} from marts.score_feedback_reasons order by 1, 2") == [
        (20, "rejected", "Too small", 1.0),
        (80, "accepted", "none given", 0.5),
        (80, "rejected", "Too small", 0.5),
    ]


def test_a_type_of_activity_without_a_rule_counts_nothing_and_is_told(market: Market) -> None:
    visit = {"account_id": "a", "contact_id": "p", "occurred_at": datetime(2026, 6, 30, 9)}  # noqa: DTZ001
    market.fill("fct_activities", visit | {"activity_type": "Carrier Pigeon", "activity_id": "1"})
    market.build("int_activity_points")
    assert market.rows("select * from intermediate.int_activity_points") == []
    assert [row[0] for row in market.findings("activity_types_have_a_scoring_rule")] == ["Carrier Pigeon"]
