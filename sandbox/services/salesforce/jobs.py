"""Bulk 2.0 jobs, and the thread that works them off one after the other."""

import queue
import threading
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sandbox.framework.exchange import Call
from sandbox.services.salesforce.errors import refusal
from sandbox.services.salesforce.rendering import json_value


@dataclass
class Job:
    """One Bulk 2.0 job, ingest or query."""

    id: str
    kind: str  # ingest, query
    operation: str
    object: str
    actor: str
    created: datetime
    version: str
    settings: dict[str, Any]
    state: str = "Open"
    processed: int = 0
    failed: int = 0
    error: str = ""
    modified: datetime | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def as_reply(self) -> dict[str, Any]:
        """Return the job as the API shows it."""
        entry: dict[str, Any] = {
            "id": self.id,
            "operation": self.operation,
            "object": self.object,
            "createdById": self.actor,
            "createdDate": json_value(self.created),
            "systemModstamp": json_value(self.modified or self.created),
            "state": self.state,
            "concurrencyMode": "Parallel",
            "contentType": "CSV",
            "apiVersion": float(self.version),
            "jobType": "V2Ingest" if self.kind == "ingest" else "V2Query",
            "lineEnding": self.settings.get("lineEnding", "LF"),
            "columnDelimiter": self.settings.get("columnDelimiter", "COMMA"),
            "numberRecordsProcessed": self.processed,
            "retries": 0,
            "totalProcessingTime": 0,
        }
        if self.kind == "ingest":
            entry |= {"numberRecordsFailed": self.failed, "apiActiveProcessingTime": 0, "apexProcessingTime": 0}
            if self.state == "Open":
                entry["contentUrl"] = f"services/data/v{self.version}/jobs/ingest/{self.id}/batches"
            if key := self.settings.get("externalIdFieldName"):
                entry["externalIdFieldName"] = key
        if self.error:
            entry["errorMessage"] = self.error
        return entry


class Jobs:
    """All jobs, and one worker."""

    def __init__(self) -> None:
        self._jobs: dict[str, Job] = {}
        self._work: queue.Queue[tuple[Job, Callable[[Job], None]]] = queue.Queue()
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            job, work = self._work.get()
            try:
                if job.state == "UploadComplete":
                    job.state = "InProgress"
                    work(job)
            except Exception as error:  # whatever happens is the job's end, and told by it
                job.error, job.state = f"UnknownException : {error}", "Failed"
            finally:
                self._work.task_done()

    def add(self, call: Call, kind: str, operation: str, sobject: str, settings: dict[str, Any], now: datetime) -> Job:
        """Make a job."""
        job = Job(
            f"750SB{uuid.uuid4().hex[:13]}", kind, operation, sobject, call.actor, now, call.params["version"], settings
        )
        self._jobs[job.id] = job
        return job

    def find(self, call: Call, kind: str) -> Job:
        """Return the job a path names; raises NOT_FOUND."""
        job = self._jobs.get(call.params["job"])
        if job is None or job.kind != kind:
            raise refusal("NOT_FOUND", "The requested resource does not exist")
        return job

    def listed(self, kind: str) -> list[dict[str, Any]]:
        """Return all jobs of a kind."""
        return [job.as_reply() for job in self._jobs.values() if job.kind == kind]

    def start(self, job: Job, work: Callable[[Job], None]) -> None:
        """Queue a job that is UploadComplete."""
        self._work.put((job, work))

    def remove(self, job: Job) -> None:
        """Forget a job; raises when it is still under way."""
        if job.state not in ("JobComplete", "Failed", "Aborted"):
            raise refusal("API_ERROR", f"Job {job.id} cannot be deleted in state {job.state}")
        self._jobs.pop(job.id)

    def reset(self) -> None:
        """Wait for what runs and forget all jobs."""
        self._work.join()
        self._jobs.clear()
