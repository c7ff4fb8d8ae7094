"""A SOQL tree to DuckDB SQL, over the schema of the org."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sandbox.services.salesforce.fields import NUMERIC, SObject
from sandbox.services.salesforce.schema import Schema
from sandbox.services.salesforce.soql.conditions import Conditions
from sandbox.services.salesforce.soql.grammar import Condition, Item, Query
from sandbox.services.salesforce.soql.lexer import SoqlError, malformed
from sandbox.services.salesforce.soql.sources import Sources

AGGREGATES = {"COUNT": "count", "COUNT_DISTINCT": "count", "SUM": "sum", "AVG": "avg", "MIN": "min", "MAX": "max"}
MAX_OFFSET = 2000


@dataclass(frozen=True)
class Column:
    """One column of the result: where it goes in the record, and its type."""

    path: tuple[str, ...]
    type: str


@dataclass
class Compiled:
    """SQL with its parameters. `columns` name the SQL's columns c0, c1, ...; empty for COUNT()."""

    sobject: SObject
    sql: str
    parameters: list[Any]
    columns: list[Column] = field(default_factory=list)
    aggregate: bool = False
    relations: dict[tuple[str, ...], str] = field(default_factory=dict)  # path -> type of the parent record

    @property
    def counts(self) -> bool:
        """Say whether the query is SELECT COUNT()."""
        return not self.columns


def compile_query(query: Query, schema: Schema, today: date, *, deleted: bool = False) -> Compiled:
    """Compile a query; with `deleted`, as queryAll. Raises SoqlError as Salesforce would."""
    sobject = _sobject(schema, query.sobject)
    sources = Sources(schema, sobject, query.alias)
    functions = [item for item in query.items if item.function and item.function != "FIELDS"]
    aggregate = bool(functions or query.group_by)
    _check_paging(query)
    columns, expressions = list[Column](), list[str]()
    counting = [item for item in functions if item.function == "COUNT" and not item.path]
    if counting and (len(query.items) > 1 or query.group_by or query.order_by):
        raise malformed("COUNT() must be the only element in the SELECT list")
    for item in [] if counting else _expanded(query, sobject):
        column, expression = _selected(item, sources, query, len([c for c in columns if c.path[0].startswith("expr")]))
        columns.append(column)
        expressions.append(f"{expression} as c{len(expressions)}")
    conditions = Conditions(sources, today, lambda inner: compile_query(inner, schema, today))
    where = conditions.sql(query.where) if query.where else "true"
    grouping = [sources.column(path)[1] for path in query.group_by]
    ordering = _ordering(query, sources, aggregate)
    sql = f"select {'count(*)' if counting else ', '.join(expressions)} from {sources.sql()} where {where}"
    if not deleted:
        sql += f" and {sobject.live('t0')}"
    sql += f" group by {', '.join(grouping)}" if grouping else ""
    sql += f" order by {', '.join(ordering)}" if ordering else ""
    sql += f" limit {query.limit}" if query.limit is not None and not counting else ""
    sql += f" offset {query.offset}" if query.offset else ""
    return Compiled(sobject, sql, conditions.parameters, columns, aggregate, sources.relations())


def compile_condition(condition: Condition, schema: Schema, sobject: SObject, table: str, today: date) -> str:
    """Compile a condition over one table's own columns into SQL without parameters (for validation rules)."""
    sources = Sources(schema, sobject, "", table)
    return Conditions(sources, today, inline=True).sql(condition)


def _sobject(schema: Schema, name: str) -> SObject:
    sobject = schema.find(name)
    if sobject is None:
        raise SoqlError(
            "INVALID_TYPE",
            f"\nERROR at Row:1\nsObject type '{name}' is not supported. If you are attempting to use a custom object, "
            "be sure to append the '__c' after the entity name. Please reference your WSDL or the describe call for "
            "the appropriate names.",
        )
    return sobject


def _check_paging(query: Query) -> None:
    if query.offset and query.offset > MAX_OFFSET:
        raise SoqlError("NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000")
    whole = [item for item in query.items if item.function == "FIELDS" and item.path.upper() in ("ALL", "CUSTOM")]
    if whole and (query.limit is None or query.limit > 200):
        raise malformed("The SOQL FIELDS function must have a LIMIT of at most 200")


def _expanded(query: Query, sobject: SObject) -> list[Item]:
    items = list[Item]()
    for item in query.items:
        if item.function != "FIELDS":
            items.append(item)
            continue
        wanted = item.path.upper()
        if wanted not in ("ALL", "STANDARD", "CUSTOM"):
            raise malformed(f"unknown FIELDS({item.path})")
        items += [Item(f.name) for f in sobject.fields.values() if wanted == "ALL" or f.custom == (wanted == "CUSTOM")]
    paths = [item.path.lower() for item in items if not item.function]
    for path in paths:
        if paths.count(path) > 1:
            raise SoqlError("INVALID_FIELD", f"duplicate field selected: {path}")
    return items


def _selected(item: Item, sources: Sources, query: Query, unnamed: int) -> tuple[Column, str]:
    if not item.function:
        found, expression, path = sources.column(item.path)
        if (query.group_by or any(i.function and i.function != "FIELDS" for i in query.items)) and (
            item.path.lower() not in [g.lower() for g in query.group_by]
        ):
            raise malformed(f"Field must be grouped or aggregated: {item.path}")
        return Column(path[-1:] if query.group_by else path, found.type), expression
    if item.function not in AGGREGATES:
        raise malformed(f"unknown function: {item.function}")
    found, expression, _ = sources.column(item.path)
    distinct = "distinct " if item.function == "COUNT_DISTINCT" else ""
    if item.function in ("SUM", "AVG") and found.type not in NUMERIC:
        raise malformed(f"field {found.name} does not support aggregate operator {item.function}")
    kind = "int" if item.function.startswith("COUNT") else "double" if item.function == "AVG" else found.type
    return Column((item.alias or f"expr{unnamed}",), kind), f"{AGGREGATES[item.function]}({distinct}{expression})"


def _ordering(query: Query, sources: Sources, aggregate: bool) -> Sequence[str]:
    """SOQL puts nulls first unless told otherwise, and orders text without regard to case."""
    entries = list[str]()
    for entry in query.order_by:
        found, expression, _ = sources.column(entry.path)
        expression = f"lower({expression})" if found.is_text and not aggregate else expression
        direction = "desc" if entry.descending else "asc"
        entries.append(f"{expression} {direction} nulls {'last' if entry.nulls_last else 'first'}")
    if not aggregate and (query.limit is not None or query.offset):
        entries.append("t0.rowid")  # so that LIMIT and OFFSET cut the same order each time
    return entries
