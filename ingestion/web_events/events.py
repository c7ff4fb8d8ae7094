"""From what a browser, a program of ours or Segment sends to rows of the streams. Pure; refusals name the field."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

Record = dict[str, Any]
LONGEST_TEXT = 2_000
_ID_LENGTH = 200
# Ids of our own for events whose sender gave none that is unique beyond its own system.
_NAMESPACE = uuid.UUID("5a4c9b5e-6b0e-4d7e-9d57-0c3b5f1f7c11")


class Refused(ValueError):  # noqa: N818 - said to the sender
    """An event that cannot be taken; the text says which field and why."""


@dataclass(frozen=True)
class Receipt:
    """What we know of a request beside its body."""

    received_at: datetime  # UTC, without a zone
    ip: str = ""
    user_agent: str = ""


def from_browser(event: Mapping[str, Any], sent_at: Any, receipt: Receipt) -> tuple[str, Record]:
    """(stream, row) of an event of the snippet: a page view, or who the visitor says to be."""
    row = {
        "event_id": _required(event, "event_id", _ID_LENGTH),
        "visitor_id": _required(event, "visitor_id", _ID_LENGTH),
        "session_id": _text(event, "session_id", _ID_LENGTH),
        "properties": _json(event.get("properties")),
        **_times(event.get("at"), sent_at, receipt),
    }
    if event.get("type") == "identify":
        who = {name: _text(event, name) for name in ("user_id", "full_name", "company_name")}
        return "identities", row | who | {"email": _email(event, required=not who["user_id"])}
    if event.get("type") != "page":
        raise Refused(f"type is {event.get('type')!r}; send page or identify")
    return "page_views", row | _page(_required(event, "url"), event) | _origin(receipt)


def from_program(event: Mapping[str, Any], receipt: Receipt) -> tuple[str, Record]:
    """(stream, row) of a custom event: {key, type, occurred_at?, email | user_id | company_domain, subject?, ...}."""
    key = _required(event, "key", _ID_LENGTH)
    who = {name: _text(event, name) for name in ("user_id", "company_domain")} | {"email": _email(event)}
    if not any(who.values()):
        raise Refused("none of email, user_id and company_domain says whose event it is")
    return "activities", {
        "event_id": str(uuid.uuid5(_NAMESPACE, key)),
        "source_key": key,
        "activity_type": _required(event, "type", _ID_LENGTH),
        "subject": _text(event, "subject"),
        "product": _text(event, "product"),
        "properties": _json(event.get("properties")),
        **who,
        **_times(event.get("occurred_at"), None, receipt),
    }


def from_segment(event: Mapping[str, Any], receipt: Receipt) -> tuple[str, Record]:
    """(stream, row) of a message in Segment's format (track, page, identify); `messageId` makes it unique."""
    kind = event.get("type")
    if kind not in ("track", "page", "identify"):
        raise Refused(f"type is {kind!r}; send track, page or identify")
    properties, context = _object(event, "properties"), _object(event, "context")
    traits = _object(event, "traits") | _object(context, "traits")
    row = {
        "event_id": str(uuid.uuid5(_NAMESPACE, "segment:" + _required(event, "messageId", _ID_LENGTH))),
        "visitor_id": _text(event, "anonymousId", _ID_LENGTH),
        "properties": _json(properties or traits),
        **_times(event.get("timestamp"), event.get("sentAt"), receipt),
    }
    user, email = _text(event, "userId", _ID_LENGTH), _email(traits)
    if kind == "page":
        page = _object(context, "page") | properties
        ip = Receipt(receipt.received_at, str(context.get("ip") or ""), str(context.get("userAgent") or ""))
        return "page_views", row | _page(_required(page, "url"), page) | _origin(ip)
    if kind == "identify":
        named = {"user_id": user, "full_name": _text(traits, "name"), "company_name": _text(traits, "company")}
        return "identities", row | named | {"email": email}
    if not (user or email or row["visitor_id"]):
        raise Refused("none of userId, anonymousId and context.traits.email says whose event it is")
    return "activities", row | {
        "source_key": event["messageId"],
        "activity_type": _required(event, "event", _ID_LENGTH),
        "user_id": user,
        "email": email,
    }


def _page(url: str, event: Mapping[str, Any]) -> Record:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise Refused("url is no http or https address")
    query = parse_qs(parts.query)
    return {
        "url": url,
        "path": parts.path or "/",
        "title": _text(event, "title"),
        "referrer": _text(event, "referrer"),
        "utm_source": query.get("utm_source", [None])[0],
        "utm_campaign": query.get("utm_campaign", [None])[0],
    }


def _origin(receipt: Receipt) -> Record:
    return {"ip": receipt.ip or None, "user_agent": receipt.user_agent[:LONGEST_TEXT] or None}


def _times(at: Any, sent_at: Any, receipt: Receipt) -> Record:
    """When it happened by our clock: a sender's clock may be wrong, the time between its two stamps is not."""
    received, happened, sent = receipt.received_at, _moment(at, "the event's time"), _moment(sent_at, "sent_at")
    if happened is not None and sent is not None:
        happened = received - max(sent - happened, timedelta())
    happened = received if happened is None else min(happened, received)
    return {"occurred_at": f"{happened.isoformat()}Z", "received_at": f"{received.isoformat()}Z"}


def _moment(value: Any, name: str) -> datetime | None:
    if value is None or value == "":
        return None
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000, UTC).replace(tzinfo=None)  # JavaScript counts milliseconds
        found = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError) as error:
        raise Refused(f"{name} is {str(value)[:40]!r}; send ISO 8601 or milliseconds since 1970") from error
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


def _required(event: Mapping[str, Any], name: str, longest: int = LONGEST_TEXT) -> str:
    found = _text(event, name, longest)
    if found is None:
        raise Refused(f"{name} is missing")
    return found


def _text(event: Mapping[str, Any], name: str, longest: int = LONGEST_TEXT) -> str | None:
    value = event.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str | int | float) or len(str(value)) > longest:
        raise Refused(f"{name} is no text of at most {longest} characters")
    return str(value).replace("\x00", "")


def _email(event: Mapping[str, Any], *, required: bool = False) -> str | None:
    found = _required(event, "email") if required else _text(event, "email")
    if found is not None and ("@" not in found or " " in found.strip()):
        raise Refused("email is no e-mail address")
    return found.strip().lower() if found else None


def _object(event: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = event.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused(f"{name} is no object")
    return value


def _json(value: Any) -> str | None:
    return None if value in (None, {}) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
