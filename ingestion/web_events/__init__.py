"""What people do on our own pages and in our own product, and what other systems of ours tell: landed once by its id.

The collector (`collector.py`) receives it into a folder; this source lands the folder.
"""

from __future__ import annotations

from ingestion.rounds import Table
from ingestion.spooled import spooled_source

KEY = "event_id"
_COMMON = (KEY, "occurred_at", "received_at", "visitor_id", "session_id", "properties")
STREAMS: dict[str, tuple[str, ...]] = {
    "page_views": (*_COMMON, "url", "path", "title", "referrer", "utm_source", "utm_campaign", "ip", "user_agent"),
    "identities": (*_COMMON, "email", "user_id", "full_name", "company_name"),
    "activities": (
        *_COMMON, "source_key", "activity_type", "subject", "email", "user_id", "company_domain", "product",
    ),
}  # fmt: skip

WEB_EVENTS = spooled_source("web_events", STREAMS, [Table(stream, (KEY,), immutable=True) for stream in STREAMS])
