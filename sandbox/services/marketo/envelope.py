"""Marketo's envelope: everything is HTTP 200, and `success` tells whether anything was done."""

import uuid
from datetime import UTC, datetime
from typing import Any

from sandbox.framework.exchange import Call, Refusal, Reply

MESSAGES = {
    "600": "Empty access token",
    "601": "Access token invalid",
    "602": "Access token expired",
    "604": "Request timed out",
    "605": "HTTP Method not supported",
    "607": "Daily quota reached",
    "608": "API Temporarily Unavailable",
    "609": "Invalid JSON",
    "610": "Requested resource not found",
    "611": "System error",
    "615": "Concurrent access limit reached",
    "1004": "Lead not found",
    "1005": "Lead already exists",
    "1007": "Multiple lead match lookup criteria",
    "1013": "Object not found",
    "1036": "Duplicate object found in input",
}


def _request_id() -> str:
    number = uuid.uuid4().hex
    return f"{number[:4]}#{number[4:15]}"


def success(result: list[Any], **more: Any) -> Reply:
    """Return a result; `more` holds nextPageToken, moreResult, ..."""
    return Reply({"requestId": _request_id(), "success": True, "result": result} | more)


def failure(code: str, message: str = "") -> Refusal:
    """Return the refusal of a whole call: nothing was executed."""
    error = {"code": code, "message": message or MESSAGES[code]}
    return Refusal(Reply({"requestId": _request_id(), "success": False, "errors": [error]}))


def skipped(code: str, message: str = "", **more: Any) -> dict[str, Any]:
    """Return the status of one record that was refused inside a successful call."""
    return more | {"status": "skipped", "reasons": [{"code": code, "message": message or MESSAGES[code]}]}


def timestamp(value: datetime | None) -> str | None:
    """Return a time as Marketo writes it: 2026-05-01T10:00:00Z."""
    return value.strftime("%Y-%m-%dT%H:%M:%SZ") if value else None


def parse_time(text: str, name: str) -> datetime:
    """Return an ISO 8601 time as naive UTC; refuses with 704 what is none."""
    try:
        parsed = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise failure("704", f"Invalid value '{text}' for {name}. Required of type 'dateTime'") from None
    return parsed.astimezone(UTC).replace(tzinfo=None) if parsed.tzinfo else parsed


def body(call: Call) -> dict[str, Any]:
    """Return the body as a JSON object; refuses with 609."""
    try:
        content = call.json()
    except ValueError:
        raise failure("609") from None
    if not isinstance(content, dict):
        raise failure("609")
    return content


def numbers(call: Call, name: str) -> list[int]:
    """Return a list parameter as numbers; refuses with 1001 what is none."""
    values = call.values(name)
    wrong = [value for value in values if not value.lstrip("-").isdigit()]
    if wrong:
        raise failure("1001", f"Invalid value '{wrong[0]}'. Required of type 'Integer'")
    return [int(value) for value in values]
