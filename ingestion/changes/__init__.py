"""What other systems tell by themselves: changes of CRM records, and leads. Received into a folder, landed once.

`receiver.py` receives; a change is landed once by its event's id, a lead is the latest of what was said of its key.
"""

from __future__ import annotations

from ingestion.changes.events import LEAD_FIELDS
from ingestion.rounds import Table
from ingestion.spooled import spooled_source

RECORDS, LEADS = "record_changes", "inbound_leads"
_COLUMNS = {
    RECORDS: (
        "event_id", "source", "object", "record_id", "change_type", "changed_field", "new_value", "occurred_at",
        "received_at", "payload",
    ),
    LEADS: ("event_id", "endpoint", "lead_key", "occurred_at", "received_at", "payload", *LEAD_FIELDS),
}  # fmt: skip

CHANGES = spooled_source(
    "changes",
    _COLUMNS,
    (
        Table(RECORDS, ("event_id",), immutable=True),
        Table(LEADS, ("endpoint", "lead_key"), version="received_at"),
    ),
)
