"""The model that weighs the evidence on two records: Splink, estimated on the data it judges, kept as JSON."""

import json
import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from ml.identity.levels import Comparison, Level, Task

if TYPE_CHECKING:
    from splink import Linker

FEWEST_PAIRS = 1_000  # candidate pairs from which on weights are estimated; below them the starting weights stand
_FEWEST_AT_A_LEVEL = 20  # pairs; Splink cannot do with a level that never occurs
_LARGEST_RATIO = 1e3  # a level not met among pairs of one kind still happens: 10 bits at most
_PAIR = "l.pair = r.pair"


@dataclass(frozen=True)
class MatchModel:
    """Weights of every level: `parameters` maps comparison to level to (match, other); `pairs` it was estimated on."""

    prior: float
    parameters: dict[str, dict[str, tuple[float, float]]]
    pairs: int

    def as_json(self) -> str:
        """The form in which a run keeps it."""
        return json.dumps({"prior": self.prior, "pairs": self.pairs, "parameters": self.parameters})

    @staticmethod
    def from_json(text: str) -> "MatchModel":
        """The model that `as_json` wrote down."""
        stored = json.loads(text)
        return MatchModel(stored["prior"], stored["parameters"], stored["pairs"])

    def fits(self, task: Task) -> bool:
        """Whether it knows exactly the levels of the task, which may have changed since it was kept."""
        expected = {comparison.name: {level.words for level in comparison.levels} for comparison in task.comparisons}
        return {name: set(levels) for name, levels in self.parameters.items()} == expected


def starting_model(task: Task, pairs: int = 0) -> MatchModel:
    """The weights to start from."""
    parameters = {
        comparison.name: {level.words: (level.match, level.other) for level in comparison.levels}
        for comparison in task.comparisons
    }
    return MatchModel(task.prior, parameters, pairs)


def estimate(connection: duckdb.DuckDBPyConnection, task: Task, facts: str) -> MatchModel:
    """Estimate the weights on the pairs of the table `facts`, without labels (expectation maximisation)."""
    pairs = int(connection.execute(f"select count(*) from {facts}").fetchall()[0][0])
    start = starting_model(task, pairs)
    if pairs < FEWEST_PAIRS:
        return start
    linker = _linker(connection, task, facts, start, _observed(connection, task, facts))
    session = linker.training.estimate_parameters_using_expectation_maximisation(
        _PAIR, estimate_without_term_frequencies=True, fix_u_probabilities=False
    )
    prior = session.core_model_settings.probability_two_random_records_match
    parameters = {name: dict(levels) for name, levels in start.parameters.items()}
    for comparison in linker.misc.save_model_to_json()["comparisons"]:
        for level in comparison["comparison_levels"]:
            if "m_probability" in level:
                weights = (level["m_probability"], level["u_probability"])
                parameters[comparison["output_column_name"]][level["label_for_charts"]] = _bounded(*weights)
    return MatchModel(float(prior), parameters, pairs)


def score(connection: duckdb.DuckDBPyConnection, task: Task, facts: str, model: MatchModel) -> None:
    """Make `<task>_probabilities` (pair, probability, weight in bits) for the pairs of the table `facts`.

    The sum that Splink's predict() makes of the same weights, in one statement: its preparations cost a second or two,
    which is most of what a day's changes cost.
    """
    prior = math.log2(model.prior / (1 - model.prior))
    bits = " + ".join(_bits(comparison, model) for comparison in task.comparisons)
    connection.execute(
        f"""create or replace temp table {task.name}_probabilities as
        select pair, 1 / (1 + power(2, -weight)) as probability, weight
        from (select pair, {prior:.15e} + {bits} as weight from {facts})"""
    )


def _bits(comparison: Comparison, model: MatchModel) -> str:
    """SQL for what a comparison adds to the weight of a pair: the logarithm of how much likelier the level makes it."""
    weights = model.parameters[comparison.name]
    match, other = _totals(weights)
    unknown = [f"when {comparison.unknown} then 0e0"] if comparison.unknown else []
    levels = []
    for level in comparison.levels:
        m, u = weights[level.words]
        condition = "else" if level.condition == "ELSE" else f"when {level.condition} then"
        levels.append(f"{condition} {math.log2(m / match / (u / other)):.15e}")  # without the e DuckDB reads a decimal
    return f"(case {' '.join([*unknown, *levels])} end)"


