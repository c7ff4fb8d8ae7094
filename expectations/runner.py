"""Running a suite: frames are computed in SQL, judged by Great Expectations, and worded for people."""

import math
import os
import warnings
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
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
        DeclaredCheck(
            check.name, frame.table, check.severity, check.blocking, check.owner, check.description, check.requirements
        )
        for frame in _suite(suite_name).frames
        for check in frame.checks
    ]


def run(suite_name: str, warehouse: Path, tables: Collection[str] | None = None) -> SuiteResult:
    """Run one suite against a warehouse file; one result per declared check, or per check of these `tables` alone.

    Raises ExpectationsError for an unknown suite and for a warehouse that cannot be opened. A table or column that a
    check needs and the warehouse lacks is a failed check, not an error.
    """
    suite = _suite(suite_name)
    if tables is not None:
        suite = replace(suite, frames=tuple(frame for frame in suite.frames if frame.table in tables))
    if not warehouse.exists():
        raise ExpectationsError(f"{warehouse} does not exist: load the sources first")
    try:
        connection = duckdb.connect(str(warehouse))
    except duckdb.IOException as error:
        raise ExpectationsError(f"{warehouse} cannot be opened ({error}): end the process that holds it") from error
    with connection:
        columns = _columns(connection)
        results = _suite_results(connection, suite, columns)
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


def _suite_results(connection: duckdb.DuckDBPyConnection, suite: Suite, columns: Columns) -> list[CheckResult]:
    """One result per check, in the order of the declaration.

    The figures of all profiles are judged in one validation: what Great Expectations takes is 25 ms per expectation,
    whatever the number of rows.
    """
    profiles = [frame for frame in suite.frames if frame.is_profile and not frame.missing(columns)]
    measured = [_Figure(frame, check, value) for frame in profiles for check, value in _measured(connection, frame)]
    found = {(id(figure.frame), figure.check.name): figure for figure in _judged(measured)}
    results: list[CheckResult] = []
    for frame in suite.frames:
        if missing := frame.missing(columns):
            # A table that need not exist yet is no fault; one that exists and lacks a column is.
            passes = frame.absent_passes and all(name.count(".") == 1 for name in missing)
            results += [_result(frame, check, passes, f"{', '.join(missing)} missing", 0, ()) for check in frame.checks]
        elif frame.is_profile:
            results += [_figure_result(connection, found[id(frame), check.name]) for check in frame.checks]
        else:
            results += _row_results(connection, frame)
    return results


@dataclass(frozen=True)
class _Figure:
    """One figure of a profile before and after the verdict; NaN where there was nothing to measure."""

    frame: Frame
    check: Check
    value: float
    success: bool = True


def _measured(connection: duckdb.DuckDBPyConnection, frame: Frame) -> list[tuple[Check, float]]:
    rows = connection.execute(frame.sql).df()
    values = [rows[str(check.arguments["column"])].iloc[0] for check in frame.checks]
    return [
        (check, math.nan if pd.isna(value) else float(value)) for check, value in zip(frame.checks, values, strict=True)
    ]


def _judged(figures: Sequence[_Figure]) -> list[_Figure]:
    """Figures with the same bounds stand in one column, so that one expectation judges them all."""
    bounds: dict[str, list[int]] = defaultdict(list)
    for place, figure in enumerate(figures):
        bounds[_bounds(figure.check)].append(place)
    if not bounds:
        return []
    table = pd.DataFrame({name: pd.Series({at: figures[at].value for at in places}) for name, places in bounds.items()})
    expectations = [
        (figures[places[0]].check.expectation, {**figures[places[0]].check.arguments, "column": name})
        for name, places in bounds.items()
    ]
    wrong: set[int] = set()
    for outcome in _great_expectations()(table.reindex(range(len(figures))), expectations):
        wrong.update(outcome.result.get("unexpected_index_list") or [])
    return [replace(figure, success=place not in wrong) for place, figure in enumerate(figures)]


def _bounds(check: Check) -> str:
    return f"{check.expectation} {[(name, value) for name, value in check.arguments.items() if name != 'column']}"


def _figure_result(connection: duckdb.DuckDBPyConnection, figure: _Figure) -> CheckResult:
    check, value = figure.check, figure.value
    observed = "nothing to measure" if math.isnan(value) else f"{round(value, 2):g}"
    count = 0 if figure.success else max(1, int(value) if check.arguments.get("max_value") == 0 else 1)
    examples = () if figure.success else _examples(connection, check)
    return _result(figure.frame, check, figure.success, observed, count, examples)


def _row_results(connection: duckdb.DuckDBPyConnection, frame: Frame) -> list[CheckResult]:
    rows = connection.execute(frame.sql).df()
    outcomes = _great_expectations()(rows, [(each.expectation, _arguments(connection, each)) for each in frame.checks])
    results = []
    for check, outcome in zip(frame.checks, outcomes, strict=True):
        count = int(outcome.result.get("unexpected_count", 0))
        observed = f"{count} of {len(rows)} rows differ" if count else f"all {len(rows)} rows as expected"
        examples = _named(outcome.result.get("partial_unexpected_list", []))
        if not outcome.success and check.examples:
            examples = _examples(connection, check)
        results.append(_result(frame, check, bool(outcome.success), observed, count, examples))
    return results


def _examples(connection: duckdb.DuckDBPyConnection, check: Check) -> tuple[str, ...]:
    return _named([value for value, *_ in connection.execute(check.examples).fetchall()]) if check.examples else ()


def _named(examples: Sequence[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(example) for example in examples))[:_EXAMPLES]


def _arguments(connection: duckdb.DuckDBPyConnection, check: Check) -> dict[str, object]:
    return {
        name: [value for value, *_ in connection.execute(argument.sql).fetchall()]
        if isinstance(argument, Query)
        else argument
        for name, argument in check.arguments.items()
    }


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
        outcomes = batch.get_batch({"dataframe": rows}).validate(suite, result_format="COMPLETE").results
        for outcome in outcomes:
            if outcome.exception_info and outcome.exception_info.get("raised_exception") is not False:
                name = outcome.expectation_config.type
                raise ExpectationsError(f"{name} could not be evaluated: {outcome.exception_info}")
        return sorted(outcomes, key=lambda outcome: outcome.expectation_config.meta["place"])

    return validate
