"""dbt's data tests, compiled by dbt once per version of the project and then run straight on DuckDB.

dbt spends about 50 ms on each test around a query of 2 ms; with 400 tests that is 20 s of every run against one. What a
test says (its SQL, severity, thresholds) stays dbt's: `dbt test` gives the same verdicts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
from pydantic import BaseModel, TypeAdapter

from orchestration.outcomes import NodeOutcome, one_line

_EXAMPLES = 3
_THREADS = 2  # a test is mostly too small for DuckDB's own threads


class DataTest(BaseModel):
    """A compiled test: rows of `sql` are failures, judged by dbt's own expressions.

    `owner` and `remedy` are what its `config: meta:` says: who looks after it, and what to do when it is red.
    """

    unique_id: str
    sql: str
    severity: str
    fail_calc: str
    warn_if: str
    error_if: str
    limit: int | None
    owner: str = ""
    remedy: str = ""


_FILE = TypeAdapter(dict[str, DataTest])


def load(path: Path) -> dict[str, DataTest]:
    """Compiled tests by unique id."""
    return _FILE.validate_json(path.read_bytes())


def save(path: Path, tests: Iterable[DataTest]) -> None:
    """Keep compiled tests for later runs."""
    path.write_bytes(_FILE.dump_json({test.unique_id: test for test in tests}))


def run(warehouse: Path, tests: Iterable[DataTest], finished: Callable[[str], None] | None = None) -> list[NodeOutcome]:
    """Run the tests, two at a time; outcomes come in the order of the tests. A query that fails is an outcome, too."""
    outcomes = []
    with duckdb.connect(str(warehouse)) as connection, ThreadPoolExecutor(_THREADS) as pool:
        for outcome in pool.map(lambda test: _evaluate(connection.cursor(), test), tests):
            outcomes.append(outcome)
            if finished is not None:
                finished(outcome.unique_id.split(".")[2])
    return outcomes


def _evaluate(connection: duckdb.DuckDBPyConnection, test: DataTest) -> NodeOutcome:
    started = time.monotonic()
    rows = f"({test.sql}{f' limit {test.limit}' if test.limit else ''}) as failing"
    failures, status, message = 0, "pass", ""
    try:
        # As dbt's own test materialisation does: get_test_sql in dbt-adapters.
        judged = connection.execute(
            f"select {test.fail_calc}, {test.fail_calc} {test.warn_if}, {test.fail_calc} {test.error_if} from {rows}"
        ).fetchall()
        failures, warns, fails = judged[0]
        if failures is None:
            status, message = "error", f"{test.fail_calc} gives null where nothing fails; use coalesce"
        elif fails and test.severity == "error":
            status = "fail"
        elif warns:
            status = "warn"
        if status in {"fail", "warn"}:
            message = f"{failures:,} failing rows, for example {_examples(connection, rows)}"
    except duckdb.Error as error:
        status, message = "error", one_line(str(error))
    counted = 0 if status == "pass" else int(failures or 0)
    return NodeOutcome(test.unique_id, status, counted, time.monotonic() - started, message, test.owner, test.remedy)


def _examples(connection: duckdb.DuckDBPyConnection, rows: str) -> str:
    result = connection.execute(f"select * from {rows} limit {_EXAMPLES}")
    names = [str(name) for name, *_ in result.description]
    shown = [
        ", ".join(f"{name} {value!r}" for name, value in zip(names[:4], row, strict=False)) for row in result.fetchall()
    ]
    return one_line("; ".join(shown))[:300]
