"""Bulk 2.0 ingest: create, upload once, close, work off, results in an order that is not the input's."""

from pathlib import Path
from typing import Any

import duckdb

from sandbox.framework.exchange import Call, Reply
from sandbox.services.salesforce import bulk_csv, changes
from sandbox.services.salesforce.bulk_csv import BadFile, Format
from sandbox.services.salesforce.checks import SET_NULL
from sandbox.services.salesforce.errors import error_reply, refusal
from sandbox.services.salesforce.fields import SObject
from sandbox.services.salesforce.jobs import Job, Jobs
from sandbox.services.salesforce.org import Org
from sandbox.services.salesforce.saving import Change
from sandbox.services.salesforce.writer import body_object

OPERATIONS = ("insert", "update", "upsert", "delete", "hardDelete")
ROWS_PER_BATCH = 10_000
RESULTS = ("successfulResults", "failedResults", "unprocessedrecords")


class Ingest:
    """Handlers for jobs/ingest."""

    def __init__(self, org: Org, jobs: Jobs) -> None:
        self._org, self._jobs = org, jobs

    def create(self, call: Call) -> Reply:
        """POST jobs/ingest."""
        body = body_object(call)
        sobject = self._org.schema.find(str(body.get("object")))
        if sobject is None:
            raise refusal("INVALIDENTITY", f"Unable to find object: {body.get('object')}")
        if problem := _invalid(sobject, body):
            raise refusal("INVALIDJOB", f"InvalidJob : {problem}")
        now = self._org.clock.now()
        return Reply(self._jobs.add(call, "ingest", body["operation"], sobject.name, body, now).as_reply())

    def upload(self, call: Call) -> Reply:
        """PUT jobs/ingest/id/batches, once per job."""
        job = self._jobs.find(call, "ingest")
        content_type = call.headers.get("Content-Type", "")
        if not content_type.startswith("text/csv"):
            raise refusal("INVALID_CONTENT_TYPE", f"Content-Type must be text/csv, not {content_type}", 415)
        if job.state != "Open" or self._file(job).exists():
            raise refusal("BULK_API_ERROR", f"Found multiple contents for job: <{job.id}>, PUT only once per job", 409)
        if call.upload is None or call.upload.stat().st_size > bulk_csv.MAX_FILE:
            raise refusal("REQUEST_TOO_LARGE", "the file is larger than 150 MB", 413)
        call.upload.rename(self._file(job))
        return Reply(None, 201)

    def change_state(self, call: Call) -> Reply:
        """PATCH jobs/ingest/id with UploadComplete or Aborted."""
        job, state = self._jobs.find(call, "ingest"), body_object(call).get("state")
        with job.lock:
            if state == "Aborted" and job.state in ("Open", "UploadComplete", "InProgress"):
                job.state = "Aborted"
            elif state == "UploadComplete" and job.state == "Open":
                job.state = "UploadComplete"
                fault = self._org.faults.take("salesforce", call.method, call.path, ("partial_failure",))
                refused = (max(1, round(1 / fault.share)), fault.code) if fault else (0, "")
                self._jobs.start(job, lambda started: self._work(started, refused))
            else:
                raise refusal("INVALIDJOBSTATE", f"InvalidJobState : Closing already {job.state} Job not allowed")
        return Reply(job.as_reply())

    def show(self, call: Call) -> Reply:
        """GET jobs/ingest/id."""
        return Reply(self._jobs.find(call, "ingest").as_reply())

    def listed(self, call: Call) -> Reply:
        """GET jobs/ingest."""
        return Reply({"done": True, "records": self._jobs.listed("ingest"), "nextRecordsUrl": None})

    def remove(self, call: Call) -> Reply:
        """DELETE jobs/ingest/id."""
        job = self._jobs.find(call, "ingest")
        self._jobs.remove(job)
        for file in self._org.store.scratch.glob(f"{job.id}*"):
            file.unlink()
        return Reply(None, 204)

    def results(self, call: Call) -> Reply:
        """GET jobs/ingest/id/successfulResults and its two sisters."""
        job, name = self._jobs.find(call, "ingest"), call.params["results"]
        known = next((kind for kind in RESULTS if kind.lower() == name.lower()), None)
        if known is None:
            return error_reply("NOT_FOUND", "The requested resource does not exist")
        file = self._result(job, known)
        if job.state not in ("JobComplete", "Failed", "Aborted"):
            raise refusal("BULK_API_ERROR", f"Job {job.id} is {job.state}; results are not ready")
        return Reply(file if file.exists() else "", media_type="text/csv")

    # -- working off
    def _file(self, job: Job) -> Path:
        return self._org.store.scratch / f"{job.id}.csv"

    def _result(self, job: Job, kind: str) -> Path:
        return self._org.store.scratch / f"{job.id}.{kind}.csv"

    def _work(self, job: Job, refused: tuple[int, str]) -> None:
        sobject = self._org.schema.find(job.object)
        if sobject is None or not self._file(job).exists():
            job.state, job.error = "Failed", "InvalidBatch : no data was uploaded"
            return
        form = Format(job.settings.get("columnDelimiter", "COMMA"), job.settings.get("lineEnding", "LF"))
        raw = f'scratch."{job.id}"'
        try:
            header = bulk_csv.read_header(self._file(job), form)
            columns = _known(sobject, header, job.operation)
            with self._org.store.read() as cursor:
                total = bulk_csv.load(cursor, self._file(job), form, header, raw)
            self._charge(total)
            self._apply(job, sobject, header, columns, refused)
        except BadFile as bad:
            self._file(job).rename(self._result(job, "unprocessedrecords"))
            job.error, job.state = str(bad), "Failed"
        finally:
            self._org.store.drop_result(job.id)
            job.modified = self._org.clock.now()

    def _charge(self, rows: int) -> None:
        """Take one batch per 10,000 rows from the day's budget."""
        if not self._org.bulk_batches.spend(-(-rows // ROWS_PER_BATCH)):
            raise BadFile("ExceededQuota : ApiBatchItems Limit exceeded.")

    def _apply(
        self, job: Job, sobject: SObject, header: list[str], columns: list[str], refused: tuple[int, str]
    ) -> None:
        now, key = self._org.clock.now(), job.settings.get("externalIdFieldName") or "Id"
        change = Change(
            sobject,
            "delete" if job.operation == "hardDelete" else job.operation,
            tuple(columns),
            job.actor,
            now,
            key=next((column for column in columns if column.lower() == str(key).lower()), "Id"),
            refused_every=refused[0],
            refused_code=refused[1],
            rules=self._org.rules_for(sobject),
        )
        with self._org.store.write() as cursor:
            cursor.execute(f"create or replace temp table stage as {_staging(job, columns)}")
            changes.apply(cursor, self._org.schema, change)
            self._write_results(cursor, job, header)
            counted = cursor.execute("select count(*), count(*) filter (error is not null) from outcome").fetchall()[0]
        job.processed, job.failed = counted
        job.state = "JobComplete"

    def _write_results(self, cursor: duckdb.DuckDBPyConnection, job: Job, header: list[str]) -> None:
        own = ", ".join(f'c{i} as "{name.replace(chr(34), chr(34) * 2)}"' for i, name in enumerate(header))
        error = "error.code || ':' || error.message || ':' || coalesce(error.fields, '') || ' --'"
        joined = f'from outcome as o join scratch."{job.id}" as raw using (n)'
        selects = {
            "successfulResults": f"""select id as sf__Id, (action = 'insert')::varchar as sf__Created, {own} {joined}
                where error is null""",
            "failedResults": f"""select id as sf__Id, {error} as sf__Error, {own} {joined} where error is not null""",
            "unprocessedrecords": f"select {own} {joined} where false",
        }
        form = f"header, force_quote *, nullstr '', delimiter '{_delimiter(job)}'"
        for kind, select in selects.items():
            cursor.execute(f"copy ({select} order by hash(o.n)) to '{self._result(job, kind)}' (format csv, {form})")


def _invalid(sobject: SObject, settings: dict[str, Any]) -> str | None:
    """Return what is wrong with a job's settings."""
    operation, key = settings.get("operation"), settings.get("externalIdFieldName")
    for name, default, allowed in (
        ("operation", None, OPERATIONS),
        ("contentType", "CSV", ("CSV",)),
        ("columnDelimiter", "COMMA", tuple(bulk_csv.DELIMITERS)),
        ("lineEnding", "LF", tuple(bulk_csv.LINE_ENDINGS)),
    ):
        if settings.get(name, default) not in allowed:
            return f"{name} {settings.get(name)} is not supported; use one of {', '.join(allowed)}"
    field = sobject.find(str(key))
    if operation == "upsert" and not (field and (field.external_id or field.lookup)):
        return f"Field name provided, {key} does not match an External ID or indexed field for {sobject.name}"
    return None


def _delimiter(job: Job) -> str:
    return bulk_csv.DELIMITERS[job.settings.get("columnDelimiter", "COMMA")]


def _known(sobject: SObject, header: list[str], operation: str) -> list[str]:
    """Return the header's names as the schema spells them; a name it does not know fails the job."""
    names = list[str]()
    for name in header:
        field = sobject.find(name)
        if field is None:
            raise BadFile(f"InvalidBatch : Field name not found : {name}")
        names.append(field.name)
    if operation in ("delete", "hardDelete") and names != ["Id"]:
        raise BadFile("InvalidBatch : a delete takes the Id column only")
    return names


def _staging(job: Job, columns: list[str]) -> str:
    """Empty means not sent, #N/A means null."""
    cells = ", ".join(
        f"case when c{i} = '' then null when c{i} = '#N/A' then {SET_NULL} else c{i} end as \"{name}\""
        for i, name in enumerate(columns)
    )
    problem = "case when problem is not null then 'CSV_ERROR' end"
    return f"""select n, {problem} as problem_code, problem as problem_message, '' as problem_fields, {cells}
        from scratch."{job.id}" """
