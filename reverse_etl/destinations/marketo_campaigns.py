"""Marketo: requests that leads flow through a smart campaign, which is how a nurture or a workflow there is begun.

Facts: AdobeDocs/marketo-developer.en (Request Campaign): 100 leads a call, all or none of them, and each request counts
anew. What became of a lost request cannot be asked in time, so it is reported and not made again.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from connections.errors import RequestRejected
from connections.http import Connection
from reverse_etl.destinations import Batch, Channel, ObjectDescription
from reverse_etl.destinations.members import (
    Outcome,
    Record,
    WriteOnly,
    all_of,
    in_groups,
    message_limits,
    object_of,
    records_of,
    table_of,
    write_in_groups,
)

_REQUESTS = "campaign_requests"
_FIELDS = ("campaign_id", "lead_id")
_LEADS = 100
_LEAD_NOT_FOUND = "1004"


class MarketoCampaigns(WriteOnly[Connection]):
    """Answers the `Destination` protocol for object campaign_requests: a campaign and a lead, requested once."""

    name = "marketo"

    def __init__(self, connection: Connection) -> None:
        request = Channel("request", from_records=0, batch_records=_LEADS, window_records=3_000, batch_bytes=900_000)
        self.limits = message_limits(request)
        super().__init__(connection)

    def describe(self, object_name: str) -> ObjectDescription | None:
        """Requests; nothing needs to be asked."""
        return object_of(_REQUESTS, _FIELDS, required=_FIELDS) if object_name == _REQUESTS else None

    def write(self, batch: Batch) -> pa.Table:
        """Request campaigns; a request that was made cannot be taken back, and needs no word."""
        records = records_of(batch)
        if batch.operation == "delete":
            return table_of(all_of(records, "accepted"))
        return table_of(write_in_groups(in_groups(records, "campaign_id"), self._request))

    def _request(self, campaign: str, records: Sequence[Record]) -> list[Outcome]:
        body = {"input": {"leads": [{"id": int(record.values["lead_id"])} for record in records]}}
        try:
            self._connection.request("POST", f"v1/campaigns/{campaign}/trigger.json", json=body)
        except RequestRejected as refusal:
            if refusal.code != _LEAD_NOT_FOUND:
                raise
            return all_of(records, "rejected" if len(records) == 1 else "undivided", str(refusal))
        return all_of(records, "accepted")
