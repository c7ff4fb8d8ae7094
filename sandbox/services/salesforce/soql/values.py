"""SOQL literals as typed values, checked against the field they are compared with."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sandbox.services.salesforce.fields import NUMERIC, Field
from sandbox.services.salesforce.soql.dates import date_range
from sandbox.services.salesforce.soql.lexer import SoqlError, Token, unquote

EXPECTED = {"datetime": "dateTime", "currency": "double", "percent": "double"}


def is_null(token: Token) -> bool:
    """Say whether a literal is null."""
    return token.kind == "word" and token.upper == "NULL"


def span(field: Field, token: Token, today: date) -> tuple[Any, Any] | None:
    """Return the [start, end) that a date literal means for a date or datetime field, or None."""
    if field.type not in ("date", "datetime") or token.kind != "word":
        return None
    days = date_range(token.text, today)
    if days is None or field.type == "date":
        return days
    return datetime.combine(days[0], time()), datetime.combine(days[1], time())


def literal(field: Field, token: Token, *, like: bool = False) -> Any:
    """Return the literal's value as the field's column holds it. Raises SoqlError when the kinds differ."""
    value = _typed(field, token, like)
    if value is None:
        expected = EXPECTED.get(field.type, "string" if field.storage == "VARCHAR" else field.type)
        quoted = "should be" if expected == "string" else "should not be"
        raise SoqlError(
            "INVALID_FIELD",
            f"value of filter criterion for field '{field.name}' must be of type {expected} "
            f"and {quoted} enclosed in quotes: {token.text}",
        )
    return value


def _typed(field: Field, token: Token, like: bool) -> Any:
    if field.is_id:
        return _record_id(field, token) if token.kind == "string" else None
    if field.storage == "VARCHAR":
        return unquote(token.text, like=like) if token.kind == "string" else None
    if field.type == "boolean":
        return {"TRUE": True, "FALSE": False}.get(token.upper) if token.kind == "word" else None
    if field.type in NUMERIC:
        return float(token.text) if token.kind == "number" else None
    if field.type == "date":
        return _parsed(token, date.fromisoformat) if token.kind == "date" else None
    return _parsed(token, moment) if token.kind == "datetime" else None


def _record_id(field: Field, token: Token) -> str:
    value = unquote(token.text)
    if value and (len(value) not in (15, 18) or not value.isalnum()):
        raise SoqlError("INVALID_QUERY_FILTER_OPERATOR", f"invalid ID field: {value}")
    return value[:15]


def _parsed(token: Token, parse: Any) -> Any:
    try:
        return parse(token.text)
    except ValueError:
        raise SoqlError("MALFORMED_QUERY", f"Invalid date: {token.text}") from None


def moment(text: str) -> datetime:
    """Return an ISO 8601 date-time with zone (`Z`, `+0100`, `+01:00`) as naive UTC."""
    if text[-5] in "+-":  # +0100
        text = f"{text[:-2]}:{text[-2:]}"
    parsed = datetime.fromisoformat(text)
    if parsed.tzinfo is None:
        raise ValueError(f"{text} has no zone")
    return parsed.astimezone(UTC).replace(tzinfo=None) + timedelta()
