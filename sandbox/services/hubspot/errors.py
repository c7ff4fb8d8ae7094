"""HubSpot's error bodies: {status, message, correlationId, category, ...}."""

import uuid
from typing import Any

from sandbox.framework.exchange import Refusal, Reply

STATUS = {
    "VALIDATION_ERROR": 400,
    "INVALID_AUTHENTICATION": 401,
    "EXPIRED_AUTHENTICATION": 401,
    "OBJECT_NOT_FOUND": 404,
    "METHOD_NOT_ALLOWED": 405,
    "CONFLICT": 409,
    "RATE_LIMITS": 429,
    "INTERNAL_ERROR": 500,
}


def error_body(category: str, message: str, **more: Any) -> dict[str, Any]:
    """Return the body of a refusal."""
    correlation = str(uuid.uuid4())
    return {"status": "error", "message": message, "correlationId": correlation, "category": category, **more}


def refusal(category: str, message: str, **more: Any) -> Refusal:
    """Return a refusal to be raised."""
    return Refusal(Reply(error_body(category, message, **more), STATUS[category]))


def not_found(message: str = "resource not found") -> Refusal:
    """Return the 404."""
    return refusal("OBJECT_NOT_FOUND", message)


def too_fast(policy: str) -> Refusal:
    """Return the 429 of a limit: TEN_SECONDLY_ROLLING, SECONDLY or DAILY."""
    message = f"You have reached your {policy.lower()} limit."
    return refusal("RATE_LIMITS", message, errorType="RATE_LIMIT", policyName=policy)
