"""The sync that benchmarks kill and cut off: leads by an external id, made and updated, one field only filled in."""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

from connections.retry import RetryPolicy
from connections.salesforce import SalesforceCredentials, open_salesforce
from reverse_etl.destinations import Channel
from reverse_etl.destinations.salesforce import SalesforceDestination
from reverse_etl.engine import run
from reverse_etl.report import SyncReport
from reverse_etl.spec import SyncSpec

KEY = "Marketmap_Key__c"
SPEC = SyncSpec.model_validate(
    {
        "name": "salesforce__keyed_leads",
        "model": "activation.keyed_leads",
        "destination": "salesforce",
        "object": "Lead",
        "key": {"column": "lead_key", "field": KEY},
        "mode": "upsert",
        "guards": {"approval_above_creates": 10**9, "approval_above_records": 10**9, "max_changed_ratio": 1.0},
    }
)
FIELDS = (
    ("last_name", "LastName", "on_create"),
    ("company", "Company", "on_create"),
    ("score", "Person_Score__c", "always"),
    ("title", "Title", "if_blank"),
)


@dataclass(frozen=True)
class Setting:
    """What a run needs, to be handed to another process."""

    warehouse: str
    credentials: dict[str, str]
    batch_records: int

    def run(self) -> SyncReport:
        """Run the sync once."""
        channels = (
            Channel("collections", 0, min(200, self.batch_records), 2_000, 4_000_000),
            Channel("bulk", 1_000, self.batch_records, 2 * self.batch_records, 90_000_000, 12),
        )
        quick = RetryPolicy(attempts=3, base_seconds=0.02, cap_seconds=0.1)
        with open_salesforce(SalesforceCredentials(**self.credentials), retry=quick) as connection:
            destination = SalesforceDestination(
                connection, channels=channels, sleep=lambda pause: time.sleep(min(pause / 8, 0.1))
            )
            return run(SPEC, warehouse=Path(self.warehouse), destination=destination)
