"""The rules' score of past days, which the report card holds against the propensity model."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import pytest

from ml.propensity.baseline import rules_metrics
from ml.propensity.training import Judged

CUTOFF = np.datetime64("2026-06-30", "us")


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        opened.execute(
            """create schema intermediate;
            create table intermediate.int_propensity_rule_points (
                account_id varchar, rule_id varchar, points double, window_days integer, half_life_days double,
                cap_points double, happened_at timestamp
            )"""
        )
        yield opened


def auc(connection: duckdb.DuckDBPyConnection, events: str, buyers: int) -> float:
    """AUC of the rules over twenty accounts of which the first ones convert; events as SQL over `number`."""
    connection.execute(
        f"""insert into intermediate.int_propensity_rule_points
        select 'acc_' || number, rule_id, points, window_days, half_life_days, cap_points, happened_at
        from range(20) as numbers(number), ({events}) where number < {buyers}"""
    )
    entity = np.array([f"acc_{number}" for number in range(20)])
    judged = Judged(entity, np.full(20, CUTOFF), np.arange(20) < 5)
    return rules_metrics(connection, judged).auc.value


EVENT = """
select 'visit' as rule_id, 5.0 as points, {window} as window_days, 14.0 as half_life_days, 10.0 as cap_points,
    timestamp '{at}' as happened_at
"""


def test_points_before_the_cutoff_put_accounts_in_order(connection: duckdb.DuckDBPyConnection) -> None:
    assert auc(connection, EVENT.format(window=30, at="2026-06-29 23:59:59"), buyers=5) == 1.0


@pytest.mark.parametrize("at", ["2026-06-30 00:00:00", "2026-07-01 00:00:00", "2026-05-30 00:00:00"])
def test_what_came_later_or_fell_out_of_the_window_counts_nothing(
    connection: duckdb.DuckDBPyConnection, at: str
) -> None:
    assert auc(connection, EVENT.format(window=30, at=at), buyers=5) == 0.5


def test_a_rule_gives_no_more_than_its_cap(connection: duckdb.DuckDBPyConnection) -> None:
    often = " union all ".join([EVENT.format(window=30, at="2026-06-29 00:00:00")] * 3)
    more_often = " union all ".join([EVENT.format(window=30, at="2026-06-29 00:00:00")] * 6)
    auc(connection, often, buyers=20)
    assert auc(connection, more_often, buyers=5) == 0.5
