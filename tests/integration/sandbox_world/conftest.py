"""One world of 2,000 accounts for the whole suite, read-only."""

import datetime as dt
from collections.abc import Callable, Iterator

import duckdb
import pytest

from sandbox.world import WorldSummary, generate
from sandbox.world.summary import open_world

AS_OF = dt.date(2026, 11, 20)
Ask = Callable[[str], float]


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> WorldSummary:
    return generate(tmp_path_factory.mktemp("world"), accounts=2_000, seed=7, as_of=AS_OF)


@pytest.fixture(scope="session")
def connection(world: WorldSummary) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_world(world.directory) as opened:
        opened.execute("set search_path = 'world.salesforce,truth.main'")
        yield opened


@pytest.fixture(scope="session")
def ask(connection: duckdb.DuckDBPyConnection) -> Ask:
    """The one number that a query gives."""

    def answer(query: str) -> float:
        row = connection.execute(query).fetchone()
        assert row is not None
        return float(row[0])

    return answer
