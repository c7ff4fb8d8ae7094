"""limits, limits/recordCount, and the usage header every answer carries."""

from typing import Any

from sandbox.framework.exchange import Call, Reply
from sandbox.services.salesforce.org import Org


class Limits:
    """Handlers for what is left of the day's budgets."""

    def __init__(self, org: Org) -> None:
        self._org = org

    def header(self) -> str:
        """Return the value of Sforce-Limit-Info."""
        return f"api-usage={self._org.calls.used}/{self._org.calls.limit}"

    def limits(self, call: Call) -> Reply:
        """GET limits."""
        org = self._org
        entries: dict[str, Any] = {
            "DailyApiRequests": (org.calls.limit, org.calls.remaining),
            "DailyBulkApiBatches": (org.bulk_batches.limit, org.bulk_batches.remaining),
            "DailyBulkV2QueryJobs": (org.bulk_queries.limit, org.bulk_queries.remaining),
            "DailyBulkV2QueryFileStorageMB": (976_562, 976_562),
            "DataStorageMB": (10_240, 9_000),
            "FileStorageMB": (20_480, 20_000),
            "SingleEmail": (5_000, 5_000),
        }
        return Reply({name: {"Max": limit, "Remaining": left} for name, (limit, left) in entries.items()})

    def record_count(self, call: Call) -> Reply:
        """GET limits/recordCount?sObjects=; unknown names are left out, as the vendor does."""
        names = call.values("sObjects") or [sobject.name for sobject in self._org.schema.objects()]
        counts = list[dict[str, Any]]()
        with self._org.store.read() as cursor:
            for name in names:
                if sobject := self._org.schema.find(name):
                    query = f"select count(*) from {sobject.table} where {sobject.live()}"
                    counts.append({"count": cursor.execute(query).fetchall()[0][0], "name": sobject.name})
        return Reply({"sObjects": counts})
