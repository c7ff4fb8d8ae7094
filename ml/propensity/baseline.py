"""What the rules' score would have foretold: the baseline on the report card, as of the same days as the model."""

from __future__ import annotations

import duckdb
import numpy as np
import pyarrow as pa

from ml.propensity.additive import calibration, sigmoid
from ml.propensity.evaluation import Metrics, evaluate
from ml.propensity.features import Floats
from ml.propensity.training import Judged

# Points are not held to 100: they only have to put accounts in order.
_SCORES = """
with earned as (
    select
        judged.example,
        events.rule_id,
        greatest(least(
            sum(events.points * case
                when events.half_life_days is null then 1
                else power(0.5, date_diff('day', events.happened_at, judged.cutoff) / events.half_life_days)
            end),
            any_value(events.cap_points)
        ), -any_value(events.cap_points)) as points
    from judged
    join intermediate.int_propensity_rule_points as events
        on judged.entity_id = events.account_id
        and events.happened_at < judged.cutoff
        and (
            events.window_days is null
            or date_diff('day', events.happened_at, judged.cutoff) <= events.window_days
        )
    group by judged.example, events.rule_id
)
select coalesce(sum(earned.points), 0)::double as score
from judged left join earned on judged.example = earned.example
group by judged.example order by judged.example
"""


def rules_metrics(connection: duckdb.DuckDBPyConnection, judged: Judged) -> Metrics:
    """The metrics of the rules' score on the examples that the model was judged by.

    A score is no probability: it is calibrated on the very outcomes that judge it, which flatters the rules.
    """
    table = pa.table(
        {
            "example": np.arange(judged.outcome.size),
            "entity_id": pa.array(judged.entity.tolist(), pa.string()),
            "cutoff": pa.array(judged.cutoff.astype("datetime64[us]")),
        }
    )
    connection.register("judged", table)
    try:
        score = np.asarray(connection.execute(_SCORES).fetchnumpy()["score"], dtype=np.float64)
    finally:
        connection.unregister("judged")
    return evaluate(_calibrated(score, judged), judged.outcome)


def _calibrated(score: Floats, judged: Judged) -> Floats:
    rate = float(judged.outcome.mean())
    spread = float(score.std()) or 1.0
    logits = (score - score.mean()) / spread + np.log(rate / (1 - rate))
    slope, offset = calibration(logits, judged.outcome.astype(float))
    return sigmoid(slope * logits + offset)
