"""Every segment of every attribute: how often its deals are won, for how much, how fast, and who leaves again."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from ml.evidence.encoding import Factor
from ml.evidence.statistics import Floats, adjusted, segment_p_values, wilson

WINS, LOSES, NOTHING, FEW = "wins more", "loses more", "no difference shown", "too few deals"


def judge_segments(deals: pd.DataFrame, factors: Iterable[Factor], floor: int, alpha: float) -> pd.DataFrame:
    """One row per attribute and segment; tests are adjusted over all segments of at least `floor` deals.

    `deals` holds is_won, amount_usd, sales_cycle_days, account_id and is_churned (the account bought once and is no
    customer any more).
    """
    won = deals["is_won"].to_numpy(dtype=float)
    tables = [_counted(deals, won, factor) for factor in factors]
    found = pd.concat(tables, ignore_index=True) if tables else _counted_columns()
    overall = won.mean() if won.size else np.nan
    closed, wins = found["closed_count"].to_numpy(float), found["won_count"].to_numpy(float)
    low, high = wilson(wins, closed)
    is_tested = closed >= floor
    p_values = np.full(closed.shape, np.nan)
    p_values[is_tested] = segment_p_values(wins[is_tested], closed[is_tested], int(won.sum()), won.size)
    q_values = adjusted(p_values)
    ratio = wins / closed
    return found.assign(
        win_ratio=ratio,
        win_ratio_low=low,
        win_ratio_high=high,
        lift=ratio / overall,
        p_value=p_values,
        q_value=q_values,
        verdict=_verdicts(is_tested, q_values, ratio > overall, alpha),
    )


def _verdicts(is_tested: np.ndarray, q_values: Floats, is_better: np.ndarray, alpha: float) -> np.ndarray:
    shown = np.where(q_values <= alpha, np.where(is_better, WINS, LOSES), NOTHING)
    return np.where(is_tested, shown, FEW)


def _counted(deals: pd.DataFrame, won: Floats, factor: Factor) -> pd.DataFrame:
    size = len(factor.levels)

    def total(weights: Floats) -> Floats:
        return np.bincount(factor.codes, weights=np.nan_to_num(weights), minlength=size).astype(np.float64)

    amount = deals["amount_usd"].to_numpy(float)
    cycle = deals["sales_cycle_days"].to_numpy(float)
    has_amount, has_cycle = won * ~np.isnan(amount), won * ~np.isnan(cycle)
    buyers = ~deals["account_id"].where(deals["is_won"]).duplicated().to_numpy() & deals["is_won"].to_numpy(bool)
    with np.errstate(invalid="ignore", divide="ignore"):
        table = pd.DataFrame(
            {
                "attribute": factor.attribute,
                "segment": factor.levels,
                "closed_count": total(np.ones(won.size)),
                "won_count": total(won),
                "mean_won_usd": np.round(total(amount * won) / total(has_amount), 2),
                "mean_cycle_days": total(cycle * won) / total(has_cycle),
                "buyer_count": total(buyers.astype(float)),
                "churned_count": total((buyers & deals["is_churned"].to_numpy(bool)).astype(float)),
            }
        )
    kept = table[table["closed_count"] > 0]
    # Of a list each item is an attribute of its own; who lacks it is no segment that anybody would sell to.
    return kept[kept["segment"] == factor.item] if factor.item is not None else kept


def _counted_columns() -> pd.DataFrame:
    names = ("attribute", "segment", "closed_count", "won_count", "mean_won_usd", "mean_cycle_days")
    return pd.DataFrame({name: pd.Series(dtype=float) for name in (*names, "buyer_count", "churned_count")})
