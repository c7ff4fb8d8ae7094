"""From which score on two records are joined, and from which on a person should look: per kind, from the seed."""

from dataclasses import dataclass

import duckdb

from ml.identity.tables import seed_rows


@dataclass(frozen=True)
class Thresholds:
    """Scores from 0 to 1; `link` joins, from `review` to `link` the pair waits for a person."""

    link: float
    review: float


# What holds where the seed has no row (a warehouse without seeds).
DEFAULTS = {"account": Thresholds(0.8, 0.2), "lead": Thresholds(0.8, 0.3), "person": Thresholds(0.8, 0.5)}


def read_thresholds(connection: duckdb.DuckDBPyConnection) -> dict[str, Thresholds]:
    """The thresholds of accounts, leads and people."""
    rows = seed_rows(connection, "match_thresholds", "entity, link_score, review_score")
    return DEFAULTS | {entity: Thresholds(link, review) for entity, link, review in rows}
