"""Training on any table of dated events and outcomes: `train` is the whole of it, in one call.

    from ml.propensity import train
    trained = train(events, outcomes, attributes, horizon_days=30)
    trained.card            # metrics of out-of-time cohorts, with intervals
    trained.score(events, attributes, as_of="2026-11-01")

Three promises: nothing from a cutoff on enters the features of that cutoff; the model is judged on later cohorts and on
families (companies, customers) that it has not seen; with too little history it abstains and says why.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from ml.propensity import backtest, cohorts, gates, leaks, learning
from ml.propensity import features as feature_room
from ml.propensity.additive import AdditiveModel
from ml.propensity.backtest import Backtest
from ml.propensity.errors import PropensityError
from ml.propensity.evaluation import Flags, Metrics, evaluate
from ml.propensity.features import Features, Floats
from ml.propensity.gates import Gates
from ml.propensity.history import Columns, History, demand_shared_entities, history
from ml.propensity.tables import Table
from ml.propensity.version import code_version

_MAP_POINTS = 201
_COHORT_RESAMPLES = 40


@dataclass(frozen=True)
class Card:
    """What a report card tells of one way of fitting: all test cohorts together, and each alone."""

    family: str
    metrics: Metrics
    cohorts: dict[str, Metrics]
    claimed_auc: float


@dataclass(frozen=True)
class Judged:
    """The examples of the test cohorts, so that anything else can be judged by the same."""

    entity: npt.NDArray[Any]
    cutoff: npt.NDArray[Any]
    outcome: Flags


@dataclass(frozen=True)
class Training:
    """The result. `model` is None when it abstains; `reason` then says why. `cards` hold the champion's first."""

    model: AdditiveModel | None
    reason: str | None
    cards: tuple[Card, ...]
    horizon_days: float
    as_of: dt.datetime
    data_hash: str
    code: str
    examples: int
    outcomes: int
    features: tuple[str, ...]
    reference: dict[str, list[float]]
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    columns: Columns = field(default_factory=Columns)
    judged: Judged | None = None

    @property
    def card(self) -> Card | None:
        """The champion's card; None when there was too little history to judge at all."""
        return self.cards[0] if self.cards else None

    def score(
        self,
        events: Table,
        attributes: Table | None = None,
        *,
        as_of: dt.datetime | dt.date | str | None = None,
        outcomes: Table | None = None,
    ) -> dict[str, Any]:
        """{entity_id, probability} arrays for every entity known before `as_of`, from what was known before it.

        `outcomes` so far are features of outcomes that repeat, and end the question for those that do not.
        """
        from ml.propensity.scoring import score

        past = outcomes if outcomes is not None else _nothing(self.columns)
        source = history(events, past, attributes, columns=self.columns, as_of=as_of)
        scored = score(self, source)
        return {"entity_id": scored.entity, "probability": scored.probability}


def train(
    events: Table,
    outcomes: Table,
    attributes: Table | None = None,
    *,
    horizon_days: float = 28.0,
    columns: Columns | None = None,
    as_of: dt.datetime | dt.date | str | None = None,
    is_repeatable: bool | None = None,
    gates: Gates | None = None,
) -> Training:
    """Learn how likely an entity is to have its (next) outcome within `horizon_days`.

    events      one row per event: entity, time, optionally a kind (text) and a value (number)
    outcomes    one row per outcome: entity, time (a conversion, a purchase, a churn)
    attributes  optional, one row per entity (or per entity and time from which it holds); `family_id` keeps related
                entities on one side of every split, `known_at` says from when an entity can be scored
    Tables are data frames, Arrow tables, DuckDB relations, or CSV and Parquet files; `columns` says what their columns
    are called. Raises PropensityError for a table that cannot be read; too little history is an abstention.
    """
    source = history(events, outcomes, attributes, columns=columns, as_of=as_of, is_repeatable=is_repeatable)
    demand_shared_entities(source)
    return train_on(source, horizon_days, gates or Gates(), columns or Columns())


