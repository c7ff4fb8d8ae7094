"""What rules make of a small market, and what editing a rule changes.

ICP-01..05, 09, 25; VAL-01, 02, 03, 06; SCO-01..03, 07, 08, 21; RET-01, 08.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import duckdb

from tests.integration.dbt_project.project import copy_project, rows
from tests.integration.dbt_project.raw_warehouse import land
from tests.integration.dbt_rules import market
from tests.integration.dbt_rules.conftest import Build

DECAYING = ["int_activity_points+", "int_intent_points+"]
PROFILED = ["resource_type:seed", "int_account_attribute_candidates+1", "int_accounts+"]
ASSIGNED = [
    "hierarchy_levels",
    "territory_assignments",
    "account_hierarchies",
    "account_territories",
    "int_routing_leads",
]
PAYLOAD = "select * from activation.sync_salesforce__accounts order by 1"


def test_every_account_has_a_tier_or_a_reason(home: Path) -> None:
    tiers = rows(home, "select account_id, tier, next_tier, points_to_next_tier from marts.account_tiers order by 1")
    assert tiers == [
        ("acc_bank", "T1", None, None),
        ("acc_blank", None, None, None),
        ("acc_city", "Excluded", None, None),
        ("acc_shop", "T2", "T1", Decimal("17.06")),
    ]
    reasons = {row[0]: row[1] for row in rows(home, "select account_id, tier_reason from marts.account_tiers")}
    assert reasons["acc_blank"] == "Not scorable: no data for core_industries, employee_band"
    assert reasons["acc_city"] == "Excluded by public_sector"


def test_contributions_add_up_to_the_fit_score(home: Path) -> None:
    explained = rows(
        home,
        "select fit.account_id, fit.fit_score, sum(why.contribution) from marts.account_fit as fit "
        "join marts.account_fit_explanations as why using (account_id) where fit.is_scorable group by all order by 1",
    )
    # Technologies are unknown: their weight is shared out, and the bank still reaches 100.
    assert explained[0] == ("acc_bank", Decimal("100.00"), Decimal("100.00"))
    assert all(score == total for _, score, total in explained)


def test_a_valuation_is_the_mean_of_the_methods_that_apply(home: Path) -> None:
    values = rows(home, "select account_id, method, valuation_usd from marts.account_valuations order by 1")
    # 500,000,000 x 0.00017 = 85,000 and 1,000 x 120 x 0.35 = 42,000: 63,500.
    assert values[0] == ("acc_bank", "combination", Decimal("63500.00"))
    assert values[1] == ("acc_blank", None, None)
    assert values[2] == ("acc_city", "headcount", Decimal("37800.00"))
    ((reason,),) = rows(home, "select reason from marts.account_valuations where account_id = 'acc_blank'")
    assert "number of employees is not known" in str(reason)


def test_the_four_example_rules_give_35_points(home: Path) -> None:
    people = rows(home, "select contact_id, raw_points, overall_score is not null from marts.contact_scores order by 1")
    assert people == [
        ("per_analyst", Decimal("10.00"), True),
        ("per_lead", Decimal("0.00"), True),
        ("per_vp", Decimal("35.00"), True),
    ]


def test_everybody_has_a_score_and_fit_is_the_fit(home: Path) -> None:
    missing = """
    select account_id from marts.dim_accounts anti join marts.account_scores using (account_id)
    union all select contact_id from marts.dim_contacts anti join marts.contact_scores using (contact_id)
    union all select account_id from marts.account_scores where overall_score is null
    union all select scores.account_id from marts.account_scores as scores join marts.account_fit as fit
        on scores.account_id = fit.account_id where scores.fit_score is distinct from fit.fit_score
    """
    assert rows(home, missing) == []
    points = """
    select sum(why.points), any_value(scores.engagement_points) from marts.account_scores as scores
    join marts.account_score_explanations as why on scores.account_id = why.account_id and why.component = 'engagement'
    group by scores.account_id
    """
    assert rows(home, points) == [(Decimal("20.00"), Decimal("20.00"))]


def test_a_lead_without_account_is_scored_by_what_it_says(home: Path) -> None:
    ((fit,),) = rows(home, "select company_fit_score from marts.contact_scores where contact_id = 'per_lead'")
    assert fit == Decimal("86.67")  # industry, size and country of 30 + 20 + 15 out of 75: revenue is unknown


def test_the_overall_score_is_explained_to_the_cent(home: Path) -> None:
    explained = rows(
        home,
        "select account_id, overall_score, sum(contribution) from marts.account_scores "
        "join marts.account_score_explanations using (account_id) group by all order by 1",
    )
    assert [account for account, _, _ in explained] == ["acc_bank", "acc_city", "acc_shop"]
    assert all(score == total for _, score, total in explained)
    ((topic,),) = rows(home, "select last_intent_topic from marts.account_scores where account_id = 'acc_bank'")
    assert topic == "Lead Scoring"


def test_the_payload_holds_every_live_record_in_the_crms_words(home: Path) -> None:
    payload = rows(
        home,
        "select salesforce_account_id, prevent_override, account_tier, icp_fit_score, account_valuation "
        "from activation.sync_salesforce__accounts order by 1",
    )
    assert payload == [
        (market.BANK, False, "Tier 1", 100.0, Decimal("63500.00")),
        (market.TWIN, True, "Tier 1", 100.0, Decimal("63500.00")),
        (market.SHOP, False, "Tier 2", 52.94, Decimal("11400.00")),
        (market.CITY, False, "Excluded", 23.53, Decimal("37800.00")),
        (market.BLANK, False, None, None, None),
    ]


def test_the_hour_of_the_day_changes_nothing_and_the_next_day_decays(copied_home: Path, build: Build) -> None:
    before = rows(copied_home, PAYLOAD)
    build(copied_home, DECAYING, f"{market.AS_OF}T23:59:59")
    assert rows(copied_home, PAYLOAD) == before
    score = "select engagement_score from marts.account_scores where account_id = 'acc_bank'"
    assert rows(copied_home, score) == [(Decimal("20.00"),)]
    build(copied_home, DECAYING, "2026-07-14")
    assert rows(copied_home, score) == [(Decimal("7.50"),)]  # the visit is past its week, the download has halved


def test_a_change_of_one_industry_changes_that_account_only(copied_home: Path, build: Build) -> None:
    before = {row[0]: row for row in rows(copied_home, PAYLOAD)}
    land(copied_home / "warehouse.duckdb", "raw_salesforce.accounts", market.accounts(shop_industry="Technology"))
    build(copied_home, PROFILED)
    after = {row[0]: row for row in rows(copied_home, PAYLOAD)}
    assert {key for key, row in after.items() if row != before[key]} == {market.SHOP}
    assert after[market.SHOP][3] == "Tier 1"


def test_an_edited_weight_and_a_new_attribute_need_no_code(copied_home: Path, build: Build) -> None:
    project = copy_project(
        copied_home,
        {
            "attribute_catalogue": ["funding_stage,text,,false,Last round of funding."],
            "attribute_sources": ["funding_stage,salesforce,Account,funding_stage_c,crm_owned,1"],
            "icp_vectors": [
                "funded,firmographic,funding_stage,equals,series b,40,,score,zero,Money,salesforce,true,v0,ASSUMED,,"
            ],
        },
    )
    vectors = project / "seeds" / "icp_vectors.csv"
    vectors.write_text(
        vectors.read_text(encoding="utf-8").replace(",15,,score,zero,Countries", ",25,,score,zero,Countries"),
        encoding="utf-8",
    )
    build(copied_home, PROFILED, project=project)
    explained = rows(
        copied_home,
        "select vector_id, observed_value, is_match, contribution from marts.account_fit_explanations "
        "where account_id = 'acc_bank' and vector_id in ('funded', 'served_countries') order by 1",
    )
    # 25 and 40 of 30 + 20 + 10 + 25 + 10 + 40 = 135.
    assert explained == [
        ("funded", "Series B", True, Decimal("29.63")),
        ("served_countries", "US", True, Decimal("18.52")),
    ]


def test_a_subsidiary_is_assigned_as_the_account_above_it_on_the_level_of_the_seed(
    copied_home: Path, build: Build
) -> None:
    with duckdb.connect(str(copied_home / "warehouse.duckdb")) as connection:
        connection.execute(
            "update intermediate.int_accounts set owner_user_id = replace(account_id, 'acc_', 'owner_of_'), "
            "domestic_ultimate_account_id = 'acc_bank'"
        )
        connection.execute("insert into ml.lead_accounts values (?, 'acc_shop', 'domain', 1)", [market.LEAD])
    project = copy_project(copied_home, {"territory_assignments": [f"{market.BANK},next_owner,p1,me,2026-07-01,"]})
    assigned = """select account_owner_user_id, approved_next_owner_user_id from intermediate.int_routing_leads,
        marts.account_territories where account_territories.account_id = 'acc_shop'"""
    build(copied_home, ASSIGNED, project=project)
    assert rows(copied_home, assigned) == [("owner_of_shop", None)]
    levels = project / "seeds" / "hierarchy_levels.csv"
    text = levels.read_text(encoding="utf-8").replace("true,true", "true,false")
    levels.write_text(text.replace("Domestic Ultimate,true,false", "Domestic Ultimate,true,true"), encoding="utf-8")
    build(copied_home, ASSIGNED, project=project)
    assert rows(copied_home, assigned) == [("owner_of_bank", "next_owner")]
