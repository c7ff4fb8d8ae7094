"""What may be sent to the collector, and what becomes of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from ingestion.web_events.events import Receipt, Refused, from_browser, from_program, from_segment

NOON = datetime(2026, 5, 1, 12, 0)  # noqa: DTZ001 - the warehouse keeps UTC without a zone
RECEIPT = Receipt(NOON, "203.0.113.7", "Mozilla")
VIEW = {"type": "page", "event_id": "e1", "visitor_id": "v1", "url": "https://acme.example/pricing?utm_source=x"}


def test_a_page_view_keeps_what_the_page_says() -> None:
    stream, row = from_browser(VIEW | {"title": "Ny Æra 🚀"}, None, RECEIPT)
    assert stream == "page_views"
    wanted = {"path": "/pricing", "utm_source": "x", "title": "Ny Æra 🚀", "ip": "203.0.113.7", "event_id": "e1"}
    assert row | wanted == row
    assert row["occurred_at"] == "2026-05-01T12:00:00Z"


@pytest.mark.parametrize(
    ("at", "sent_at", "happened"),
    [
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:30Z", "2026-05-01T11:59:30Z"),  # a clock six years behind
        (4102444800000, 4102444800000, "2026-05-01T12:00:00Z"),  # one in the year 2100
        ("2026-05-01T10:00:00+02:00", None, "2026-05-01T08:00:00Z"),
        ("2099-01-01", None, "2026-05-01T12:00:00Z"),  # nothing happens after it was received
    ],
)
def test_a_wrong_clock_does_not_move_an_event(at: Any, sent_at: Any, happened: str) -> None:
    assert from_browser(VIEW | {"at": at}, sent_at, RECEIPT)[1]["occurred_at"] == happened


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"url": "javascript:alert(1)"}, "url is no http"),
        ({"visitor_id": None}, "visitor_id is missing"),
        ({"type": "purchase"}, "'purchase'"),
        ({"title": {"a": 1}}, "title is no text"),
        ({"at": "yesterday"}, "ISO 8601"),
        ({"event_id": "x" * 201}, "event_id"),
    ],
)
def test_a_refusal_names_the_field(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(Refused, match=reason):
        from_browser(VIEW | change, None, RECEIPT)


def test_a_custom_event_is_one_by_its_key() -> None:
    event = {"key": "inv-7", "type": "Trial Started", "email": " Ann@Acme.example ", "properties": {"seats": 3}}
    stream, row = from_program(event, RECEIPT)
    again = from_program(event | {"type": "Trial Ended"}, RECEIPT)[1]
    assert (stream, row["email"], row["properties"]) == ("activities", "ann@acme.example", '{"seats":3}')
    assert row["event_id"] == again["event_id"]
    with pytest.raises(Refused, match="whose event"):
        from_program({"key": "a", "type": "b"}, RECEIPT)


def test_segment_messages() -> None:
    track = {
        "type": "track", "messageId": "m1", "event": "Report Exported", "anonymousId": "a1",
        "context": {"traits": {"email": "ann@acme.example"}}, "timestamp": "2026-05-01T11:00:00Z",
    }  # fmt: skip
    stream, row = from_segment(track, RECEIPT)
    assert (stream, row["activity_type"], row["email"]) == ("activities", "Report Exported", "ann@acme.example")
    assert from_segment({"type": "identify", "messageId": "m2", "userId": "u"}, RECEIPT)[0] == "identities"
    page = {"type": "page", "messageId": "m3", "anonymousId": "a1", "context": {"page": {"url": "https://a.example"}}}
    assert from_segment(page, RECEIPT)[1]["path"] == "/"
    with pytest.raises(Refused, match="alias"):
        from_segment({"type": "alias", "messageId": "m"}, RECEIPT)