def train_on(
    source: History,
    horizon_days: float,
    gate: Gates,
    columns: Columns | None = None,
    incumbent: AdditiveModel | None = None,
) -> Training:
    """As `train`, on a history that has been read. A model does not follow an `incumbent` that is clearly better."""
    if not horizon_days > 0:
        raise PropensityError(f"horizon_days {horizon_days!r}: give a number of days above 0.")
    horizon = dt.timedelta(days=horizon_days)
    leaks.leave_out(source)
    cutoffs = cohorts.training_cutoffs(source, horizon)
    tests = cohorts.judged_cutoffs(cutoffs, horizon)
    cohorts.place_examples(source, cutoffs, horizon, tests)
    built = feature_room.build(source, horizon)
    seen = _distinct_outcomes(source)
    quiet = int((~built.outcome).sum())
    facts: dict[str, Any] = {
        "horizon_days": horizon_days,
        "as_of": source.as_of,
        "data_hash": data_hash(source),
        "code": code_version(),
        "examples": built.size,
        "outcomes": seen,
        "features": tuple(dict.fromkeys([factor for factor, _ in built.counts] + list(source.attribute_columns))),
        "notes": tuple(source.notes),
        "columns": columns or Columns(),
    }
    if reason := gate.of_history(seen, quiet, len(tests)):
        return Training(model=None, reason=reason, cards=(), reference={}, **facts)
    runs = [backtest.run(family, built, tests, horizon) for family in learning.LEARNERS]
    runs = [one for one in runs if 0 < int(built.outcome[one.rows].sum()) < int(one.rows.sum())]
    if not runs:
        reason = "no test cohort holds outcomes of both kinds; the history is too short or too even"
        return Training(model=None, reason=reason, cards=(), reference={}, **facts)
    champion = runs[0]
    for challenger in runs[1:]:
        champion = challenger if gates.is_better(challenger, champion, built) else champion
    champion, reason, cards = _presented(sorted(runs, key=lambda one: one is not champion), built)
    if incumbent is not None and not reason:
        reason = gates.of_promotion(champion, incumbent.probabilities(built), built)
    with learning.one_thread_each() as fits:
        model = fits.submit(learning.LEARNERS[champion.family], built, np.ones(built.size, dtype=np.bool_)).result()
    model = model.calibrated(champion.slope, champion.offset)
    return Training(
        model=None if reason else model,
        reason=reason,
        cards=cards,
        reference=_reference(model, built),
        warnings=tuple(gates.warnings(cards[0].metrics)),
        judged=Judged(*(column[champion.rows] for column in (built.entity, built.cutoff, built.outcome))),
        **facts,
    )


def _nothing(columns: Columns) -> Table:
    return duckdb.sql(f'select null::varchar as "{columns.entity}", null::timestamp as "{columns.at}" where false')


def _presented(runs: list[Backtest], built: Features) -> tuple[Backtest, str | None, tuple[Card, ...]]:
    """The best run that passes (the best one with its fault if none does), and all cards with its own first."""
    judged = [(run, _card(run, built)) for run in runs]
    faults = [gates.of_quality(card.metrics, card.claimed_auc) for _, card in judged]
    first = faults.index(None) if None in faults else 0
    others = [card for _, card in judged[:first] + judged[first + 1 :]]
    return judged[first][0], faults[first], (judged[first][1], *others)


def _card(run: Backtest, built: Features) -> Card:
    rows = run.rows
    single = {}
    for cutoff in np.unique(built.cutoff[rows]):
        inside = rows & (built.cutoff == cutoff)
        outcome = built.outcome[inside]
        if 0 < int(outcome.sum()) < outcome.size:
            single[str(np.datetime_as_string(cutoff, "D"))] = evaluate(
                run.probability[inside], outcome, _COHORT_RESAMPLES
            )
    return Card(run.family, evaluate(run.probability[rows], built.outcome[rows]), single, run.claimed_auc)


def _distinct_outcomes(source: History) -> int:
    """Outcomes that examples saw; one outcome may make several overlapping cohorts positive."""
    return int(
        source.connection.execute(
            """select count(*) from (select distinct outcomes.entity_id, outcomes.happened_at from outcomes
            join entities on entities.entity_id = outcomes.entity_id and outcomes.happened_at > entities.known_at)"""
        ).fetchall()[0][0]
    )


def data_hash(source: History) -> str:
    """Changes with any row of the history, not with the order of rows."""
    digest = hashlib.sha256()
    for table in ("entities", "events", "outcomes", "attributes"):
        row = source.connection.execute(f"select count(*), bit_xor(hash({table})), sum(hash({table})) from {table}")
        digest.update(json.dumps([table, *map(str, row.fetchall()[0])]).encode())
    return digest.hexdigest()[:16]


def _reference(model: AdditiveModel, built: Features) -> dict[str, list[float]]:
    """Quantiles of the latest cohort's probability and of each factor's contribution: what drift is measured by."""
    latest = built.cutoff == built.cutoff.max()
    _, added = model.contributions(built)
    grid = np.linspace(0, 1, _MAP_POINTS)

    def quantiles(values: Floats) -> list[float]:
        return [float(value) for value in np.quantile(values[latest], grid)]

    return {
        "probability": quantiles(model.probabilities(built)),
        **{factor: quantiles(values) for factor, values in added.items()},
    }
