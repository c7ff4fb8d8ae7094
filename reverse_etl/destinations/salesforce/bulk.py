"""Bulk API 2.0: one job per batch, built and read as whole tables.

Results come in any order and in three files (successful, failed, unprocessed), so every row is found again by the
first column of its file: the Id, or the external id of a new record.
An empty cell leaves a field as it is, #N/A clears it. Nothing of a job takes effect before its state is UploadComplete.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, BinaryIO, cast

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from connections.errors import ConnectionFailure, OutcomeUnknown, RequestRejected
from connections.http import Connection
from reverse_etl.destinations import Batch
from reverse_etl.destinations.salesforce.bulk_results import RESULTS, accepted, failures, named, stopped, unprocessed
from reverse_etl.identifiers import literal, quoted

NULL = "#N/A"
# A field of a Bulk file holds at most 32,000 characters (Bulk API 2.0 limits).
LONGEST_VALUE = 32_000
_ENDED = {"JobComplete", "Failed", "Aborted"}
_FIRST_POLL_SECONDS, _SLOWEST_POLL_SECONDS, _POLL_GROWTH = 0.2, 30.0, 2.0
_MOST_POLL_SECONDS = 24 * 3600.0
_JOB_ATTEMPTS = 3


def unfit_keys(cells: pa.Table) -> pa.Array:
    """Keys of records with a text that a Bulk file would misread (#N/A itself) or cannot hold."""
    value = cells["value"]
    is_unfit = pc.or_(pc.equal(value, NULL), pc.greater(pc.utf8_length(value), LONGEST_VALUE))
    return pc.unique(cells["record_key"].filter(pc.fill_null(is_unfit, False)))


def write_csv(batch: Batch, key: str | None, target: Path) -> None:
    """Pivot a batch into a Bulk file: a row per record, header of API names, every value quoted, byte for byte.

    The first column is Id, or the external id `key` by which new records are upserted.
    """
    is_new, named = batch.operation == "create", "remote_id"
    if is_new:
        named = "record_key"
    fields = [] if batch.operation == "delete" else sorted(pc.unique(batch.cells["field"]).to_pylist())
    with duckdb.connect() as con:
        con.register("records", batch.records)
        con.register("cells", batch.cells)
        picked = "".join(
            # Of a new record null is what a field holds anyway.
            f', max(coalesce("value", {"null" if is_new else literal(NULL)})) filter (field = {literal(field)}) '
            f"as {quoted(field)}"
            for field in fields
        )
        query = f"""
            select any_value(records.{named}) as {quoted(key if is_new and key else "Id")} {picked}
            from (select *, row_number() over () as place from records) as records
            left join cells on records.record_key = cells.record_key
            group by records.record_key order by min(place)
        """
        table = con.execute(query).to_arrow_table()
    # Arrow quotes every value and leaves nulls (fields without a cell) empty.
    csv.write_csv(table, target, csv.WriteOptions(quoting_style="all_valid"))


class BulkJobs:
    """Runs ingest jobs over one connection."""

    def __init__(self, connection: Connection, sleep: Callable[[float], None] = time.sleep) -> None:
        self._connection = connection
        self._sleep = sleep

    def write(self, batch: Batch, key: str | None) -> pa.Table:
        """Send a batch in one job and answer OUTCOMES; rows in none of the results are left out.

        Raises OutcomeUnknown once the job may have begun, any other ConnectionFailure before that.
        """
        with tempfile.TemporaryDirectory(prefix="marketmap-bulk-") as folder:
            path = Path(folder) / "records.csv"
            write_csv(batch, key, path)
            settings = {"object": batch.object_name, "operation": batch.operation}
            if batch.operation == "create":
                settings |= {"operation": "upsert", "externalIdFieldName": str(key)}
            job = self._upload(settings, path, batch.announce)
        try:
            ended = self._wait(job)
            stop = stopped(job, ended)
            name = key if batch.operation == "create" and key else "Id"
            rows = RESULTS.empty_table() if stop else self._results(job, ended, name)
        except ConnectionFailure as failure:
            problem = f"Bulk job {job} was started, but its results could not be read ({failure})"
            raise OutcomeUnknown("salesforce", problem, "Run again: the job is looked up first") from failure
        if stop:
            raise stop
        return named(rows, batch)

    def close_out(self, job: str) -> None:
        """Return once the job has ended; one that was never completed is aborted."""
        try:
            if self._job(job)["state"] == "Open":
                self._abort(job)
            self._wait(job)
        except RequestRejected as gone:
            if gone.status != 404:  # jobs are kept for 7 days; one that is gone has ended
                raise

    def _upload(self, settings: dict[str, str], path: Path, announce: Callable[[str], None]) -> str:
        """Create a job, give it its file and start it. A job that may hold half a file is given up for a new one."""
        for attempt in range(1, _JOB_ATTEMPTS + 1):
            job = self._create(settings)
            announce(job)
            try:
                content = path.read_bytes()
                headers = {"Content-Type": "text/csv"}
                self._connection.request("PUT", f"jobs/ingest/{job}/batches", content=content, headers=headers)
                break
            except RequestRejected:
                # A file is taken once: this is also the answer to a repetition after a lost answer.
                self._abort(job)
                if attempt == _JOB_ATTEMPTS:
                    raise
        self._start(job)
        return job

    def _create(self, settings: dict[str, str]) -> str:
        body = {**settings, "contentType": "CSV", "lineEnding": "LF"}
        # Repeating it is harmless: an open job without a file does nothing and is removed after 7 days.
        return str(self._connection.request("POST", "jobs/ingest", json=body, idempotent=True).json()["id"])

    def _start(self, job: str) -> None:
        for _ in range(_JOB_ATTEMPTS):
            try:
                self._connection.request("PATCH", f"jobs/ingest/{job}", json={"state": "UploadComplete"})
            except OutcomeUnknown as lost:
                if not self._is_open(job, lost):
                    return
            else:
                return
        self._abort(job)
        problem = f"Bulk job {job} could not be started; every answer was lost"
        raise OutcomeUnknown("salesforce", problem, "Run again: the job is looked up first")

    def _is_open(self, job: str, lost: OutcomeUnknown) -> bool:
        try:
            return bool(self._job(job)["state"] == "Open")
        except ConnectionFailure:
            raise lost from None

    def _abort(self, job: str) -> None:
        self._connection.request("PATCH", f"jobs/ingest/{job}", json={"state": "Aborted"}, idempotent=True)

    def _job(self, job: str) -> dict[str, Any]:
        return cast("dict[str, Any]", self._connection.request("GET", f"jobs/ingest/{job}").json())

    def _wait(self, job: str) -> dict[str, Any]:
        pause, waited = _FIRST_POLL_SECONDS, 0.0
        while (state := self._job(job))["state"] not in _ENDED:
            if waited > _MOST_POLL_SECONDS:
                problem = f"Bulk job {job} is {state['state']} after {waited / 3600:.0f} hours"
                raise OutcomeUnknown("salesforce", problem, "Look at the job in Setup, then run again")
            self._sleep(pause)
            waited += pause
            pause = min(pause * _POLL_GROWTH, _SLOWEST_POLL_SECONDS)
        return state

    def _results(self, job: str, ended: dict[str, Any], name: str) -> pa.Table:
        """What the files of the job say, by the file's own first column; those without rows are not asked for."""
        failed = int(ended.get("numberRecordsFailed") or 0)
        done = int(ended.get("numberRecordsProcessed") or 0) - failed
        is_complete = ended["state"] == "JobComplete"
        answers = [RESULTS.empty_table()]
        if done or not is_complete:
            answers.append(accepted(self._file(job, "successfulResults", ["sf__Id", name]), name))
        if failed or not is_complete:
            answers.append(failures(self._file(job, "failedResults", [name, "sf__Error"]), name))
        if not is_complete:
            words = f"Bulk job {ended['state']}: {ended.get('errorMessage') or 'not processed'}"
            answers.append(unprocessed(self._file(job, "unprocessedrecords", [name])[name], words))
        return pa.concat_tables(answers)

    def _file(self, job: str, name: str, columns: list[str]) -> pa.Table:
        """One result file as text columns; a file without rows may lack even its header."""
        with tempfile.TemporaryFile() as target:
            self._connection.download(f"jobs/ingest/{job}/{name}", cast("BinaryIO", target))
            if not target.tell():
                return pa.table({column: pa.array([], pa.string()) for column in columns})
            target.seek(0)
            return csv.read_csv(
                target,
                # A block must hold the longest record: 400,000 characters of up to 4 bytes.
                read_options=csv.ReadOptions(block_size=8 << 20),
                parse_options=csv.ParseOptions(newlines_in_values=True),
                convert_options=csv.ConvertOptions(
                    include_columns=columns,
                    column_types=dict.fromkeys(columns, pa.string()),
                    strings_can_be_null=False,
                ),
            )
