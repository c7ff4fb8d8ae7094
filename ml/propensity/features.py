"""What was known of an entity before a cutoff: ONE definition for training, evaluation and scoring.

Every query joins on `happened_at < cutoff`: what comes later cannot enter, whatever the tables hold.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.propensity.history import History

Floats = npt.NDArray[np.float64]
DAY = 86_400.0
ANY, RECENCY, TENURE, OUTCOMES = "any event", "time since the last event", "time known", "earlier outcomes"


@dataclass(frozen=True)
class Labels:
    """One attribute in text, several per example possible: row of the example and code of its label in `names`."""

    rows: npt.NDArray[np.int64]
    codes: npt.NDArray[np.int64]
    names: dict[str, int]


@dataclass(frozen=True)
class Features:
    """Examples in order. `counts` come from events and are used as logarithms; `numbers` and `labels` are attributes.

    The keys of `counts` are (factor, detail): reasons are given by factor.
    """

    entity: npt.NDArray[Any]
    family: npt.NDArray[Any]
    cutoff: npt.NDArray[Any]
    outcome: npt.NDArray[np.bool_]
    counts: dict[tuple[str, str], Floats]
    numbers: dict[str, Floats]
    labels: dict[str, Labels]
    kept: dict[Any, Floats] = field(default_factory=dict, repr=False, compare=False)

    @property
    def size(self) -> int:
        """How many examples there are."""
        return self.entity.size


def build(source: History, horizon: dt.timedelta) -> Features:
    """The features of every row of `examples` (see cohorts.place_examples)."""
    examples: dict[str, Any] = source.connection.execute(
        "select entity_id, family_id, cutoff, outcome, known_at from examples order by example"
    ).fetchnumpy()
    size = examples["entity_id"].size
    counts = {
        **_event_counts(source, horizon, size),
        **_earlier_outcomes(source, horizon, size),
    }
    tenure = (examples["cutoff"] - examples["known_at"]).astype("timedelta64[s]").astype(np.float64) / DAY
    counts[(TENURE, "days")] = np.where(examples["known_at"].astype("datetime64[Y]").astype(int) <= 0, 0.0, tenure)
    numbers, labels = _attributes(source, size)
    return Features(
        entity=examples["entity_id"],
        family=examples["family_id"],
        cutoff=examples["cutoff"],
        outcome=np.asarray(examples["outcome"], dtype=np.bool_),
        counts=counts,
        numbers=numbers,
        labels=labels,
    )


def spans(horizon: dt.timedelta) -> tuple[float, float, float]:
    """Days: two half-lives that tell what is new, and how far back events are counted at all."""
    days = horizon.total_seconds() / DAY
    return round(days / 4, 2), round(days, 2), round(days * 12, 2)


def _event_counts(source: History, horizon: dt.timedelta, size: int) -> dict[tuple[str, str], Floats]:
    short, middle, longest = spans(horizon)
    details = {
        "short": (f"lately (half-life {short:g} days)", f"sum(power(0.5, age / {short}))"),
        "middle": (f"half-life {middle:g} days", f"sum(power(0.5, age / {middle}))"),
        "long": (f"in {longest:g} days", "count(*)"),
        "worth": ("value", f"coalesce(sum(value * power(0.5, age / {short})), 0)"),
        "worth_long": (f"value in {longest:g} days", "coalesce(sum(value), 0)"),
    }
    source.connection.execute(
        f"""create or replace temp table event_sums as
        with dated as (
            select examples.example, events.kind, events.value,
                date_diff('second', events.happened_at, examples.cutoff) / {DAY} as age
            from examples join events
                on events.entity_id = examples.entity_id and events.happened_at < examples.cutoff
                and events.happened_at >= examples.cutoff - to_seconds({longest * DAY})
        )
        select example, coalesce(kind, '{ANY}') as kind, min(age) as last_age,
            {", ".join(f"{expression} as {name}" for name, (_, expression) in details.items())}
        from dated group by grouping sets ((example, kind), (example))"""
    )
    known = source.connection.execute(
        "select kind, min(happened_at) as since, count(value) > 0 as valued from events group by kind order by kind"
    ).fetchall()
    cutoffs = source.connection.execute("select cutoff from examples order by example").fetchnumpy()["cutoff"]
    found: dict[tuple[str, str], Floats] = {}
    everything = [(ANY, source.first_at, False), *known]
    for kind, since, is_valued in everything:
        rows = source.connection.execute("select * from event_sums where kind = ?", [kind]).fetchnumpy()
        # A kind that came later than the others was not recorded before: unknown, not zero.
        is_late = since - source.first_at > horizon
        unknown = (cutoffs < np.datetime64(since + horizon)) & is_late
        for name, (detail, _) in details.items():
            if is_valued or not name.startswith("worth"):
                found[(kind, detail)] = np.where(unknown, np.nan, _spread(rows["example"], rows[name], size))
        if kind == ANY:
            found[(RECENCY, "days")] = _spread(rows["example"], rows["last_age"], size, missing=longest * 2)
    return found


def _earlier_outcomes(source: History, horizon: dt.timedelta, size: int) -> dict[tuple[str, str], Floats]:
    if not source.is_repeatable:
        return {}
    rows = source.connection.execute(
        f"""select examples.example, count(*) as n,
            min(date_diff('second', outcomes.happened_at, examples.cutoff)) / {DAY} as age
        from examples join outcomes
            on outcomes.entity_id = examples.entity_id and outcomes.happened_at < examples.cutoff
        group by examples.example"""
    ).fetchnumpy()
    age = _spread(rows["example"], rows["age"], size, missing=np.inf)
    found: dict[tuple[str, str], Floats] = {(OUTCOMES, "count"): _spread(rows["example"], rows["n"], size)}
    previous = 0.0
    _, middle, longest = spans(horizon)
    for span in (middle, 3 * middle, longest):
        found[(OUTCOMES, f"last one {previous:g} to {span:g} days ago")] = ((age > previous) & (age <= span)).astype(
            np.float64
        )
        previous = span
    return found


def _spread(rows: Any, values: Any, size: int, missing: float = 0.0) -> Floats:
    column = np.full(size, missing)
    column[rows] = np.ma.filled(values.astype(np.float64), 0.0)
    return column


def _attributes(source: History, size: int) -> tuple[dict[str, Floats], dict[str, Labels]]:
    """Each attribute's latest row before the cutoff; rows without time hold always."""
    source.connection.execute(
        """create or replace temp table example_attributes as
        select examples.example, attributes.name, attributes.number, attributes.label
        from examples join attributes on attributes.entity_id = examples.entity_id
            and (attributes.happened_at is null or attributes.happened_at < examples.cutoff)
        qualify attributes.happened_at is not distinct from
            max(attributes.happened_at) over (partition by examples.example, attributes.name)"""
    )
    numbers: dict[str, Floats] = {}
    labels: dict[str, Labels] = {}
    for name in source.attribute_columns:
        rows = source.connection.execute(
            "select example, number, label from example_attributes where name = ? order by example, label", [name]
        ).fetchnumpy()
        places: Any = rows["example"]
        is_number = ~np.ma.getmaskarray(np.asanyarray(rows["number"]))
        if is_number.any():
            numbers[name] = _spread(places[is_number], rows["number"][is_number], size, missing=np.nan)
        if not is_number.all():
            texts = np.ma.getdata(rows["label"])[~is_number].astype(str)
            names, codes = np.unique(texts, return_inverse=True)
            numbered = {str(label): code for code, label in enumerate(names)}
            labels[name] = Labels(places[~is_number], codes, numbered)
    return numbers, labels
