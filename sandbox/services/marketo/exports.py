"""Bulk extract of leads and activities: create, enqueue, poll, download with Range; two at a time, ten in the queue."""

import hashlib
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sandbox.framework.clock import Clock
from sandbox.framework.exchange import Call, Reply
from sandbox.framework.quotas import DailyQuota
from sandbox.framework.store import Store
from sandbox.services.marketo.attributes import attributes
from sandbox.services.marketo.envelope import body, failure, parse_time, success, timestamp
from sandbox.services.marketo.saving import DELETE_LEAD

DELIMITERS = {"CSV": ",", "TSV": "\t", "SSV": ";"}
LONGEST = timedelta(days=31)
RUNNING, QUEUED = 2, 10
DAILY_BYTES = 500_000_000
ACTIVITY_FIELDS = (
    "marketoGUID", "leadId", "activityDate", "activityTypeId", "campaignId", "primaryAttributeValueId",
    "primaryAttributeValue", "attributes",
)  # fmt: skip
# The file holds attributes as one JSON object, where REST gives a list of {name, value}.
AS_OBJECT = """to_json(map_from_entries(list_transform(
    from_json(attributes, '[{"name": "VARCHAR", "value": "JSON"}]'), lambda entry: (entry.name, entry.value))))"""


@dataclass
class Export:
    """One extract job."""

    id: str
    kind: str  # leads, activities
    format: str
    sql: str
    bound: list[Any]
    created: datetime
    status: str = "Created"
    times: dict[str, datetime] = field(default_factory=dict)
    records: int = 0
    size: int = 0
    checksum: str = ""

    def as_result(self) -> dict[str, Any]:
        """Return the job as its status shows it."""
        entry: dict[str, Any] = {"exportId": self.id, "format": self.format, "status": self.status,
                                 "createdAt": timestamp(self.created)}  # fmt: skip
        entry |= {name: timestamp(moment) for name, moment in self.times.items()}
        if self.status == "Completed":
            entry |= {"numberOfRecords": self.records, "fileSize": self.size, "fileChecksum": f"sha256:{self.checksum}"}
        return entry


