"""Attributes that were filled in after the outcome: a status, an amount, a date of closing, all of them without a time.

No test out of time can tell of them, as they say the same at every cutoff. What gives them away is that such a column
alone tells who ever had an outcome; nothing that describes an entity does.
"""

from __future__ import annotations

from ml.propensity.history import History

TELLING_AUC = 0.95
_LEAST = 20  # entities with an outcome and without one, before anything is said of a column
_LEAST_LABEL = 15  # rarer labels name their entity rather than describe it
_TELLING = f"""
with
    ended as (
        select entities.entity_id, count(outcomes.entity_id) > 0 as has_outcome
        from entities left join outcomes on entities.entity_id = outcomes.entity_id group by entities.entity_id
    ),
    held as (
        select attributes.name, attributes.entity_id, attributes.number, attributes.label, ended.has_outcome
        from attributes join ended on attributes.entity_id = ended.entity_id where attributes.happened_at is null
    ),
    shares as (
        select name, label, avg(cast(has_outcome as integer)) as share
        from held where label is not null group by name, label having count(*) >= {_LEAST_LABEL}
    ),
    scored as (
        select held.name, held.entity_id, held.has_outcome, avg(coalesce(held.number, shares.share)) as score
        from held left join shares on held.name = shares.name and held.label = shares.label
        where held.number is not null or shares.share is not null
        group by held.name, held.entity_id, held.has_outcome
    ),
    ranked as (
        select name, has_outcome, rank() over (partition by name order by score)
            + (count(*) over (partition by name, score) - 1) / 2.0 as place
        from scored
    ),
    counted as (
        select name, count(*) filter (has_outcome) as positives, count(*) filter (not has_outcome) as others,
            sum(place) filter (has_outcome) as places
        from ranked group by name
    ),
    judged as (
        select name, (places - positives * (positives + 1) / 2.0) / (positives * others) as auc
        from counted where positives >= {_LEAST} and others >= {_LEAST}
    )
select name, greatest(auc, 1 - auc) as auc from judged where greatest(auc, 1 - auc) >= {TELLING_AUC} order by name
"""


def leave_out(source: History) -> None:
    """Take such attributes from the history, each with a note that says why and what to give instead."""
    for name, auc in source.connection.execute(_TELLING).fetchall():
        source.connection.execute("delete from attributes where name = ?", [name])
        source.attribute_columns = tuple(kept for kept in source.attribute_columns if kept != name)
        source.notes.append(
            f"attribute {name!r} is left out: it alone tells who ever had an outcome (AUC {auc:.2f}), so it was filled"
            " in afterwards; give it with the time from which each value holds"
        )
