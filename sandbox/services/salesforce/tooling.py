"""Tooling API: the validation rules of the org, by SOQL.

Facts: Tooling API Reference, ValidationRule. FullName and Metadata are given only when one record is asked for; the
sandbox does not have them.
"""

from typing import Any

from sandbox.framework.exchange import Call, Reply
from sandbox.services.salesforce.errors import no_column, refusal
from sandbox.services.salesforce.org import Org, Rule
from sandbox.services.salesforce.soql import SoqlError, parse
from sandbox.services.salesforce.soql.grammar import Comparison, Condition, Junction, Negation
from sandbox.services.salesforce.soql.lexer import Token, unquote

_OBJECT = "ValidationRule"


class Tooling:
    """Handlers for the Tooling API."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def query(self, call: Call) -> Reply:
        """GET tooling/query?q=."""
        try:
            query = parse(call.value("q") or "")
        except SoqlError as error:
            raise refusal(error.code, error.message) from None
        if query.sobject != _OBJECT:
            raise refusal("INVALID_TYPE", f"sObject type '{query.sobject}' is not supported.")
        rules = [self._row(number, rule) for number, rule in enumerate(self._org.rules)]
        found = [row for row in rules if query.where is None or _holds(query.where, row)]
        records = [_record(call, row, [item.path for item in query.items]) for row in found]
        return Reply({"size": len(records), "totalSize": len(records), "done": True, "records": records})

    def _row(self, number: int, rule: Rule) -> dict[str, Any]:
        return {
            "Id": f"03dSB{number:010d}AAA",
            "ValidationName": rule.name,
            "Active": True,
            "ErrorMessage": rule.message,
            "ErrorDisplayField": rule.field or None,
            "EntityDefinition.QualifiedApiName": rule.object,
        }


def _record(call: Call, row: dict[str, Any], paths: list[str]) -> dict[str, Any]:
    url = f"/services/data/v{call.params['version']}/tooling/sobjects/{_OBJECT}/{row['Id']}"
    record: dict[str, Any] = {"attributes": {"type": _OBJECT, "url": url}}
    for path in paths:
        parent, _, name = path.rpartition(".")
        (record.setdefault(parent, {"attributes": {"type": parent}}) if parent else record)[name] = _value(row, path)
    return record


def _value(row: dict[str, Any], path: str) -> Any:
    if path not in row:
        error = no_column(path, _OBJECT)
        raise refusal(error.code, error.message)
    return row[path]


def _holds(condition: Condition, row: dict[str, Any]) -> bool:
    if isinstance(condition, Junction):
        parts = [_holds(part, row) for part in condition.parts]
        return all(parts) if condition.operator == "AND" else any(parts)
    if isinstance(condition, Negation):
        return not _holds(condition.part, row)
    return _compares(condition, row)


def _compares(comparison: Comparison, row: dict[str, Any]) -> bool:
    value = _value(row, comparison.path)
    tokens = comparison.value if isinstance(comparison.value, list) else (comparison.value,)
    is_in = value in [_literal(token) for token in tokens if isinstance(token, Token)]
    return is_in if comparison.operator in ("=", "IN") else not is_in


def _literal(token: Token) -> Any:
    named = {"TRUE": True, "FALSE": False, "NULL": None}
    return unquote(token.text) if token.kind == "string" else named.get(token.upper, token.text)
