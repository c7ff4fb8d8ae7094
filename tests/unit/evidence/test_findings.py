"""What is found in deals whose making is known (ICP-11..14)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from ml.evidence import Attribute, Findings, weigh
from ml.evidence.weights import suggest_weights

INDUSTRY = Attribute("industry", "accounts", "category", (), True)
SIZE = Attribute("employee_count", "accounts", "number", (200, 1000), True)
TOOLS = Attribute("technologies", "accounts", "list", (), True)
STATE = Attribute("state", "accounts", "category", (), True)
COLOUR = Attribute("colour", "accounts", "category", (), True)
RIVAL = Attribute("competitor", "opportunities", "category", (), False)


def market(size: int, seed: int) -> pd.DataFrame:
    """Finance and Snowflake win; the state only goes with the industry; the colour does nothing."""
    rng = np.random.default_rng(seed)
    industry = rng.choice(["Finance", "Retail", "Energy"], size)
    state = np.where((industry == "Finance") & (rng.random(size) < 0.8), "NY", rng.choice(["TX", "CA"], size))
    has = rng.random(size) < 0.4
    chance = 1 / (1 + np.exp(1.5 - 1.2 * (industry == "Finance") - 1.0 * has))
    return pd.DataFrame(
        {
            "is_won": rng.random(size) < chance,
            "amount_usd": rng.lognormal(10, 1, size).round(2),
            "sales_cycle_days": rng.integers(20, 90, size),
            "account_id": [f"account {one}" for one in range(size)],
            "is_churned": False,
            "industry": industry,
            "state": state,
            "colour": rng.choice(list("abcdefgh"), size),
            "technologies": [["Snowflake", "jQuery"] if one else ["jQuery"] for one in has],
        }
    )


def found(deals: pd.DataFrame, *attributes: Attribute) -> Findings:
    return weigh(deals, list(attributes), pd.DataFrame(index=deals.index), floor=20, alpha=0.05)


def drivers(findings: Findings) -> list[str]:
    return list(findings.drivers.loc[findings.drivers["is_driver"], "driver"])


def test_drivers_are_found_and_what_goes_along_with_them_is_not() -> None:
    findings = found(market(1500, 1), INDUSTRY, STATE, COLOUR, TOOLS)
    assert sorted(drivers(findings)) == ["industry", "technologies: Snowflake"]
    state = findings.drivers.set_index("driver").loc["state"]
    assert state["alone_p_value"] < 0.001  # it would have been taken for a driver
    assert state["given_others_p_value"] > 0.05


def test_of_two_that_say_the_same_the_one_listed_first_stands() -> None:
    """A prefix of phones stands for groups of industries; it is the stronger test, for it has fewer values."""
    deals = market(1500, 3)
    deals["prefix"] = np.where(deals["industry"] == "Finance", "+1", "+4")
    prefix = Attribute("prefix", "accounts", "category", (), True)
    assert drivers(found(deals, INDUSTRY, prefix, COLOUR))[0] == "industry"
    assert drivers(found(deals, prefix, INDUSTRY, COLOUR))[0] == "prefix"


def test_noise_is_rejected_in_nearly_every_market() -> None:
    false = 0
    for seed in range(20):
        deals = market(300, seed)
        deals["is_won"] = np.random.default_rng(seed).random(300) < 0.3
        false += len(drivers(found(deals, INDUSTRY, STATE, COLOUR, TOOLS)))
    assert false <= 3


def test_the_order_of_deals_does_not_matter() -> None:
    deals = market(600, 3)
    shuffled = deals.sample(frac=1, random_state=1).reset_index(drop=True)
    pd.testing.assert_frame_equal(found(deals, INDUSTRY, TOOLS).drivers, found(shuffled, INDUSTRY, TOOLS).drivers)


def test_a_segments_figures_match_to_the_cent_and_the_day() -> None:
    deals = pd.DataFrame(
        {
            "is_won": [True, True, False, False, True],
            "amount_usd": [100.10, 200.25, 999.0, np.nan, np.nan],
            "sales_cycle_days": [10, 21, 70, 80, 30],
            "account_id": ["a", "a", "b", "c", "d"],
            "is_churned": [True, True, False, False, False],
            "industry": ["Retail", "Retail", "Retail", "Energy", None],
            "employee_count": [100, 200, 999, 1000, None],
            "competitor": ["Acme", None, "Acme", None, None],
        }
    )
    segments = found(deals, INDUSTRY, SIZE, RIVAL).segments
    rows = {(row["attribute"], row["segment"]): row for row in segments.to_dict("records")}
    retail = rows["industry", "Retail"]
    assert (retail["closed_count"], retail["won_count"]) == (3, 2)
    assert (retail["mean_won_usd"], retail["mean_cycle_days"]) == (150.18, 15.5)
    assert (retail["buyer_count"], retail["churned_count"]) == (1, 1)
    assert retail["lift"] == pytest.approx((2 / 3) / (3 / 5))
    assert retail["verdict"] == "too few deals"
    assert rows["employee_count", "200 to under 1,000"]["closed_count"] == 2
    assert rows["employee_count", "unknown"]["won_count"] == 1
    assert rows["competitor", "Acme"]["win_ratio"] == 0.5
    assert "competitor" not in set(found(deals, INDUSTRY, RIVAL).drivers["attribute"])


def test_a_losing_segment_is_named_and_three_deals_are_not() -> None:
    deals = market(900, 5)
    deals.loc[deals["industry"] == "Energy", "is_won"] = False
    deals.loc[:2, "industry"] = "Mining"
    verdicts = found(deals, INDUSTRY).segments.set_index("segment")["verdict"]
    assert verdicts["Energy"] == "loses more"
    assert verdicts["Finance"] == "wins more"
    assert verdicts["Mining"] == "too few deals"


def test_weights_follow_effects_and_say_how_sure_they_are() -> None:
    rng = np.random.default_rng(2)
    matches = pd.DataFrame({name: (rng.random(3000) < 0.5).astype(float) for name in ("strong", "weak", "none", "bad")})
    matches["rare"] = (np.arange(3000) < 5).astype(float)
    logit = -1 + 1.5 * matches["strong"] + 0.5 * matches["weak"] - 0.8 * matches["bad"]
    won = pd.Series(rng.random(3000) < 1 / (1 + np.exp(-logit))).astype(float)
    table = suggest_weights(matches, won, 20).set_index("vector_id")
    ratios, lowest = table["weight_ratio"].to_dict(), table["weight_ratio_low"].to_dict()
    assert np.nansum(list(ratios.values())) == pytest.approx(1)
    assert ratios["strong"] > ratios["weak"] > ratios["none"]
    assert ratios["bad"] == 0
    assert lowest["strong"] > 0
    assert lowest["none"] == 0
    assert np.isnan(table["effect"].to_dict()["rare"])


def test_no_deals_are_no_findings() -> None:
    findings = found(market(50, 1).iloc[:0], INDUSTRY, TOOLS)
    assert (len(findings.segments), len(findings.drivers)) == (0, 0)
