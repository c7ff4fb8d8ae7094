"""Any table as Arrow: data frames, DuckDB relations, CSV and Parquet files, with times in whatever form they come."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ml.propensity.errors import PropensityError

Table = Any
"""A pandas or polars frame, Arrow table, DuckDB relation, list of dicts, or the path of a CSV or Parquet file."""

TIME_FORMATS = (
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%d.%m.%Y",
    "%d-%b-%Y",
    "%b %d, %Y",
    "%Y%m%d",
)


@dataclass(frozen=True)
class Query:
    """A table of the connection itself, by its SQL: nothing is copied out of DuckDB and back."""

    sql: str


_OFFSET = r":\d\d(\.\d+)? ?(Z|[+-]\d\d(:?\d\d)?|[A-Z][A-Za-z]+/[A-Za-z_/]+|UTC|GMT)$"  # a time that names its zone
_READABLE = 0.5  # share of times that must be understood; less is a wrong column
_INTEGERS = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER"})


def register(connection: duckdb.DuckDBPyConnection, name: str, table: Table) -> dict[str, str]:
    """Make `table` the temporary table `name`; returns {column: DuckDB type}. Raises PropensityError."""
    if isinstance(table, Query):
        source = f"({table.sql}) as given"
    elif isinstance(table, str | Path):
        path = Path(table)
        if not path.is_file():
            raise PropensityError(f"{name}: there is no file {path}; give a CSV or Parquet file, or a table.")
        reader = "read_parquet" if path.suffix.lower() in {".parquet", ".pq"} else "read_csv"
        options = ", sample_size = -1" if reader == "read_csv" else ""
        source = f"{reader}('{str(path).replace(chr(39), chr(39) * 2)}'{options})"
    else:
        connection.register(f"{name}_given", _columnar(name, table))
        source = f"{name}_given"
    try:
        connection.execute(f"create or replace temp table {name} as select * from {source}")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise PropensityError(f"{name}: this table cannot be read ({reason}); give it as CSV or Parquet.") from error
    described = connection.execute(f"describe {name}").fetchall()
    return {str(row[0]): str(row[1]) for row in described}


def _columnar(name: str, table: Table) -> Any:
    import pyarrow as pa

    if isinstance(table, duckdb.DuckDBPyRelation):
        return table.to_arrow_table()
    if isinstance(table, list):
        return pa.Table.from_pylist(table)
    if type(table).__module__.startswith("pandas"):
        # Mixed columns (numbers among text) are text: Arrow refuses them otherwise.
        mixed = {
            column: table[column].map(lambda value: value if value is None or value != value else str(value))
            for column in table.columns
            if str(table[column].dtype) == "object" and table[column].map(type).nunique() > 1
        }
        table = table.assign(**mixed)
        return table.rename(columns=str)
    if isinstance(table, pa.Table | pa.RecordBatchReader) or hasattr(table, "__arrow_c_stream__"):
        return table
    raise PropensityError(f"{name}: {type(table).__name__} is no table; give a data frame, Arrow table or file.")


def require(name: str, columns: dict[str, str], *wanted: str) -> None:
    """Raise PropensityError when a named column is not there."""
    for column in wanted:
        if column not in columns:
            raise PropensityError(f"{name} has no column {column!r}; it has {', '.join(sorted(columns))}.")


def identity(cell: str, kind: str) -> str:
    """SQL of an entity's id as text: 17.0, which is what a whole number with gaps becomes in a data frame, is 17."""
    if kind.startswith(("DOUBLE", "FLOAT")):
        whole = f"cast(try_cast({cell} as hugeint) as varchar)"
        return f"case when isfinite({cell}) and {cell} = round({cell}) then {whole} else cast({cell} as varchar) end"
    return f"nullif(trim(cast({cell} as varchar)), '')"


def quoted(column: str) -> str:
    """The column as an SQL identifier."""
    escaped = column.replace('"', '""')
    return f'"{escaped}"'


def time_expression(connection: duckdb.DuckDBPyConnection, name: str, column: str, kind: str) -> str:
    """SQL that reads `column` of table `name` as a naive UTC timestamp, null where it cannot be read.

    Dates, timestamps, ISO text, common American and European text, 20260131, and numbers since 1970 (seconds to ns).
    Raises PropensityError when less than half of the values can be read.
    """
    cell = quoted(column)
    candidates = _readings(cell, kind)
    counts = ", ".join(f"count({candidate})" for candidate in candidates)
    total, *readable = connection.execute(f"select count({cell}), {counts} from {name}").fetchall()[0]
    best = max(range(len(candidates)), key=lambda place: (readable[place], -place))
    if total and readable[best] < _READABLE * total:
        raise PropensityError(
            f"{name}.{column}: {total - readable[best]:,} of {total:,} values are no time;"
            " name the column that says when."
        )
    return candidates[best]


def _readings(cell: str, kind: str) -> list[str]:
    if kind.startswith("TIMESTAMP WITH"):
        return [f"cast({cell} at time zone 'UTC' as timestamp)"]
    if kind.startswith(("TIMESTAMP", "DATE")):
        return [f"cast({cell} as timestamp)"]
    if kind in _INTEGERS or kind.startswith(("DOUBLE", "FLOAT", "DECIMAL")):
        number = f"cast({cell} as bigint)"
        day = f"try_strptime(cast({number} as varchar), '%Y%m%d')"
        # Since 1970 in nanoseconds, microseconds, milliseconds or seconds, by the size of the number.
        large = f"when {number} > 1e17 then 1e-3 when {number} > 1e14 then 1 when {number} > 1e11 then 1e3"
        scale = f"case {large} else 1e6 end"
        moment = f"make_timestamp(cast({number} * ({scale}) as bigint))"
        return [f"case when {number} between 19000101 and 21001231 then {day} else {moment} end"]
    text = f"trim(cast({cell} as varchar))"
    # A cast to a time without zone would drop the offset that the text gives.
    zoned = f"cast(try_cast({text} as timestamptz) at time zone 'UTC' as timestamp)"
    iso = f"case when regexp_matches({text}, '{_OFFSET}') then {zoned} else try_cast({text} as timestamp) end"
    return [iso] + [f"try_strptime({text}, '{form}')" for form in TIME_FORMATS]
