"""Bulk 2.0 query: the result is kept in DuckDB and leaves it as CSV, page by page, without passing through Python."""

import tempfile
from pathlib import Path

from sandbox.framework.exchange import Call, Reply
from sandbox.services.salesforce.bulk_csv import DELIMITERS, LINE_ENDINGS
from sandbox.services.salesforce.errors import refusal
from sandbox.services.salesforce.jobs import Job, Jobs
from sandbox.services.salesforce.org import Org
from sandbox.services.salesforce.queries import compiled
from sandbox.services.salesforce.rendering import csv_expression
from sandbox.services.salesforce.soql import Compiled, parse
from sandbox.services.salesforce.writer import body_object

DEFAULT_PAGE = 250_000


class Extract:
    """Handlers for jobs/query."""

    def __init__(self, org: Org, jobs: Jobs) -> None:
        self._org, self._jobs = org, jobs
        self._queries: dict[str, Compiled] = {}

    def reset(self) -> None:
        """Forget all results."""
        self._queries.clear()

    def create(self, call: Call) -> Reply:
        """POST jobs/query."""
        body = body_object(call)
        operation = body.get("operation")
        if operation not in ("query", "queryAll"):
            raise refusal("INVALIDJOB", f"InvalidJob : operation {operation} is not supported")
        if body.get("columnDelimiter", "COMMA") not in DELIMITERS or body.get("lineEnding", "LF") not in LINE_ENDINGS:
            raise refusal("INVALIDJOB", "InvalidJob : unknown columnDelimiter or lineEnding")
        query = compiled(self._org, str(body.get("query", "")), deleted=operation == "queryAll")
        if query.aggregate or query.counts or parse(str(body["query"])).offset:
            raise refusal("API_ERROR", "Aggregate functions, GROUP BY and OFFSET are not supported by Bulk API queries")
        if not self._org.bulk_queries.spend():
            raise refusal("EXCEEDED_LIMIT", "BulkV2QueryJobs limit exceeded")
        job = self._jobs.add(call, "query", operation, query.sobject.name, body, self._org.clock.now())
        self._queries[job.id] = query
        job.state = "UploadComplete"
        self._jobs.start(job, self._work)
        return Reply({key: value for key, value in job.as_reply().items() if key != "numberRecordsProcessed"})

    def _work(self, job: Job) -> None:
        query = self._queries[job.id]
        with self._org.store.read() as cursor:
            cursor.execute(f'create table scratch."{job.id}" as {query.sql}', query.parameters)
            job.processed = cursor.execute(f'select count(*) from scratch."{job.id}"').fetchall()[0][0]
        job.modified, job.state = self._org.clock.now(), "JobComplete"

    def show(self, call: Call) -> Reply:
        """GET jobs/query/id."""
        return Reply(self._jobs.find(call, "query").as_reply())

    def listed(self, call: Call) -> Reply:
        """GET jobs/query."""
        return Reply({"done": True, "records": self._jobs.listed("query"), "nextRecordsUrl": None})

    def change_state(self, call: Call) -> Reply:
        """PATCH jobs/query/id with Aborted."""
        job = self._jobs.find(call, "query")
        if body_object(call).get("state") != "Aborted" or job.state in ("JobComplete", "Failed", "Aborted"):
            raise refusal("INVALIDJOBSTATE", f"InvalidJobState : job {job.id} is {job.state}")
        job.state = "Aborted"
        return Reply(job.as_reply())

    def remove(self, call: Call) -> Reply:
        """DELETE jobs/query/id."""
        job = self._jobs.find(call, "query")
        self._jobs.remove(job)
        self._queries.pop(job.id, None)
        self._org.store.drop_result(job.id)
        return Reply(None, 204)

    def results(self, call: Call) -> Reply:
        """GET jobs/query/id/results?maxRecords=&locator=."""
        job = self._jobs.find(call, "query")
        if job.state != "JobComplete":
            raise refusal("API_ERROR", f"Job {job.id} is {job.state}; results are not ready")
        size = int(call.value("maxRecords") or DEFAULT_PAGE)
        locator = call.value("locator") or "MA"
        if size < 1 or not locator.startswith("MA"):
            raise refusal("INVALID_QUERY_LOCATOR", f"invalid locator {locator}")
        start = int(locator[2:] or 0)
        end = min(start + size, job.processed)
        headers = {
            "Sforce-Locator": f"MA{end}" if end < job.processed else "null",
            "Sforce-NumberOfRecords": str(end - start),
        }
        return Reply(self._page(job, start, end), headers=headers, media_type="text/csv", discard=True)

    def _page(self, job: Job, start: int, end: int) -> Path:
        """Write one page to a file that goes once it is sent."""
        columns = ", ".join(
            f'{csv_expression(f"c{i}", column.type)} as "{".".join(column.path)}"'
            for i, column in enumerate(self._queries[job.id].columns)
        )
        with tempfile.NamedTemporaryFile(dir=self._org.store.scratch, suffix=".csv", delete=False) as file:
            page = Path(file.name)
        delimiter = DELIMITERS[job.settings.get("columnDelimiter", "COMMA")]
        with self._org.store.read() as cursor:
            cursor.execute(f"""
                copy (select {columns} from scratch."{job.id}" where rowid >= {start} and rowid < {end} order by rowid)
                to '{page}' (format csv, header, force_quote *, delimiter '{delimiter}')
            """)
        if job.settings.get("lineEnding") == "CRLF":
            page.write_bytes(page.read_bytes().replace(b"\n", b"\r\n"))
        return page
