"""How likely each account was to open an opportunity: the planted probability, for judging a propensity model.

It knows the interest that was still to come, so no model can beat it; what a model can see is less.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import erf, log, pi, sqrt

import numpy as np

from sandbox.world.accounts import Accounts
from sandbox.world.columns import Flags, Floats, Ints
from sandbox.world.deals import CONVERSION_SHARE, QUIET_WEEKS, Deals
from sandbox.world.market import CONVERSION, Market
from sandbox.world.pursuits import DECISION_DAYS, DECISION_SPREAD, JUNK_SHARE, Pursuits, week_weights
from sandbox.world.randomness import sigmoid
from sandbox.world.timeline import Timeline

HORIZON_WEEKS = 13
_LAG_WEEKS = 10


@dataclass(frozen=True)
class Cutoff:
    """One quarterly view of the companies with an account by then: chance of an opportunity in the next 13 weeks."""

    week: int
    company: Ints
    probability: Floats
    happened: Flags


def quarterly_propensity(
    market: Market, pursuits: Pursuits, accounts: Accounts, deals: Deals, hazard: Floats, timeline: Timeline
) -> list[Cutoff]:
    """Cutoffs a quarter apart, latest first, over companies whose account existed at the cutoff."""
    quiet = np.log1p(-hazard) - _conversion_rate(market, pursuits)
    summed = np.concatenate([np.zeros((quiet.shape[0], 1)), np.cumsum(quiet, axis=1)], axis=1)
    born = np.where(accounts.primary >= 0, timeline.week_of(accounts.created[accounts.primary]), timeline.weeks)
    opened = timeline.week_of(deals.created)
    cutoffs: list[Cutoff] = []
    for week in range(timeline.weeks - HORIZON_WEEKS - 1, QUIET_WEEKS, -HORIZON_WEEKS):
        known = np.flatnonzero(born < week)
        probability = 1.0 - np.exp(summed[known, week + HORIZON_WEEKS] - summed[known, week])
        happened = np.zeros(born.size, dtype=np.bool_)
        happened[deals.company[(opened >= week) & (opened < week + HORIZON_WEEKS)]] = True
        cutoffs.append(Cutoff(week, known, probability, happened[known]))
    return cutoffs


def _conversion_rate(market: Market, pursuits: Pursuits) -> Floats:
    """Expected opportunities per company and week that come from converted leads (a Poisson rate).

    The mean of a logistic over normal engagement is taken as logistic(x / sqrt(1 + pi s^2 / 8)).
    """
    weight = week_weights(market.interest)
    arrivals = pursuits.count * (1 - JUNK_SHARE) * pursuits.share[:, None] * weight / weight.sum(axis=1, keepdims=True)
    logit = CONVERSION["fit"] * market.fit[:, None] + CONVERSION["interest"] * market.interest + pursuits.intercept
    converted = arrivals * sigmoid(logit / sqrt(1 + pi * CONVERSION["engagement"] ** 2 / 8)) * CONVERSION_SHARE
    rate: Floats = np.zeros(converted.shape)
    for lag, share in enumerate(_lag_shares()):
        rate[:, lag:] += share * converted[:, : converted.shape[1] - lag]
    return rate


def _lag_shares() -> list[float]:
    """Share of decisions that fall 0, 1, 2 ... weeks after the lead's own week (log-normal, mid-week arrival)."""

    def until(days: float) -> float:
        return 0.5 * (1 + erf((log(days) - log(DECISION_DAYS)) / (DECISION_SPREAD * sqrt(2)))) if days > 0 else 0.0

    return [until(7 * (lag + 0.5)) - until(7 * (lag - 0.5)) for lag in range(_LAG_WEEKS)]
