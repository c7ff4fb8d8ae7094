"""Running a suite: frames are computed in SQL, judged by Great Expectations, and worded for people."""

import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from expectations.checks import Check, Columns, DeclaredCheck, Frame, Query, Suite
from expectations.results import CheckResult, ExpectationsError, SuiteResult
from expectations.suites import SUITES

_EXAMPLES = 5
_Validate = Callable[[pd.DataFrame, Sequence[tuple[str, dict[str, object]]]], list[Any]]


def declared(suite_name: str) -> list[DeclaredCheck]:
    """The checks of a suite, without running them and without importing Great Expectations."""
    return [
        DeclaredCheck(check.name, frame.table, check.severity, check.blocking, check.owner, check.description)
        for frame in _suite(suite_name).frames
        for check in frame.checks
    ]


def run(suite_name: str, warehouse: Path) -> SuiteResult:
    """Run one suite against a warehouse file; one result per declared check.

    Raises ExpectationsError for an unknown suite and for a warehouse that cannot be opened. A table or column that a
    check needs and the warehouse lacks is a failed check, not an error.
    """
    suite = _suite(suite_name)
    if not warehouse.exists():
        raise ExpectationsError(f"{warehouse} does not exist: load the sources first")
    try:
        connection = duckdb.connect(str(warehouse))
    except duckdb.IOException as error:
        raise ExpectationsError(f"{warehouse} cannot be opened ({error}): end the process that holds it") from error
    with connection:
        columns = _columns(connection)
        results = [result for frame in suite.frames for result in _frame_results(connection, frame, columns)]
    success = all(result.success for result in results if result.severity == "error")
    return SuiteResult(suite.name, success, results)


def _suite(name: str) -> Suite:
    if name not in SUITES:
        raise ExpectationsError(f"there is no suite {name!r}: use one of {', '.join(SUITES)}")
    return SUITES[name](datetime.now(UTC).replace(tzinfo=None))


def _columns(connection: duckdb.DuckDBPyConnection) -> Columns:
    rows = connection.execute(
        "select table_schema || '.' || table_name, list(column_name) from information_schema.columns group by all"
    ).fetchall()
    return {table: frozenset(names) for table, names in rows}


def _frame_results(connection: duckdb.DuckDBPyConnection, frame: Frame, columns: Columns) -> list[CheckResult]:
    if missing := frame.missing(columns):
        observed = f"{', '.join(missing)} missing"
        # A table that need not exist yet is no fault; one that exists and lacks a column is.
        passes = frame.absent_passes and all(name.count(".") == 1 for name in missing)
        return [_result(frame, check, passes, observed, 0, ()) for check in frame.checks]
    rows = connection.execute(frame.sql).df()
    validate = _great_expectations()
    outcomes = validate(rows, [(check.expectation, _arguments(connection, check)) for check in frame.checks])
    return [
        _judged(connection, frame, check, rows, outcome) for check, outcome in zip(frame.checks, outcomes, strict=True)
    ]


def _arguments(connection: duckdb.DuckDBPyConnection, check: Check) -> dict[str, object]:
    return {
        name: [value for value, *_ in connection.execute(argument.sql).fetchall()]
        if isinstance(argument, Query)
        else argument
        for name, argument in check.arguments.items()
    }


def _judged(
    connection: duckdb.DuckDBPyConnection, frame: Frame, check: Check, rows: pd.DataFrame, outcome: Any
) -> CheckResult:
    column = str(check.arguments["column"])
    success = bool(outcome.success)
    if frame.is_profile:
        value = rows[column].iloc[0]
        observed = "nothing to measure" if pd.isna(value) else f"{round(float(value), 2):g}"
        count = 0 if success else max(1, int(value) if check.arguments.get("max_value") == 0 else 1)
        examples: Sequence[object] = ()
    else:
        count = int(outcome.result.get("unexpected_count", 0))
        observed = f"{count} of {len(rows)} rows differ" if count else f"all {len(rows)} rows as expected"
        examples = outcome.result.get("partial_unexpected_list", [])
    if not success and check.examples:
        examples = [value for value, *_ in connection.execute(check.examples).fetchall()]
    named = tuple(dict.fromkeys(str(example) for example in examples))[:_EXAMPLES]
    return _result(frame, check, success, observed, count, named)


def _result(
    frame: Frame, check: Check, success: bool, observed: str, count: int, examples: tuple[str, ...]
) -> CheckResult:
    return CheckResult(
        name=check.name,
        table=frame.table,
        severity=check.severity,
        blocking=check.blocking,
        success=success,
        observed=observed,
        expected=check.expected,
        unexpected_count=count,
        examples=examples,
        owner=check.owner,
        remedy=check.remedy,
    )


@cache
def _great_expectations() -> _Validate:
    """Import Great Expectations (5 s) once: no telemetry, no files, no progress bars."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its imports use modules that Python has deprecated
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig
        from great_expectations.expectations.registry import get_expectation_impl
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    source = context.data_sources.add_pandas("frames")
    batch = source.add_dataframe_asset("frame").add_batch_definition_whole_dataframe("whole")

    def validate(rows: pd.DataFrame, expectations: Sequence[tuple[str, Mapping[str, object]]]) -> list[Any]:
        """Results in the order of the expectations."""
        suite = gx.ExpectationSuite(name="frame")
        for place, (name, arguments) in enumerate(expectations):
            suite.add_expectation(get_expectation_impl(name)(**arguments, meta={"place": place}))
        outcomes = batch.get_batch({"dataframe": rows}).validate(suite).results
        for outcome in outcomes:
            if outcome.exception_info and outcome.exception_info.get("raised_exception") is not False:
                name = outcome.expectation_config.type
                raise ExpectationsError(f"{name} could not be evaluated: {outcome.exception_info}")
        return sorted(outcomes, key=lambda outcome: outcome.expectation_config.meta["place"])

    return validate
