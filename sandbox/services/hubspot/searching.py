"""POST objects/{type}/search: filters compiled to SQL. At most 10,000 results of a search can be paged through."""

import json
from datetime import timedelta
from typing import Any

from sandbox.framework.clock import Clock
from sandbox.framework.exchange import Call, Reply
from sandbox.framework.store import Store
from sandbox.services.hubspot.errors import refusal
from sandbox.services.hubspot.moments import moment_of
from sandbox.services.hubspot.objects import Objects, body_of
from sandbox.services.hubspot.properties import ObjectType, Property
from sandbox.services.hubspot.schema import Schema

PAGE, REACH, MAX_BODY = 200, 10_000, 3_000
GROUPS, FILTERS_PER_GROUP, FILTERS = 5, 6, 18
_BETWEEN_WORDS = r"'[^\p{L}\p{N}_]+'"
_COMPARISONS = {"LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}
_SEARCHED = {
    "contacts": ("firstname", "lastname", "email", "phone", "company", "hs_object_id"),
    "companies": ("name", "domain", "website", "phone"),
    "deals": ("dealname",),
}


class Searching:
    """The search handler. `delay_seconds`: a change is found only so long after it was made (the index lags)."""

    def __init__(self, store: Store, clock: Clock, schema: Schema, objects: Objects) -> None:
        self._store, self._clock, self._schema, self._objects = store, clock, schema, objects
        self.delay_seconds = 0.0

    def search(self, call: Call) -> Reply:
        """Answer {total, results, paging?}."""
        kind = self._schema.find(call.params["type"])
        if len(call.body) > MAX_BODY:
            raise refusal("VALIDATION_ERROR", f"The search request body exceeds {MAX_BODY} characters")
        body = body_of(call)
        limit, after = _number(body, "limit", 10), _number(body, "after", 0)
        if not 1 <= limit <= PAGE:
            raise refusal("VALIDATION_ERROR", f"limit must be between 1 and {PAGE}")
        if after + limit > REACH:
            raise refusal("VALIDATION_ERROR", f"Paging through more than {REACH} results of a search is not supported")
        bound: list[Any] = [self._clock.now() - timedelta(seconds=self.delay_seconds)]
        where = f'not archived and merged_into is null and "updatedAt" <= ? and ({self._condition(kind, body, bound)})'
        with self._store.read() as cursor:
            total = cursor.execute(f"select count(*) from {kind.table} where {where}", bound).fetchall()[0][0]
        names = body.get("properties") or kind.defaults
        tail = f"order by {self._order(kind, body)} limit {limit} offset {after}"
        rows = self._objects.rows(kind, names, where, bound, tail)
        more = {"paging": {"next": {"after": str(after + limit)}}} if after + limit < min(total, REACH) else {}
        return Reply({"total": total, "results": rows} | more)

    def _condition(self, kind: ObjectType, body: dict[str, Any], bound: list[Any]) -> str:
        groups = body.get("filterGroups") or ([{"filters": body["filters"]}] if body.get("filters") else [])
        filters = [entry for group in groups for entry in group.get("filters", [])]
        too_many = any(len(group.get("filters", [])) > FILTERS_PER_GROUP for group in groups)
        if len(groups) > GROUPS or too_many or len(filters) > FILTERS:
            text = f"at most {GROUPS} filter groups of {FILTERS_PER_GROUP} filters, {FILTERS} in all"
            raise refusal("VALIDATION_ERROR", f"There was a problem with the request: {text}")
        chosen = [
            " and ".join(_filter(kind, entry, bound) for entry in group.get("filters", [])) or "true"
            for group in groups
        ]
        condition = " or ".join(f"({text})" for text in chosen) or "true"
        if query := str(body.get("query") or ""):
            columns = [kind.live[name].column for name in _SEARCHED.get(kind.name, ()) if name in kind.live]
            bound.append(f"%{query.lower()}%")
            text = " || ' ' || ".join(f"coalesce({column}, '')" for column in columns) or "''"
            condition = f"({condition}) and lower({text}) like ?"
        return condition

    def _order(self, kind: ObjectType, body: dict[str, Any]) -> str:
        sorts = body.get("sorts") or []
        if len(sorts) > 1:
            raise refusal("VALIDATION_ERROR", "A search can be sorted by one property only")
        first = sorts[0] if sorts else "createdate"
        name = first if isinstance(first, str) else str(first.get("propertyName"))
        descending = isinstance(first, dict) and first.get("direction") == "DESCENDING"
        return f"{_typed(_known(kind, name))} {'desc' if descending else 'asc'} nulls last, id"


def _known(kind: ObjectType, name: str) -> Property:
    one = kind.live.get(name)
    if one is None:
        raise refusal("VALIDATION_ERROR", f"There was a problem with the request: Property '{name}' does not exist")
    return one


def _typed(one: Property) -> str:
    if one.derived:  # the stored columns compare faster than their texts
        return {"hs_object_id": "id", "createdate": '"createdAt"', "hs_createdate": '"createdAt"'}.get(
            one.name, '"updatedAt"'
        )
    if one.type == "number":
        return f"try_cast({one.column} as double)"
    if one.type in ("date", "datetime"):
        return f"try_cast({one.column} as timestamp)"
    return f"lower({one.column})"


def _value(one: Property, value: Any) -> Any:
    text = json.dumps(value) if isinstance(value, bool) else str(value)
    if one.name == "hs_object_id" or one.type == "number":
        try:
            return int(text) if text.lstrip("-").isdigit() else float(text)
        except ValueError:
            raise refusal("VALIDATION_ERROR", f"'{text}' is not a number") from None
    if one.type in ("date", "datetime"):
        moment = moment_of(text)
        if moment is None:
            raise refusal("VALIDATION_ERROR", f"'{text}' is not a valid date")
        return moment
    return text.lower()


def _filter(kind: ObjectType, entry: dict[str, Any], bound: list[Any]) -> str:
    """Return one filter as SQL, its values appended to `bound`."""
    one, operator = _known(kind, str(entry.get("propertyName"))), str(entry.get("operator"))
    column = _typed(one)
    if operator in ("HAS_PROPERTY", "NOT_HAS_PROPERTY"):
        filled = f"coalesce({one.column}, '') <> ''"
        return filled if operator == "HAS_PROPERTY" else f"not ({filled})"
    if operator in ("IN", "NOT_IN"):
        values = entry.get("values") or []
        if not values:
            raise refusal("VALIDATION_ERROR", f"operator {operator} requires values")
        bound.extend(_value(one, value) for value in values)
        marks = ", ".join("?" * len(values))
        return f"{column} in ({marks})" if operator == "IN" else f"coalesce({column} not in ({marks}), true)"
    if "value" not in entry:
        raise refusal("VALIDATION_ERROR", f"operator {operator} requires a value")
    if operator in ("CONTAINS_TOKEN", "NOT_CONTAINS_TOKEN"):
        bound.append(str(entry["value"]).lower().replace("%", "").replace("*", "%"))
        words = f"string_split_regex({column}, {_BETWEEN_WORDS})"
        matched = f"coalesce(len(list_filter({words}, lambda word: word like ?)) > 0, false)"
        return matched if operator == "CONTAINS_TOKEN" else f"not {matched}"
    bound.append(_value(one, entry["value"]))
    if operator == "BETWEEN":
        bound.append(_value(one, entry.get("highValue")))
        return f"{column} between ? and ?"
    if operator in _COMPARISONS:
        return f"{column} {_COMPARISONS[operator]} ?"
    if operator not in ("EQ", "NEQ"):
        raise refusal("VALIDATION_ERROR", f"Unknown operator {operator!r}")
    return f"{column} = ?" if operator == "EQ" else f"coalesce({column} <> ?, true)"


def _number(body: dict[str, Any], name: str, default: int) -> int:
    text = str(body.get(name) or default)
    if not text.isdigit():
        raise refusal("VALIDATION_ERROR", f"{name} must be a number, not {text!r}")
    return int(text)
