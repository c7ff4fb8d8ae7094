"""Weekly company surges for a year: topics rise with a company's interest, amid a lot of noise."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from sandbox.world.columns import Ints, chosen, dates
from sandbox.world.companies import Companies
from sandbox.world.dirt import title_case
from sandbox.world.geography import country_column, places
from sandbox.world.market import Market
from sandbox.world.randomness import chance, stream
from sandbox.world.reference import read_rows
from sandbox.world.scale import Scale
from sandbox.world.store import Store
from sandbox.world.timeline import WEEK, Timeline

WEEKS = 52
COVERAGE = 0.75
REPORTED_FROM = 60
SIZE_BANDS = (
    "Micro (1 - 9 Employees)", "Small (10 - 49 Employees)", "Medium-Small (50 - 199 Employees)",
    "Medium (200 - 499 Employees)", "Medium-Large (500 - 999 Employees)", "Large (1,000 - 4,999 Employees)",
    "XLarge (5,000 - 10,000 Employees)", "XXLarge (10,000+ Employees)",
)  # fmt: skip
_BAND_EDGES = [10, 50, 200, 500, 1_000, 5_000, 10_000]


def write_bombora(companies: Companies, market: Market, timeline: Timeline, scale: Scale, store: Store) -> None:
    """One row per week, domain and topic with a composite score of 60 or more, the last 52 full weeks."""
    rng = stream(scale.seed, "bombora")
    _, carriers = bombora_domains(companies, scale)
    watched = np.array([bool(row["watched"]) for row in read_rows("intent_topics.csv")])
    taste = rng.random((carriers.size, watched.size))
    previous = np.zeros(taste.shape)
    last = timeline.weeks - 1 - int(timeline.first_monday + timeline.weeks * WEEK > timeline.end)
    for week in range(last - WEEKS, last + 1):
        interest = market.interest[carriers, week].astype(np.float64)[:, None]
        pull = np.where(watched[None, :], 55.0 * interest * (taste > 0.35), 0.0)
        noise = np.where(rng.random(taste.shape) < 0.03, rng.uniform(20, 55, taste.shape), 0.0)
        score = (22 + 12 * rng.standard_normal(taste.shape) + 10 * taste + pull + noise).clip(0, 100).round()
        if week > last - WEEKS:
            _write_week(companies, carriers, score, previous, timeline.first_monday + week * WEEK, rng, store)
        previous = score


def bombora_domains(companies: Companies, scale: Scale) -> tuple[list[str], Ints]:
    """The domains the provider covers, and the company that stands for each: the largest that uses it."""
    rng = stream(scale.seed, "bombora coverage")
    owners: dict[str, int] = {}
    for row in np.argsort(-companies.employees, kind="stable").tolist():
        domain = companies.domain[row]
        if domain is not None:
            owners.setdefault(domain, row)
    covered = np.flatnonzero(chance(rng, COVERAGE, len(owners))).tolist()
    pairs = sorted((row, domain) for domain, row in owners.items())
    kept = [pairs[number] for number in covered]
    return [domain for _, domain in kept], np.array([row for row, _ in kept], dtype=np.int64)


def _write_week(
    companies: Companies,
    carriers: Ints,
    score: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    previous: np.ndarray[tuple[int, int], np.dtype[np.float64]],
    monday: int,
    rng: np.random.Generator,
    store: Store,
) -> None:
    topics = read_rows("intent_topics.csv")
    carrier, topic = np.nonzero(score >= REPORTED_FROM)
    shuffled = rng.permutation(carrier.size)
    carrier, topic = carrier[shuffled], topic[shuffled]
    row = carriers[carrier]
    bombora_industries = [industry["bombora"] for industry in read_rows("industries.csv")]
    names = [title_case(companies.names.brand[at] or companies.names.base[at]) for at in carriers.tolist()]
    value = score[carrier, topic].astype(np.int32)
    store.insert(
        "bombora.company_surges",
        {
            "week": dates(np.full(row.size, monday, dtype=np.int64)),
            "Company Name": chosen(names, carrier),
            "Domain": chosen(companies.domain, row),
            "Industry": chosen(bombora_industries, companies.industry[row]),
            "Size": chosen(SIZE_BANDS, np.digitize(companies.employees[row], _BAND_EDGES)),
            "Country": chosen(country_column("name"), companies.country[row]),
            "Metro Area": chosen(places()[0], companies.place[row], ~chance(rng, 0.2, row.size)),
            "Topic ID": pa.array([int(entry["topic_id"]) for entry in topics]).take(pa.array(topic)),
            "Topic Name": chosen([entry["topic"] for entry in topics], topic),
            "Composite Score": pa.array(value),
            "Composite Score Delta": pa.array(value - previous[carrier, topic].astype(np.int32)),
        },
    )
