"""A subset of SOQL: text to tree (`grammar`), tree to DuckDB SQL (`compiler`)."""

from sandbox.services.salesforce.soql.compiler import Column, Compiled, compile_condition, compile_query
from sandbox.services.salesforce.soql.grammar import Query, parse, parse_condition
from sandbox.services.salesforce.soql.lexer import SoqlError

__all__ = [
    "Column",
    "Compiled",
    "Query",
    "SoqlError",
    "compile_condition",
    "compile_query",
    "parse",
    "parse_condition",
]
