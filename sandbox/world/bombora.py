"""Weekly company surges for a year: topics rise with a company's interest, amid a lot of noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sandbox.world.columns import Floats, Ints, chosen, dates
from sandbox.world.companies import Companies
from sandbox.world.geography import country_column, places
from sandbox.world.plan import Plan
from sandbox.world.randomness import chance, stream
from sandbox.world.reference import read_rows
from sandbox.world.store import Store
from sandbox.world.timeline import WEEK

WEEKS = 52
COVERAGE = 0.75
REPORTED_FROM = 60
WEEKS_AT_ONCE = 13
SIZE_BANDS = (
    "Micro (1 - 9 Employees)", "Small (10 - 49 Employees)", "Medium-Small (50 - 199 Employees)",
    "Medium (200 - 499 Employees)", "Medium-Large (500 - 999 Employees)", "Large (1,000 - 4,999 Employees)",
    "XLarge (5,000 - 10,000 Employees)", "XXLarge (10,000+ Employees)",
)  # fmt: skip
_BAND_EDGES = [10, 50, 200, 500, 1_000, 5_000, 10_000]


@dataclass(frozen=True)
class _Surges:
    monday: Ints
    row: Ints
    topic: Ints
    score: Floats
    before: Floats


def write_bombora(plan: Plan, store: Store) -> None:
    """One row per week, domain and topic with a composite score of 60 or more, the last 52 full weeks."""
    companies, timeline = plan.companies, plan.timeline
    rng = stream(plan.scale.seed, "bombora")
    _, carriers = bombora_domains(plan)
    watched = np.array([bool(row["watched"]) for row in read_rows("intent_topics.csv")])
    taste = rng.random((carriers.size, watched.size))
    previous = np.zeros(taste.shape)
    last = timeline.weeks - 1 - int(timeline.first_monday + timeline.weeks * WEEK > timeline.end)
    surges: list[_Surges] = []
    for week in range(last - WEEKS, last + 1):
        interest = plan.market.interest[carriers, week].astype(np.float64)[:, None]
        pull = np.where(watched[None, :], 55.0 * interest * (taste > 0.35), 0.0)
        noise = np.where(rng.random(taste.shape) < 0.03, rng.uniform(20, 55, taste.shape), 0.0)
        score = (22 + 12 * rng.standard_normal(taste.shape) + 10 * taste + pull + noise).clip(0, 100).round()
        if week > last - WEEKS:
            carrier, topic = np.nonzero(score >= REPORTED_FROM)
            row = rng.permutation(carrier.size)
            carrier, topic = carrier[row], topic[row]
            value, before = score[carrier, topic], previous[carrier, topic]
            monday = np.full(row.size, timeline.first_monday + week * WEEK, dtype=np.int64)
            surges.append(_Surges(monday, carriers[carrier], topic, value, before))
        previous = score
    for begin in range(0, len(surges), WEEKS_AT_ONCE):
        _write_surges(companies, surges[begin : begin + WEEKS_AT_ONCE], rng, store)


def bombora_domains(plan: Plan) -> tuple[list[str], Ints]:
    """The domains the provider covers, and the company that stands for each: the largest that uses it."""
    companies = plan.companies
    rng = stream(plan.scale.seed, "bombora coverage")
    owners: dict[str, int] = {}
    for row in np.argsort(-companies.employees, kind="stable").tolist():
        domain = companies.domain[row]
        if domain is not None:
            owners.setdefault(domain, row)
    covered = np.flatnonzero(chance(rng, COVERAGE, len(owners))).tolist()
    pairs = sorted((row, domain) for domain, row in owners.items())
    kept = [pairs[number] for number in covered]
    return [domain for _, domain in kept], np.array([row for row, _ in kept], dtype=np.int64)


def _write_surges(companies: Companies, surges: list[_Surges], rng: np.random.Generator, store: Store) -> None:
    topics = read_rows("intent_topics.csv")
    row, topic = np.concatenate([part.row for part in surges]), np.concatenate([part.topic for part in surges])
    score = np.concatenate([part.score for part in surges]).astype(np.int32)
    before = np.concatenate([part.before for part in surges]).astype(np.int32)
    store.insert(
        "bombora.company_surges",
        {
            "week": dates(np.concatenate([part.monday for part in surges])),
            "Company Name": chosen([name.brand or name.short for name in companies.names], row),
            "Domain": chosen(companies.domain, row),
            "Industry": chosen([entry["bombora"] for entry in read_rows("industries.csv")], companies.industry[row]),
            "Size": chosen(SIZE_BANDS, np.digitize(companies.employees[row], _BAND_EDGES)),
            "Country": chosen(country_column("name"), companies.country[row]),
            "Metro Area": chosen(places()[0], companies.place[row], ~chance(rng, 0.2, row.size)),
            "Topic ID": pa.array([int(entry["topic_id"]) for entry in topics]).take(pa.array(topic)),
            "Topic Name": chosen([entry["topic"] for entry in topics], topic),
            "Composite Score": pa.array(score),
            "Composite Score Delta": pa.array(score - before),
        },
    )