def _totals(weights: Mapping[str, tuple[float, float]]) -> tuple[float, float]:
    match, other = (sum(figures) for figures in zip(*weights.values(), strict=True))
    return match, other


def level_words(comparison: Comparison) -> str:
    """SQL that names the level a pair of facts is at; null where nothing is known or nothing is worth a word."""
    unknown = [f"when {comparison.unknown} then null"] if comparison.unknown else []
    levels = [
        f"{'else' if level.condition == 'ELSE' else f'when {level.condition} then'} {_quoted(level)}"
        for level in comparison.levels
    ]
    return f"case {' '.join([*unknown, *levels])} end"


def _quoted(level: Level) -> str:
    words = level.words.replace("'", "''")
    return "null" if level.silent else f"'{words}'"


def _bounded(match: float, other: float) -> tuple[float, float]:
    """Neither figure may be so small against the other that one piece of evidence outweighs all the rest."""
    return max(match, other / _LARGEST_RATIO), max(other, match / _LARGEST_RATIO)


def _observed(connection: duckdb.DuckDBPyConnection, task: Task, facts: str) -> frozenset[str]:
    """Levels that occur often enough to be estimated."""
    found: set[str] = set()
    for comparison in task.comparisons:
        counts = connection.execute(f"select {level_words(comparison)} as words, count(*) from {facts} group by all")
        found.update(words for words, count in counts.fetchall() if words and count >= _FEWEST_AT_A_LEVEL)
    return frozenset(found)


def _linker(
    connection: duckdb.DuckDBPyConnection, task: Task, facts: str, model: MatchModel, observed: frozenset[str]
) -> "Linker":
    """Splink over the two sides of the pairs, joined by the pair's number; only `observed` levels are estimated."""
    from splink import DuckDBAPI, Linker, SettingsCreator  # a second to import, and most runs estimate nothing

    for side in "lr":
        columns = [f"{column}_{side} as {column}" for column in task.sides]
        columns += [f"{column}_l as {column}" for column in task.pair]
        connection.execute(
            f"""create or replace temp table {task.name}_side_{side} as
            select pair as unique_id, pair, {", ".join(columns)} from {facts}"""
        )
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[_comparison(comparison, model, observed) for comparison in task.comparisons],
        blocking_rules_to_generate_predictions=[_PAIR],
        probability_two_random_records_match=model.prior,
        retain_matching_columns=False,
        additional_columns_to_retain=["pair"],
        max_iterations=50,
        em_convergence=0.001,
    )
    api = DuckDBAPI(connection=connection)
    sides = [api.register(f"{task.name}_side_{side}") for side in "lr"]
    # Its own validation of the settings costs more than the scoring of a day's changes.
    return Linker(sides, settings, log_level=logging.ERROR, validate_settings=False)


def _comparison(comparison: Comparison, model: MatchModel, observed: frozenset[str]) -> dict[str, Any]:
    weights = model.parameters[comparison.name]
    totals = _totals(weights)
    levels: list[dict[str, Any]] = []
    if comparison.unknown:
        levels.append({"sql_condition": comparison.unknown, "label_for_charts": "unknown", "is_null_level": True})
    levels.extend(_level(level, weights[level.words], totals, observed) for level in comparison.levels)
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def _level(
    level: Level, weights: tuple[float, float], totals: tuple[float, float], observed: frozenset[str]
) -> dict[str, Any]:
    is_fixed = level.fixed or level.words not in observed
    return {
        "sql_condition": level.condition,
        "label_for_charts": level.words,
        "m_probability": weights[0] / totals[0],
        "u_probability": weights[1] / totals[1],
        "fix_m_probability": is_fixed,
        "fix_u_probability": is_fixed,
    }
