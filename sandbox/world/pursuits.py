"""Leads as events: who asked when, how engaged, and whether sales converted them. No text yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sandbox.world.columns import DAY, Flags, Floats, Ints
from sandbox.world.companies import Companies
from sandbox.world.market import CONVERSION, Market, interest_at
from sandbox.world.randomness import calibrated, chance, pick, sigmoid, stream
from sandbox.world.scale import Scale
from sandbox.world.timeline import Timeline, working_times

LEADS_PER_ACCOUNT = 3.0
CONVERSION_RATE = 0.14
JUNK_SHARE = 0.03
# Sales decides within a median of 16 days (log-normal).
DECISION_DAYS, DECISION_SPREAD = 16.0, 0.8


@dataclass(frozen=True)
class Pursuits:
    """Per lead: company (-1 for junk: students, tests), creation and decision times, latent engagement, the planted
    probability, and what came of it. An undecided lead is still open at the end of the history.
    `share` is each company's share of all leads, `intercept` that of the conversion's logit."""

    company: Ints
    created: Ints
    engagement: Floats
    probability: Floats
    decided_at: Ints
    decided: Flags
    converted: Flags
    share: Floats
    intercept: float

    @property
    def count(self) -> int:
        """How many leads there are."""
        return self.company.size


def draw_pursuits(companies: Companies, in_crm: Flags, market: Market, timeline: Timeline, scale: Scale) -> Pursuits:
    """About three leads per account; interested companies ask more often, in the weeks of their interest."""
    rng = stream(scale.seed, "pursuits")
    count = round(scale.accounts * LEADS_PER_ACCOUNT)
    share = _shares(companies, in_crm, market, rng)
    company, week = _who_and_when(share, market, count, rng)
    days = timeline.first_monday + week * 7 * DAY + rng.integers(0, 7, count) * DAY
    created = working_times(days, companies.country[company], rng).clip(timeline.start, timeline.end - 3600)
    engagement = rng.normal(0, 1, count)
    logit = (
        CONVERSION["fit"] * market.fit[company]
        + CONVERSION["interest"] * interest_at(market, timeline, company, created)
        + CONVERSION["engagement"] * engagement
    )
    junk = chance(rng, JUNK_SHARE, count)
    intercept = calibrated(logit, CONVERSION_RATE * count)
    probability = np.where(junk, 0.0, sigmoid(logit + intercept))
    decided_at = created + (rng.lognormal(np.log(DECISION_DAYS), DECISION_SPREAD, count) * DAY).astype(np.int64)
    decided = decided_at < timeline.end - DAY
    return Pursuits(
        company=np.where(junk, -1, company),
        created=created,
        engagement=engagement,
        probability=probability,
        decided_at=decided_at,
        decided=decided,
        converted=decided & (rng.random(count) < probability),
        share=share,
        intercept=intercept,
    )


def _shares(companies: Companies, in_crm: Flags, market: Market, rng: np.random.Generator) -> Floats:
    size = np.log1p(companies.employees)
    presence = np.where(in_crm, 1.0, 0.9) * size * rng.gamma(1.2, 1.0, companies.count)
    weight = presence * (1 + 2 * market.interest.mean(axis=1))
    return np.asarray(weight / weight.sum(), dtype=np.float64)


def week_weights(interest: npt.NDArray[np.float32]) -> Floats:
    """How a company's leads spread over the weeks: five times as many at full interest."""
    return 1.0 + 4.0 * interest.astype(np.float64)


def _who_and_when(share: Floats, market: Market, count: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    company = pick(rng, share, count)
    week = np.empty(count, dtype=np.int64)
    for begin in range(0, count, 50_000):
        part = slice(begin, begin + 50_000)
        weights = np.cumsum(week_weights(market.interest[company[part]]), axis=1)
        draw = rng.random(weights.shape[0]) * weights[:, -1]
        week[part] = (weights < draw[:, None]).sum(axis=1)
    return company, week
