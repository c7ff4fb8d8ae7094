"""The planted probabilities and what came of them, written beside the truth for judging models."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox.world.columns import Flags, Floats, chosen, dates
from sandbox.world.market import CONVERSION, DRIVERS, NOISE_ATTRIBUTES, OPPORTUNITY, WIN
from sandbox.world.plan import Plan
from sandbox.world.propensity import Cutoff, quarterly_propensity
from sandbox.world.store import Store
from sandbox.world.timeline import WEEK
from sandbox.world.truth import TruthKeys


def area_under_curve(probability: Floats, outcome: Flags) -> float:
    """The AUC of a probability against what happened (rank statistic, ties averaged); NaN with one class only."""
    positives = int(outcome.sum())
    if positives in (0, outcome.size):
        return float("nan")
    _, code, counts = np.unique(probability, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    ranks = mean_rank[code][outcome].sum()
    return float((ranks - positives * (positives + 1) / 2) / (positives * (outcome.size - positives)))


def write_outcomes(plan: Plan, lead_ids: pa.Array, deal_ids: pa.Array, keys: TruthKeys, store: Store) -> None:
    """lead_companies, deals, account_propensity, interest, drivers, ceilings, parameters."""
    _write_leads(plan, lead_ids, keys, store)
    _write_deals(plan, deal_ids, keys, store)
    cutoffs = quarterly_propensity(plan.market, plan.pursuits, plan.accounts, plan.deals, plan.hazard, plan.timeline)
    _write_propensity(plan, cutoffs, keys, store)
    _write_interest(plan, keys, store)
    _write_drivers(store)
    _write_ceilings(plan, cutoffs, store)
    scale = plan.scale
    parameters = [
        ("accounts", str(scale.accounts)),
        ("seed", str(scale.seed)),
        ("as_of", scale.as_of.isoformat()),
        ("dirt", scale.dirt),
        ("history_start", str(np.datetime64(plan.timeline.start, "s"))),
    ]
    _insert_rows(store, "parameters", ("name", "value"), parameters)


def _insert_rows(
    store: Store, table: str, columns: tuple[str, ...], rows: list[tuple[object, ...]] | list[tuple[str, str]]
) -> None:
    by_column = zip(columns, zip(*rows, strict=True), strict=True)
    store.insert(table, {name: pa.array(list(values)) for name, values in by_column})


def _write_leads(plan: Plan, lead_ids: pa.Array, keys: TruthKeys, store: Store) -> None:
    """Duplicates of a lead never convert: their probability is 0."""
    pursuits, pursuit = plan.pursuits, plan.roster.leads.pursuit
    first = np.arange(pursuit.size) < pursuits.count
    store.insert(
        "lead_companies",
        {
            "lead_id": lead_ids,
            **keys.companies(pursuits.company[pursuit]),
            "conversion_probability": pa.array(np.where(first, pursuits.probability[pursuit], 0.0)),
            "engagement": pa.array(pursuits.engagement[pursuit]),
            "is_converted": pa.array(first & pursuits.converted[pursuit]),
            "is_decided": pa.array(pursuits.decided[pursuit]),
        },
    )


def _write_deals(plan: Plan, deal_ids: pa.Array, keys: TruthKeys, store: Store) -> None:
    deals = plan.deals
    store.insert(
        "deals",
        {
            "opportunity_id": deal_ids,
            "company_id": chosen(keys.company, deals.company),
            "win_probability": pa.array(deals.probability),
            "enthusiasm": pa.array(deals.enthusiasm),
            "interest": pa.array(deals.interest),
            "is_closed": pa.array(deals.closed),
            "is_won": pa.array(deals.won),
        },
    )


def _write_propensity(plan: Plan, cutoffs: list[Cutoff], keys: TruthKeys, store: Store) -> None:
    for cutoff in cutoffs:
        monday = plan.timeline.first_monday + cutoff.week * WEEK
        store.insert(
            "account_propensity",
            {
                "company_id": chosen(keys.company, cutoff.company),
                "cutoff_date": dates(np.full(cutoff.company.size, monday, dtype=np.int64)),
                "opportunity_probability": pa.array(cutoff.probability),
                "has_opportunity": pa.array(cutoff.happened),
            },
        )


def _write_interest(plan: Plan, keys: TruthKeys, store: Store) -> None:
    company, week = np.nonzero(plan.market.interest > 0)
    store.insert(
        "interest",
        {
            "company_id": chosen(keys.company, company),
            "week": dates(plan.timeline.first_monday + week * WEEK),
            "interest": pa.array(plan.market.interest[company, week].astype(np.float64)),
        },
    )


def _write_drivers(store: Store) -> None:
    """The rules behind fit, the weights of what makes each outcome, and the attributes that do nothing."""
    rows: list[tuple[object, ...]] = [
        (driver.name, driver.attribute, driver.operator, driver.value, driver.weight, "fit", False)
        for driver in DRIVERS
    ]
    for outcome, weights in (("win", WIN), ("opportunity", OPPORTUNITY), ("conversion", CONVERSION)):
        rows += [(f"{outcome}: {name}", name, "linear", "", weight, outcome, False) for name, weight in weights.items()]
    rows += [(f"noise: {name}", name, "none", "", 0.0, "nothing", True) for name in NOISE_ATTRIBUTES]
    columns = ("name", "attribute", "operator", "value", "weight", "affects", "is_noise")
    _insert_rows(store, "drivers", columns, rows)


def _write_ceilings(plan: Plan, cutoffs: list[Cutoff], store: Store) -> None:
    """AUC and Brier score of the planted probabilities themselves: no honest model beats them for long."""
    deals, pursuits = plan.deals, plan.pursuits
    judged = pursuits.decided & (pursuits.company >= 0)
    outcomes = {
        "win": (deals.probability[deals.closed], deals.won[deals.closed]),
        "conversion": (pursuits.probability[judged], pursuits.converted[judged]),
        "opportunity in 13 weeks": (
            np.concatenate([cutoff.probability for cutoff in cutoffs]),
            np.concatenate([cutoff.happened for cutoff in cutoffs]),
        ),
    }
    rows: list[tuple[object, ...]] = []
    for model, (probability, outcome) in outcomes.items():
        brier = float(np.mean((probability - outcome) ** 2))
        for metric, value in (("auc", area_under_curve(probability, outcome)), ("brier", brier)):
            rows.append((model, metric, value, outcome.size, int(outcome.sum())))
    _insert_rows(store, "ceilings", ("model", "metric", "value", "rows", "positives"), rows)
