"""How a check is declared: a frame that SQL computes, and expectations about it, without Great Expectations.

Two kinds of frame keep suites fast: a profile (one row of aggregates, for tables of any size) and rows (only the
columns that the checks look at, for payloads).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from expectations.results import Severity

Columns = Mapping[str, frozenset[str]]
"""Columns of every table in the warehouse by `schema.table`."""


@dataclass(frozen=True)
class Query:
    """An argument of an expectation that is read from the warehouse: the first column of what the SQL returns."""

    sql: str


@dataclass(frozen=True)
class Check:
    """One expectation about one column of a frame, with who answers for it.

    `expectation` is Great Expectations' own name (`expect_column_values_to_be_between`), `arguments` its arguments.
    `examples` is SQL whose first column names offenders; it runs only when the check failed. `requirements` are the ids
    of the rows of the requirements catalogue that the check answers for.
    """

    name: str
    expectation: str
    arguments: Mapping[str, object]
    expected: str
    description: str
    owner: str
    remedy: str
    severity: Severity = "error"
    blocking: bool = True
    examples: str | None = None
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    """What SQL hands to the checks about one table.

    `requires`: `schema.table` or `schema.table.column`; if one is absent the checks fail and say so, or pass when the
    frame looks back at a history that need not exist yet (`absent_passes`).
    """

    table: str
    sql: str
    checks: tuple[Check, ...]
    requires: tuple[str, ...]
    is_profile: bool = True
    absent_passes: bool = False

    def missing(self, columns: Columns) -> list[str]:
        """Which of the required tables and columns the warehouse lacks; a missing table hides its columns."""
        absent_tables = {name for name in self.requires if name.count(".") == 1 and name not in columns}
        absent_columns = [
            name
            for name in self.requires
            if name.count(".") == 2 and name.rpartition(".")[2] not in columns.get(name.rpartition(".")[0], ())
        ]
        hidden = {name.rpartition(".")[0] for name in absent_columns} - columns.keys()
        return sorted(absent_tables | hidden | {name for name in absent_columns if name.rpartition(".")[0] in columns})


@dataclass(frozen=True)
class Suite:
    """A named list of frames with their checks."""

    name: str
    frames: tuple[Frame, ...]


@dataclass(frozen=True)
class DeclaredCheck:
    """A check before it is run, for those who list checks without running them."""

    name: str
    table: str
    severity: Severity
    blocking: bool
    owner: str
    description: str
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True)
class Measure:
    """A figure of a table that must lie between two bounds: the SQL aggregate, the bounds, and the check around it."""

    name: str
    sql: str
    expected: str
    description: str
    remedy: str
    columns: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    above: float | None = None
    below: float | None = None
    severity: Severity = "error"
    blocking: bool = True
    examples: str | None = None
    extra: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()

    def check(self, owner: str) -> Check:
        """The expectation on the profile's column of the same name."""
        bounds = {
            "min_value": self.low if self.above is None else self.above,
            "max_value": self.high if self.below is None else self.below,
            "strict_min": self.above is not None,
            "strict_max": self.below is not None,
        }
        return Check(
            name=self.name,
            expectation="expect_column_values_to_be_between",
            arguments={"column": self.name, **bounds},
            expected=self.expected,
            description=self.description,
            owner=owner,
            remedy=self.remedy,
            severity=self.severity,
            blocking=self.blocking,
            examples=self.examples,
            requirements=self.requirements,
        )


def profile(table: str, owner: str, measures: tuple[Measure, ...], *, absent_passes: bool = False) -> Frame:
    """One frame of one row for all figures of a table: a single scan whatever the number of checks."""
    requires = {table, *(f"{table}.{column}" for measure in measures for column in measure.columns)}
    requires.update(extra for measure in measures for extra in measure.extra)
    figures = ",\n".join(f"{measure.sql} as {measure.name}" for measure in measures)
    return Frame(
        table=table,
        sql=f"select\n{figures}\nfrom {table}",
        checks=tuple(measure.check(owner) for measure in measures),
        requires=tuple(sorted(requires)),
        absent_passes=absent_passes,
    )
