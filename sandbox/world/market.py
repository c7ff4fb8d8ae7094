"""The planted market: which companies fit, when they are interested, how likely they are to buy.

Everything observable (activities, intent, deals, conversions) follows from these arrays; `truth.py` writes them down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sandbox.world.columns import Flags, Floats, Ints
from sandbox.world.companies import Companies, industries, technologies
from sandbox.world.geography import country_codes
from sandbox.world.randomness import stream
from sandbox.world.timeline import Timeline

GOOD_INDUSTRIES = ("Technology", "Finance", "Healthcare", "Telecommunications")
BAD_INDUSTRIES = ("Government", "Education", "Not For Profit")
GOOD_COUNTRIES = ("US", "GB", "DE", "NL", "CA")
GOOD_TECHNOLOGY = "Snowflake"
EMPLOYEE_BAND = (200, 5_000)


@dataclass(frozen=True)
class Driver:
    """One planted rule: companies it holds for gain `weight` in the logit."""

    name: str
    attribute: str
    operator: str
    value: str
    weight: float


DRIVERS = (
    Driver("industry in focus", "industry", "in", "|".join(GOOD_INDUSTRIES), 1.3),
    Driver("industry out of focus", "industry", "in", "|".join(BAD_INDUSTRIES), -1.2),
    Driver("200 to 5,000 employees", "employee_count", "between", "200|5000", 1.4),
    Driver("country in focus", "country_code", "in", "|".join(GOOD_COUNTRIES), 0.8),
    Driver("runs Snowflake", "technology", "contains", GOOD_TECHNOLOGY, 1.0),
)
NOISE_ATTRIBUTES = (
    "founded_year",
    "state",
    "account_source",
    "phone",
    "technology WordPress",
    "technology jQuery",
    "legal_form",
)
# Weights in the logits of the three outcomes (fit is the sum of the drivers, in its own units).
WIN = {"fit": 0.9, "interest": 1.2, "enthusiasm": 0.9}
OPPORTUNITY = {"fit": 0.5, "interest": 3.4}
CONVERSION = {"fit": 0.8, "interest": 1.2, "engagement": 1.2}


@dataclass(frozen=True)
class Market:
    """Per company: which drivers hold (columns as DRIVERS), fit in logit units, contract potential in USD a year,
    and interest (0 to 1) for each week of the timeline."""

    drivers: npt.NDArray[np.bool_]
    fit: Floats
    potential: Floats
    interest: npt.NDArray[np.float32]


def plan_market(companies: Companies, timeline: Timeline, seed: int) -> Market:
    """Fit from the drivers, interest from random buying episodes that have nothing to do with fit."""
    rng = stream(seed, "market")
    holds = _drivers_hold(companies)
    fit = holds @ np.array([driver.weight for driver in DRIVERS])
    return Market(holds, fit, _potential(companies, rng), _interest(companies.count, timeline.weeks, rng))


def interest_at(market: Market, timeline: Timeline, company: Ints, seconds: Ints) -> Floats:
    """Interest of each company in the week of each time."""
    return market.interest[company, timeline.week_of(seconds)].astype(np.float64)


def _drivers_hold(companies: Companies) -> npt.NDArray[np.bool_]:
    industry_names, codes = np.array(industries()), np.array(country_codes())
    industry = industry_names[companies.industry]
    rules: list[Flags] = [
        np.isin(industry, GOOD_INDUSTRIES),
        np.isin(industry, BAD_INDUSTRIES),
        (companies.employees >= EMPLOYEE_BAND[0]) & (companies.employees <= EMPLOYEE_BAND[1]),
        np.isin(codes[companies.country], GOOD_COUNTRIES),
        companies.technologies[:, technologies().index(GOOD_TECHNOLOGY)],
    ]
    return np.stack(rules, axis=1)


def _potential(companies: Companies, rng: np.random.Generator) -> Floats:
    """A year's contract in USD: half by seats (40% of staff at 120, flattening with size), half 0.02% of revenue."""
    seats = 0.4 * 120.0 * np.minimum(companies.employees, 3_000) + 6.0 * np.maximum(companies.employees - 3_000, 0)
    usage = 0.0002 * np.minimum(companies.revenue, 5e9)
    potential: Floats = 0.5 * (seats + usage) * rng.lognormal(0, 0.25, companies.count)
    return potential.clip(3_000.0).round(-2)


def _interest(count: int, weeks: int, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """About one and a half episodes per company: a rise and fall over 8 to 20 weeks, of random strength."""
    interest = np.zeros((count, weeks), dtype=np.float32)
    company = np.repeat(np.arange(count), rng.poisson(1.5, count))
    length = rng.integers(8, 21, company.size)
    begin = rng.integers(-10, weeks, company.size)
    strength = rng.uniform(0.4, 1.0, company.size)
    for step in range(20):
        week = begin + step
        live = (step < length) & (week >= 0) & (week < weeks)
        shape = strength * np.sin(np.pi * (step + 1) / (length + 1))
        np.maximum.at(interest, (company[live], week[live]), shape[live].astype(np.float32))
    return interest