class Exports:
    """Handlers for bulk extract. `seconds` is how long a job takes at least."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self.quota = DailyQuota(clock, DAILY_BYTES)
        self.seconds = 0.0
        self._exports: dict[str, Export] = {}
        self._lock = threading.Lock()
        self._workers = ThreadPoolExecutor(RUNNING)

    def reset(self) -> None:
        """Wait for what runs and forget all jobs."""
        self._workers.shutdown(wait=True)
        self._workers = ThreadPoolExecutor(RUNNING)
        self._exports.clear()
        self.quota.limit, self.seconds = DAILY_BYTES, 0.0
        self.quota.reset()

    def create(self, call: Call) -> Reply:
        """POST bulk/v1/{leads|activities}/export/create.json."""
        content, kind = body(call), call.params["kind"]
        form = content.get("format", "CSV")
        if form not in DELIMITERS:
            raise failure("1003", f"Invalid format '{form}'")
        self._check_quota()
        where, bound = self._where(kind, content.get("filter") or {})
        columns = self._columns(kind, content)
        sql = f"select {columns} from marketo.{kind} where {where} order by rowid"
        export = Export(str(uuid.uuid4()), kind, form, sql, bound, self._clock.now())
        self._exports[export.id] = export
        return success([export.as_result()])

    def _columns(self, kind: str, content: dict[str, Any]) -> str:
        known = [a.name for a in attributes(self._store).values()] if kind == "leads" else ACTIVITY_FIELDS
        names = content.get("fields") or (ACTIVITY_FIELDS if kind == "activities" else None)
        if not names:
            raise failure("1003", "fields cannot be empty")
        headers = content.get("columnHeaderNames") or {}
        columns = list[str]()
        for name in names:
            if name not in known:
                raise failure("1006", f"Field '{name}' not found")
            header = str(headers.get(name, name)).replace('"', '""')
            time_field = name in ("createdAt", "updatedAt", "activityDate")
            value = f"strftime(\"{name}\", '%Y-%m-%dT%H:%M:%SZ')" if time_field else f'"{name}"'
            columns.append(f'{AS_OBJECT if name == "attributes" else value} as "{header}"')
        return ", ".join(columns)

    def _where(self, kind: str, given: dict[str, Any]) -> tuple[str, list[Any]]:
        allowed = ("createdAt", "updatedAt", "staticListId") if kind == "leads" else ("createdAt", "activityTypeIds")
        for name in given:
            if name not in allowed:
                raise failure("1035", f"Unsupported filter type for target subscription: {name}")
        if kind == "leads" and len(given) != 1:
            raise failure("1003", "exactly one filter must be specified")
        if kind == "activities" and "createdAt" not in given:
            raise failure("1003", "createdAt filter is required")
        conditions, bound = list[str](), list[Any]()
        for name, value in given.items():
            if name in ("createdAt", "updatedAt"):
                column = "activityDate" if kind == "activities" else name
                conditions.append(f'"{column}" >= ? and "{column}" <= ?')
                bound += self._span(name, value)
            elif name == "staticListId":
                conditions.append('id in (select "leadId" from marketo.list_members where "listId" = ?)')
                bound.append(int(value))
            else:
                conditions.append('"activityTypeId" in (select unnest(?::bigint[]))')
                bound.append([int(number) for number in value])
        if kind == "activities":
            conditions.append(f'"activityTypeId" <> {DELETE_LEAD}')  # only deletedleads.json tells of those
        return " and ".join(conditions), bound

    def _span(self, name: str, value: Any) -> list[datetime]:
        try:
            start, end = (parse_time(str(value[side]), side) for side in ("startAt", "endAt"))
        except (KeyError, TypeError):
            raise failure("1003", f"{name} needs startAt and endAt") from None
        if not start < end:
            raise failure("1003", f"{name}: startAt must be before endAt")
        if end - start > LONGEST:
            raise failure("1003", f"{name}: the date range exceeds 31 days")
        return [start, end]

    def enqueue(self, call: Call) -> Reply:
        """POST .../export/{id}/enqueue.json."""
        export = self._find(call)
        self._check_quota()
        with self._lock:
            if export.status != "Created":
                raise failure("1029", f"Export {export.id} is already {export.status}")
            waiting = sum(other.status in ("Queued", "Processing") for other in self._exports.values())
            if waiting >= QUEUED:
                raise failure("1029", "Too many jobs in queue")
            export.status = "Queued"
        export.times["queuedAt"] = self._clock.now()
        self._workers.submit(self._work, export)
        return success([export.as_result()])

    def _check_quota(self) -> None:
        if self.quota.remaining <= 0:
            raise failure("1029", "Export daily quota exceeded")

    def _work(self, export: Export) -> None:
        if export.status != "Queued":
            return
        export.status, export.times["startedAt"] = "Processing", self._clock.now()
        time.sleep(self.seconds)
        file = self._file(export)
        target = str(file).replace("'", "''")
        form = f"format csv, header, delimiter '{DELIMITERS[export.format]}', nullstr 'null'"
        try:
            with self._store.read() as cursor:
                export.records = cursor.execute(f"copy ({export.sql}) to '{target}' ({form})", export.bound).fetchall()[
                    0
                ][0]
            with file.open("rb") as data:
                export.checksum = hashlib.file_digest(data, "sha256").hexdigest()
        except Exception:
            export.status = "Failed"
            raise
        export.size = file.stat().st_size
        if not self.quota.spend(export.size):
            self.quota.spend(self.quota.remaining)  # the job that crosses the line still completes
        export.times["finishedAt"] = self._clock.now()
        export.status = "Completed"

    def status(self, call: Call) -> Reply:
        """GET .../export/{id}/status.json."""
        return success([self._find(call).as_result()])

    def all(self, call: Call) -> Reply:
        """GET .../export.json?status=."""
        wanted = call.values("status")
        exports = [e for e in self._exports.values() if e.kind == call.params["kind"]]
        return success([e.as_result() for e in exports if not wanted or e.status in wanted])

    def cancel(self, call: Call) -> Reply:
        """POST .../export/{id}/cancel.json."""
        export = self._find(call)
        if export.status in ("Created", "Queued"):
            export.status = "Cancelled"
        return success([export.as_result()])

    def file(self, call: Call) -> Reply:
        """GET .../export/{id}/file.json, in part with Range; plain 404 when there is none."""
        export = self._exports.get(call.params["id"])
        if export is None or export.kind != call.params["kind"] or export.status != "Completed":
            return Reply("File not found", 404, media_type="text/plain")
        return Reply(self._file(export), media_type="text/csv")

    def _find(self, call: Call) -> Export:
        export = self._exports.get(call.params["id"])
        if export is None or export.kind != call.params["kind"]:
            raise failure("610")
        return export

    def _file(self, export: Export) -> Path:
        return self._store.scratch / f"{export.id}.csv"
