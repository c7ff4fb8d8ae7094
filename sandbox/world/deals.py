"""Opportunities as events: when they open, what they are worth, whether and when they are won. No text yet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sandbox.world.accounts import Accounts
from sandbox.world.columns import DAY, Flags, Floats, Ints
from sandbox.world.companies import Companies
from sandbox.world.market import OPPORTUNITY, WIN, Market, interest_at
from sandbox.world.pursuits import Pursuits
from sandbox.world.randomness import calibrated, chance, sigmoid, stream
from sandbox.world.scale import Scale
from sandbox.world.timeline import WEEK, Timeline, working_times

STAGES = (
    "Prospecting",
    "Qualification",
    "Needs Analysis",
    "Value Proposition",
    "Proposal/Price Quote",
    "Negotiation/Review",
)
WON, LOST = 6, 7
OPEN_RATE = 0.50
WIN_RATE = 0.30
CONVERSION_SHARE = 0.55
LEGACY_CUSTOMERS = 0.05
QUIET_WEEKS = 14


@dataclass(frozen=True)
class Deals:
    """Per opportunity: company, the lead it came from (-1: none), creation and decision times, planted win
    probability and what it was made of, outcome, the stage reached (0-5; WON, LOST) and USD amount.
    `customer_since` is per company (timeline end: never); `contract` its current yearly value."""

    company: Ints
    pursuit: Ints
    created: Ints
    decided_at: Ints
    enthusiasm: Floats
    interest: Floats
    probability: Floats
    closed: Flags
    won: Flags
    stage: Ints
    amount: Floats
    existing: Flags
    customer_since: Ints
    contract: Floats

    @property
    def count(self) -> int:
        """How many opportunities there are."""
        return self.company.size


def opening_hazard(
    companies: Companies, market: Market, accounts: Accounts, timeline: Timeline, scale: Scale
) -> Floats:
    """The planted probability that a company's next opportunity opens in each week (0 before its account exists)."""
    known = accounts.primary >= 0
    born = np.where(known, timeline.week_of(accounts.created[accounts.primary]) + 1, timeline.weeks)
    exists = np.arange(timeline.weeks)[None, :] >= born[:, None]
    logit = OPPORTUNITY["fit"] * market.fit[:, None] + OPPORTUNITY["interest"] * market.interest.astype(np.float64)
    intercept = calibrated(logit[exists], OPEN_RATE * scale.accounts)
    return np.where(exists, sigmoid(logit + intercept), 0.0)


def draw_deals(
    companies: Companies,
    market: Market,
    accounts: Accounts,
    pursuits: Pursuits,
    hazard: Floats,
    timeline: Timeline,
    scale: Scale,
) -> Deals:
    """Opportunities from sales' own work and from converted leads, each decided by its planted probability."""
    rng = stream(scale.seed, "deals")
    company, pursuit, created = _openings(companies, pursuits, hazard, timeline, rng)
    count = company.size
    enthusiasm = rng.normal(0, 1, count)
    interest = interest_at(market, timeline, company, created)
    logit = WIN["fit"] * market.fit[company] + WIN["interest"] * interest + WIN["enthusiasm"] * enthusiasm
    probability = sigmoid(logit + calibrated(logit, WIN_RATE * count))
    amount = market.potential[company] * rng.lognormal(-0.25, 0.4, count)
    cycle_days = 22 + rng.lognormal(np.log(55), 0.55, count) * (np.maximum(amount, 1_000) / 30_000) ** 0.12
    decided_at = created + (cycle_days * DAY).astype(np.int64)
    closed = decided_at < timeline.end - DAY
    won = closed & (rng.random(count) < probability)
    since, contract, existing = _customers(market, _Outcome(company, created, decided_at, won, amount), timeline, rng)
    return Deals(
        company=company,
        pursuit=pursuit,
        created=created,
        decided_at=decided_at,
        enthusiasm=enthusiasm,
        interest=interest,
        probability=probability,
        closed=closed,
        won=won,
        stage=np.where(won, WON, np.where(closed, LOST, _stage_reached(created, decided_at, timeline))),
        amount=np.where(amount > 10_000, np.round(amount, -2), np.round(amount / 50) * 50),
        existing=existing,
        customer_since=np.where((accounts.primary >= 0), since, timeline.end),
        contract=np.where(accounts.primary >= 0, contract, 0.0),
    )


def _stage_reached(created: Ints, decided_at: Ints, timeline: Timeline) -> Ints:
    """How far an open opportunity has come, by the share of its cycle that has passed."""
    progress = ((timeline.end - created) / (decided_at - created)).clip(0, 1)
    reached: Ints = np.floor(progress * len(STAGES)).clip(0, len(STAGES) - 1).astype(np.int64)
    return reached


def _openings(
    companies: Companies, pursuits: Pursuits, hazard: Floats, timeline: Timeline, rng: np.random.Generator
) -> tuple[Ints, Ints, Ints]:
    company, week = np.nonzero(rng.random(hazard.shape, dtype=np.float32) < hazard)
    same = np.diff(company, prepend=-1) == 0
    soon = same & (np.diff(week, prepend=-QUIET_WEEKS) < QUIET_WEEKS)
    company, week = company[~soon], week[~soon]
    days = timeline.first_monday + week * WEEK + rng.integers(0, 5, week.size) * DAY
    created = working_times(days, companies.country[company], rng, shift_weekends=False)
    from_lead = np.flatnonzero(
        pursuits.converted & (pursuits.company >= 0) & chance(rng, CONVERSION_SHARE, pursuits.count)
    )
    company = np.concatenate([company, pursuits.company[from_lead]])
    created = np.concatenate([created, pursuits.decided_at[from_lead]])
    pursuit = np.concatenate([np.full(week.size, -1), from_lead])
    inside = (created >= timeline.start) & (created < timeline.end - DAY)
    return company[inside], pursuit[inside], created[inside]


@dataclass(frozen=True)
class _Outcome:
    company: Ints
    created: Ints
    decided_at: Ints
    won: Flags
    amount: Floats


def _customers(
    market: Market, deals: _Outcome, timeline: Timeline, rng: np.random.Generator
) -> tuple[Ints, Floats, Flags]:
    """When each company became a customer (some long ago), its contract, and which deals are follow-ups."""
    count, won = market.fit.size, deals.won
    since = np.full(count, timeline.end, dtype=np.int64)
    legacy = chance(rng, LEGACY_CUSTOMERS * sigmoid(market.fit) * 2, count)
    since[legacy] = timeline.start - rng.integers(30, 1_200, int(legacy.sum())) * DAY
    contract = np.where(legacy, np.round(market.potential * rng.uniform(0.3, 1.1, count), -2), 0.0)
    np.minimum.at(since, deals.company[won], deals.decided_at[won])
    existing = since[deals.company] < deals.created
    np.add.at(contract, deals.company[won], np.round(deals.amount[won] * np.where(existing[won], 0.4, 1.0), -2))
    return since, contract, existing
