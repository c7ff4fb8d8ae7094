"""Who could have been scored when, and what came of it within the horizon.

A cohort is a cutoff: the entities known before it, what was known of them before it, and whether an outcome fell into
[cutoff, cutoff + horizon). A cohort whose horizon has not passed has no outcomes yet: it is scored, never learnt from,
so that a recent entity is not counted as lost.
"""

from __future__ import annotations

import datetime as dt

from ml.propensity.history import History

LARGEST_SAMPLE = 15_000  # examples to learn from; more make no better model, only a slower one
MOST_COHORTS = 24
_ENOUGH_COHORTS = 12
_OVERLAP = 3


def training_cutoffs(source: History, horizon: dt.timedelta) -> list[dt.datetime]:
    """Cutoffs with a known future, latest first, each with some history before it.

    A horizon apart; in a short history a third of it, so that there is enough to learn from.
    """
    if source.first_at is None:
        return []
    earliest = source.first_at + min(horizon, (source.as_of - source.first_at) / 5)
    is_short = (source.as_of - horizon - earliest) / horizon < _ENOUGH_COHORTS
    step = max(horizon / (_OVERLAP if is_short else 1), dt.timedelta(hours=1))
    cutoffs: list[dt.datetime] = []
    cutoff = source.as_of - horizon
    while cutoff >= earliest and len(cutoffs) < MOST_COHORTS:
        cutoffs.append(cutoff)
        cutoff -= step
    return cutoffs


def judged_cutoffs(cutoffs: list[dt.datetime], horizon: dt.timedelta, wanted: int = 4) -> list[dt.datetime]:
    """The latest cohorts whose horizons do not overlap and before which there is a cohort to learn from."""
    chosen: list[dt.datetime] = []
    for cutoff in cutoffs:
        if len(chosen) < wanted and (not chosen or chosen[-1] - cutoff >= horizon - dt.timedelta(hours=1)):
            chosen.append(cutoff)
    while chosen and not any(cutoff + horizon <= chosen[-1] for cutoff in cutoffs):
        chosen.pop()
    return chosen


def place_examples(
    source: History, cutoffs: list[dt.datetime], horizon: dt.timedelta, judged: list[dt.datetime] | None = None
) -> None:
    """Make temporary table `examples` (example, entity_id, family_id, known_at, cutoff, outcome).

    With `judged` cohorts, which stay whole, the others are thinned to about LARGEST_SAMPLE examples: whole families are
    drawn by hash, with all their entities and cohorts or not at all, so that rates stay as they are.
    """
    connection = source.connection
    connection.execute("create or replace temp table cutoffs (cutoff timestamp, is_whole boolean)")
    whole = set(cutoffs if judged is None else judged)
    for cutoff in cutoffs:
        connection.execute("insert into cutoffs values (?, ?)", [cutoff, cutoff in whole])
    first_only = "" if source.is_repeatable else "and (firsts.first_at is null or firsts.first_at >= cutoffs.cutoff)"
    (count,) = connection.execute(
        "select count(*) from entities join cutoffs on entities.known_at < cutoffs.cutoff and not cutoffs.is_whole"
    ).fetchall()[0]
    least = int(min(1.0, LARGEST_SAMPLE / max(count, 1)) * 1_000_000)
    drawn = f"and (cutoffs.is_whole or hash(entities.family_id) % 1000000 < {least})"
    connection.execute(
        f"""create or replace temp table examples as
        with firsts as (select entity_id, min(happened_at) as first_at from outcomes group by entity_id),
        eligible as (
            select entities.entity_id, entities.family_id, entities.known_at, cutoffs.cutoff
            from entities join cutoffs on entities.known_at < cutoffs.cutoff
            left join firsts on entities.entity_id = firsts.entity_id
            where true {first_only} {drawn}
        ),
        happened as (
            select distinct eligible.entity_id, eligible.cutoff
            from eligible join outcomes on eligible.entity_id = outcomes.entity_id
            where outcomes.happened_at >= eligible.cutoff
                and outcomes.happened_at < eligible.cutoff + to_seconds({horizon.total_seconds()})
        )
        select
            row_number() over (order by eligible.cutoff, eligible.entity_id) - 1 as example,
            eligible.entity_id, eligible.family_id, eligible.known_at, eligible.cutoff,
            happened.entity_id is not null as outcome
        from eligible left join happened
            on eligible.entity_id = happened.entity_id and eligible.cutoff = happened.cutoff
        order by example"""
    )
