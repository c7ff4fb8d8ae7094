"""WHERE: SOQL's conditions as SQL. SOQL knows no third truth value: null differs from every value."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any

from sandbox.services.salesforce.fields import Field
from sandbox.services.salesforce.soql.grammar import Comparison, Condition, Junction, Negation, Query
from sandbox.services.salesforce.soql.lexer import SoqlError, Token, malformed
from sandbox.services.salesforce.soql.sources import Sources
from sandbox.services.salesforce.soql.values import is_null, literal, span

if TYPE_CHECKING:
    from sandbox.services.salesforce.soql.compiler import Compiled

SUBSTRING = 15  # ids are compared by their case-sensitive 15 characters


class Conditions:
    """Compiles conditions, gathering parameters in the order of their place in the SQL."""

    def __init__(
        self,
        sources: Sources,
        today: date,
        subquery: "Callable[[Query], Compiled] | None" = None,
        *,
        inline: bool = False,
    ) -> None:
        self.parameters: list[Any] = []
        self._sources, self._today, self._subquery, self._inline = sources, today, subquery, inline

    def sql(self, condition: Condition) -> str:
        """Return the SQL of a condition; it is never null."""
        if isinstance(condition, Junction):
            return "(" + f" {condition.operator.lower()} ".join(self.sql(part) for part in condition.parts) + ")"
        if isinstance(condition, Negation):
            return f"not ({self.sql(condition.part)})"
        found, column, _ = self._sources.column(condition.path)
        if found.type == "textarea" and found.length > 255:
            raise SoqlError(
                "INVALID_FIELD", f"field '{found.name}' can not be filtered in a query call, it is a long text area"
            )
        if condition.operator.endswith("IN"):
            inside = self._membership(found, column, condition)
            return f"not {inside}" if condition.operator == "NOT IN" else inside
        return self._comparison(found, column, condition)

    def _bind(self, value: Any) -> str:
        if self._inline:
            return "'" + str(value).replace("'", "''") + "'"
        self.parameters.append(value)
        return "?"

    def _comparison(self, found: Field, column: str, condition: Comparison) -> str:
        token, operator = condition.value, condition.operator
        if not isinstance(token, Token):
            raise malformed(f"unexpected value after {operator}")
        if is_null(token):
            if operator not in ("=", "!="):
                raise SoqlError("INVALID_QUERY_FILTER_OPERATOR", f"'null' can not be used with {operator}")
            return f"{column} is {'not ' if operator == '!=' else ''}null"
        if days := span(found, token, self._today):
            return self._in_span(column, operator, days)
        if operator == "LIKE":
            if not found.is_text:
                raise SoqlError("INVALID_QUERY_FILTER_OPERATOR", f"invalid operator on {found.type} field")
            pattern = str(literal(found, token, like=True)).lower()
            return f"coalesce(lower({column}) like {self._bind(pattern)} escape '\\', false)"
        expression, value = self._comparable(found, column, literal(found, token), operator)
        if found.storage == "VARCHAR" and value == "":  # the empty string is null to SOQL
            return f"{column} is {'not ' if operator == '!=' else ''}null"
        if operator == "!=":
            return f"{expression} is distinct from {self._bind(value)}"
        return f"coalesce({expression} {operator} {self._bind(value)}, false)"

    def _comparable(self, found: Field, column: str, value: Any, operator: str = "=") -> tuple[str, Any]:
        if found.is_id and operator in ("=", "!="):
            return f"substr({column}, 1, {SUBSTRING})", value
        if found.is_text:
            return f"lower({column})", value.lower()
        return column, value

    def _in_span(self, column: str, operator: str, days: tuple[Any, Any]) -> str:
        start, end = days
        if operator in ("=", "!="):
            inside = f"coalesce({column} >= {self._bind(start)} and {column} < {self._bind(end)}, false)"
            return inside if operator == "=" else f"not {inside}"
        bound = {"<": ("<", start), "<=": ("<", end), ">": (">=", end), ">=": (">=", start)}.get(operator)
        if bound is None:
            raise SoqlError("INVALID_QUERY_FILTER_OPERATOR", f"invalid operator {operator} on a date")
        return f"coalesce({column} {bound[0]} {self._bind(bound[1])}, false)"

    def _membership(self, found: Field, column: str, condition: Comparison) -> str:
        if isinstance(condition.value, Query):
            if self._subquery is None:
                raise malformed("a subquery is not allowed here")
            inner = self._subquery(condition.value)
            self.parameters += inner.parameters
            return f"coalesce({column} in ({inner.sql}), false)"
        tokens = condition.value if isinstance(condition.value, list) else [condition.value]
        values = [literal(found, token) for token in tokens if not is_null(token)]
        expression = self._comparable(found, column, "x")[0]
        if found.is_text:
            values = [value.lower() for value in values]
        blank = f" or {column} is null" if len(values) < len(tokens) or "" in values else ""
        if self._inline:
            listed = ", ".join(self._bind(value) for value in values)
            return f"(coalesce({expression} in ({listed}), false){blank})"
        return f"(coalesce({expression} in (select unnest({self._bind(values)}::{found.storage}[])), false){blank})"
