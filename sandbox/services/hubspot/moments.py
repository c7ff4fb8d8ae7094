"""Times as HubSpot writes and takes them."""

import re
from datetime import UTC, datetime


def moment(value: datetime) -> str:
    """Write a time as HubSpot does."""
    return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"


def moment_of(text: str) -> datetime | None:
    """Read a time as HubSpot takes it: milliseconds since 1970 or ISO 8601; None if it is none."""
    try:
        if re.fullmatch(r"-?\d+", text):
            return datetime.fromtimestamp(int(text) / 1000, UTC).replace(tzinfo=None)
        read = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return read.astimezone(UTC).replace(tzinfo=None) if read.tzinfo else read
