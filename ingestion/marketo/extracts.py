"""Bulk extract: jobs over at most 31 days, two of which run at a time; the file of each comes in the order asked.

Adobe, "Bulk Extract": create, enqueue, poll, download; 10 jobs in the queue and 500 MB a day for all apps together.
"""

from __future__ import annotations

import hashlib
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from connections import Connection, QuotaExhausted, RequestRejected, Unreachable
from ingestion.marketo.client import listing

Kind = Literal["leads", "activities"]
# Jobs are created a little ahead, so that Marketo works while we read, without taking the whole queue of 10.
AHEAD = 4
_LONGEST_POLL = 60.0
_ENDED = {"Completed", "Failed", "Canceled", "Cancelled"}


@dataclass(frozen=True)
class Extract:
    """One finished job: what was asked and when, by Marketo's clock, how many records, and the file (None if none)."""

    filter: dict[str, Any]
    created: datetime
    records: int
    file: Path | None


@dataclass
class Extractor:
    """Runs extract jobs of one kind; `patience_seconds` is how long one job may take."""

    connection: Connection
    kind: Kind
    fields: Sequence[str]
    scratch: Path
    patience_seconds: float = 3600.0
    sleep: Callable[[float], None] = time.sleep
    _known: dict[str, dict[str, Any]] = field(default_factory=dict)

    def run(self, filters: Iterable[dict[str, Any]], ahead: Callable[[], int] = lambda: AHEAD) -> Iterator[Extract]:
        """The extract of each filter; its file is gone when the next one is asked for. `ahead` bounds open jobs."""
        wanted, jobs = iter(filters), deque[tuple[dict[str, Any], str]]()
        exhausted = False
        while jobs or not exhausted:
            while not exhausted and len(jobs) < max(1, ahead()):
                asked = next(wanted, None)
                exhausted = asked is None
                if asked is not None:
                    jobs.append((asked, self._start(asked)))
            if jobs:
                yield from self._finish(*jobs.popleft())

    def _start(self, asked: dict[str, Any]) -> str:
        """Create and enqueue a job; a full queue is waited for. A job created twice is never enqueued twice."""
        body = {"format": "CSV", "filter": asked, "fields": list(self.fields)}
        export: str = self._post("create.json", body)["exportId"]
        waited = 0.0
        while True:
            try:
                self._post(f"{export}/enqueue.json", None)
            except RequestRejected as rejected:
                if rejected.code != "1029":
                    raise
                if "quota" in str(rejected):
                    problem = "the day's 500 MB of bulk extract are used up"
                    raise QuotaExhausted(self.connection.system, problem, "Run again tomorrow") from rejected
                if self._status(export)["status"] != "Created":
                    return export  # the first enqueue arrived, its answer did not
                self._be_patient(waited, f"no place in the queue for {self.kind}")
                self.sleep(_LONGEST_POLL / 4)
                waited += _LONGEST_POLL / 4
            else:
                return export

    def _finish(self, asked: dict[str, Any], export: str) -> Iterator[Extract]:
        pause, waited = 1.0, 0.0
        status = self._status(export)
        while status["status"] not in _ENDED:
            self._be_patient(waited, f"export {export} is {status['status']}")
            self.sleep(pause)
            waited, pause = waited + pause, min(pause * 1.5, _LONGEST_POLL)
            status = self._status(export)
        if status["status"] != "Completed":
            problem = f"export {export} ended as {status['status']} {status.get('errorMsg', '')}"
            raise Unreachable(self.connection.system, problem, "Run again; the window is asked for anew")
        records = int(status.get("numberOfRecords", 0))
        created = datetime.fromisoformat(status["createdAt"]).astimezone(UTC).replace(tzinfo=None)
        if not records:
            yield Extract(asked, created, 0, None)
            return
        with tempfile.NamedTemporaryFile(dir=self.scratch, suffix=".csv") as file:
            self.connection.download(f"/bulk/v1/{self.kind}/export/{export}/file.json", file.file)
            file.flush()
            self._verify(Path(file.name), status)
            yield Extract(asked, created, records, Path(file.name))

    def _verify(self, file: Path, status: dict[str, Any]) -> None:
        with file.open("rb") as data:
            found = "sha256:" + hashlib.file_digest(data, "sha256").hexdigest()
        if found != status.get("fileChecksum", found):
            problem = f"the file of export {status['exportId']} does not have its checksum"
            raise Unreachable(self.connection.system, problem, "Run again; the window is asked for anew")

    def _be_patient(self, waited: float, problem: str) -> None:
        if waited > self.patience_seconds:
            raise Unreachable(
                self.connection.system, f"{problem} after {waited:.0f} s", "Run again later; finished windows are kept"
            )

    def _status(self, export: str) -> dict[str, Any]:
        """What is known of a job; one call tells of all jobs that are open."""
        if self._known.get(export, {}).get("status") not in _ENDED:
            for jobs in listing(self.connection, f"/bulk/v1/{self.kind}/export.json"):
                self._known |= {job["exportId"]: job for job in jobs}
        return self._known[export]

    def _post(self, path: str, body: Any) -> dict[str, Any]:
        url = f"/bulk/v1/{self.kind}/export/{path}"
        return dict(self.connection.request("POST", url, json=body, idempotent=True).json()["result"][0])
