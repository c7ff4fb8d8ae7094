"""What a user would otherwise write: the engagement and intent rules and the overall score, in pandas."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd


def seconds(warehouse: Path) -> float:
    """Seconds to score every account and person by the seeds' rules, from reading the tables to scores in memory."""
    began = time.monotonic()
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        activities = connection.execute(
            "select account_id, contact_id, activity_type, subject, occurred_at from marts.fct_activities"
        ).df()
        signals = connection.execute(
            "select account_id, score, score_delta, week_date from marts.fct_intent_signals"
        ).df()
        fits = connection.execute("select account_id, fit_score from intermediate.int_accounts__fit").df()
        rules = connection.execute("select * from seeds.scoring_rules where is_enabled and points <> 0").df()
    today = pd.Timestamp.now("UTC").normalize().tz_localize(None)
    activities["age"] = (today - activities["occurred_at"].dt.normalize()).dt.days
    signals["age"] = (today - pd.to_datetime(signals["week_date"])).dt.days
    by_account, by_person = [], []
    for _, rule in rules.groupby("rule_id"):
        entity = rule["entity"].iloc[0]
        if entity == "contacts":
            continue
        frame = activities if entity == "activities" else signals
        chosen = frame[_matches(frame, rule) & (frame["age"] >= 0) & (frame["age"] <= rule["window_days"].iloc[0])]
        life = rule["half_life_days"].iloc[0]
        decay = np.power(0.5, chosen["age"] / float(life)) if pd.notna(life) else 1.0
        points = chosen.assign(points=float(rule["points"].iloc[0]) * decay)
        cap = float(rule["cap_points"].iloc[0]) if pd.notna(rule["cap_points"].iloc[0]) else np.inf
        by_account.append(points.groupby("account_id")["points"].sum().clip(-cap, cap))
        if entity == "activities":
            by_person.append(points.groupby("contact_id")["points"].sum().clip(-cap, cap))
    interest = pd.concat(by_account).groupby(level=0).sum().clip(0, 100)
    pd.concat(by_person).groupby(level=0).sum().clip(0, 100)
    scores = fits.set_index("account_id")["fit_score"].astype(float).mul(0.6).add(interest.mul(0.4), fill_value=0)
    scores.sort_values(ascending=False)
    return time.monotonic() - began


def _matches(frame: pd.DataFrame, rule: pd.DataFrame) -> pd.Series:
    met = pd.Series(data=True, index=frame.index)
    for condition in rule.itertuples():
        if condition.attribute not in frame.columns:
            return pd.Series(data=False, index=frame.index)
        values, wanted = frame[condition.attribute], str(condition.value)
        if condition.operator == "gte":
            met &= values >= float(wanted)
        elif condition.operator == "contains":
            met &= values.str.lower().str.contains(wanted.lower(), regex=False)
        elif condition.operator == "not_contains":
            met &= ~values.str.lower().str.contains(wanted.lower(), regex=False)
        else:
            met &= values.isin(wanted.split("|"))
    return met
