"""dbt's `rows_satisfy` tests, judged on the CSV before anything is built.

The expression is DuckDB SQL over the seed's columns and may look at other rows through window functions, so that one
declaration serves dbt, which runs it on the loaded seed, and the person who has just edited the file.
"""

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from expectations.seeds.declarations import RowExpression, SeedDeclaration
from expectations.seeds.faults import SeedFault
from expectations.seeds.files import SeedFile

_LINE = "_line_number"
_TYPED = "_is_typed"
_SHOWN = 3


def expression_faults(
    connection: duckdb.DuckDBPyConnection, seed: SeedFile, declaration: SeedDeclaration
) -> Iterator[SeedFault]:
    """Rows that make an expression false (unknown passes). A cell that is not of its type counts as unknown.

    A fault of many rows (mixed versions, a total) is reported for the first of them, with their number.
    """
    if not declaration.expressions or not seed.rows:
        return
    connection.register("cells", _cells(seed, declaration))
    typed = ", ".join(
        f'try_cast("{column.name}" as {column.data_type}) as "{column.name}"' for column in declaration.columns.values()
    )
    # A row with a cell that is not of its type has its fault already.
    is_typed = " and ".join(
        f'("{column.name}" is null or try_cast("{column.name}" as {column.data_type}) is not null)'
        for column in declaration.columns.values()
    )
    connection.execute(
        f'create or replace temp table typed as select "{_LINE}", {is_typed} as "{_TYPED}", {typed} from cells'
    )
    for expression in declaration.expressions:
        yield from _judge(connection, seed, declaration, expression)


def _cells(seed: SeedFile, declaration: SeedDeclaration) -> pa.Table:
    columns = {
        name: pa.array([row.get(name) or None for _, row in seed.rows], pa.string()) for name in declaration.columns
    }
    return pa.table({_LINE: pa.array([line for line, _ in seed.rows], pa.int64())} | columns)


def _judge(
    connection: duckdb.DuckDBPyConnection, seed: SeedFile, declaration: SeedDeclaration, expression: RowExpression
) -> Iterator[SeedFault]:
    judged = f"select *, {expression.sql} as is_satisfied from typed"
    failing = f'select "{_LINE}" from ({judged}) where not is_satisfied and "{_TYPED}"'
    try:
        lines = [line for (line,) in connection.execute(f"{failing} order by 1").fetchall()]
    except duckdb.Error as error:
        message = f"the expression of {expression.name} cannot be evaluated ({str(error).splitlines()[0]})"
        yield SeedFault(declaration.file, 0, "", "", message, "correct the expression")
        return
    rows = dict(seed.rows)
    first_column = next(iter(declaration.columns))
    shown = lines if len(lines) <= _SHOWN else lines[:1]
    more = f" (so have {len(lines) - 1} more rows)" if len(lines) > _SHOWN else ""
    for line in shown:
        message = f"fails the check '{expression.words}'{more}"
        yield SeedFault(seed.file, line, first_column, rows[line].get(first_column, ""), message, expression.remedy)
