"""Bulk API 2.0: one job per batch, built and read as whole tables.

Results come in any order and in three files (successful, failed, unprocessed), so every row is found again by its Id.
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
from reverse_etl.destinations import OUTCOMES
from reverse_etl.destinations.salesforce.collections import RETRYABLE
from reverse_etl.identifiers import literal, quoted

NULL = "#N/A"
# A field of a Bulk file holds at most 32,000 characters (Bulk API 2.0 limits).
LONGEST_VALUE = 32_000
_ENDED = {"JobComplete", "Failed", "Aborted"}
_FIRST_POLL_SECONDS, _SLOWEST_POLL_SECONDS, _POLL_GROWTH = 0.2, 15.0, 1.5
_MOST_POLL_SECONDS = 24 * 3600.0
_JOB_ATTEMPTS = 3


def unfit_keys(cells: pa.Table) -> pa.Array:
    """Keys of records with a text that a Bulk file would misread (#N/A itself) or cannot hold."""
    value = cells["value"]
    is_unfit = pc.or_(pc.equal(value, NULL), pc.greater(pc.utf8_length(value), LONGEST_VALUE))
    return pc.unique(cells["record_key"].filter(pc.fill_null(is_unfit, False)))


def write_csv(cells: pa.Table, target: Path) -> None:
    """Pivot CELLS into a Bulk file: a row per record, header of API names, every value quoted, byte for byte."""
    fields = sorted(pc.unique(cells["field"]).to_pylist())
    with duckdb.connect() as con:
        con.register("cells", cells)
        picked = ", ".join(
            f'max(coalesce("value", {literal(NULL)})) filter (field = {literal(field)}) as {quoted(field)}'
            for field in fields
        )
        table = con.execute(f'select record_key as "Id", {picked} from cells group by record_key').to_arrow_table()
    # Arrow quotes every value and leaves nulls (fields without a cell) empty.
    csv.write_csv(table, target, csv.WriteOptions(quoting_style="all_valid"))


class BulkJobs:
    """Runs ingest jobs over one connection."""

    def __init__(self, connection: Connection, sleep: Callable[[float], None] = time.sleep) -> None:
        self._connection = connection
        self._sleep = sleep

    def update(self, object_name: str, cells: pa.Table, announce: Callable[[str], None]) -> pa.Table:
        """Update every record of `cells` in one job and answer OUTCOMES; rows in none of the results are left out.

        Raises OutcomeUnknown once the job may have begun, any other ConnectionFailure before that.
        """
        with tempfile.TemporaryDirectory(prefix="marketmap-bulk-") as folder:
            path = Path(folder) / "records.csv"
            write_csv(cells, path)
            job = self._upload(object_name, path, announce)
        try:
            answers = self._results(job, self._wait(job))
        except ConnectionFailure as failure:
            problem = f"Bulk job {job} was started, but its results could not be read ({failure})"
            raise OutcomeUnknown("salesforce", problem, "Run again: the job is looked up first") from failure
        return answers

    def close_out(self, job: str) -> None:
        """Return once the job has ended; one that was never completed is aborted."""
        try:
            if self._job(job)["state"] == "Open":
                self._abort(job)
            self._wait(job)
        except RequestRejected as gone:
            if gone.status != 404:  # jobs are kept for 7 days; one that is gone has ended
                raise

    def _upload(self, object_name: str, path: Path, announce: Callable[[str], None]) -> str:
        """Create a job, give it its file and start it. A job that may hold half a file is given up for a new one."""
        for attempt in range(1, _JOB_ATTEMPTS + 1):
            job = self._create(object_name)
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

    def _create(self, object_name: str) -> str:
        body = {"object": object_name, "operation": "update", "contentType": "CSV", "lineEnding": "LF"}
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

    def _results(self, job: str, ended: dict[str, Any]) -> pa.Table:
        """Outcomes from the files of the job; those without rows are not asked for."""
        failed = int(ended.get("numberRecordsFailed") or 0)
        done = int(ended.get("numberRecordsProcessed") or 0) - failed
        is_complete = ended["state"] == "JobComplete"
        answers = [OUTCOMES.empty_table()]
        if done or not is_complete:
            answers.append(_accepted(self._file(job, "successfulResults", ["Id"])))
        if failed or not is_complete:
            answers.append(read_failures(self._file(job, "failedResults", ["Id", "sf__Error"])))
        if not is_complete:
            words = f"Bulk job {ended['state']}: {ended.get('errorMessage') or 'not processed'}"
            answers.append(_unprocessed(self._file(job, "unprocessedrecords", ["Id"]), words))
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


def _accepted(rows: pa.Table) -> pa.Table:
    return _outcomes(rows["Id"], pa.repeat("accepted", len(rows)), pa.repeat("", len(rows)))


def read_failures(rows: pa.Table) -> pa.Table:
    """OUTCOMES of failedResults (Id, sf__Error), where sf__Error reads CODE:message:fields--."""
    parts = pc.extract_regex(rows["sf__Error"], r"(?s)^(?P<code>[A-Z_]+):(?P<words>.*?):[\w, ]*-*\s*$")
    code, words = pc.struct_field(parts, "code"), pc.struct_field(parts, "words")
    is_retryable = pc.fill_null(pc.is_in(code, value_set=pa.array(sorted(RETRYABLE))), False)
    text = pc.fill_null(pc.binary_join_element_wise(code, words, ": "), rows["sf__Error"])
    return _outcomes(rows["Id"], pc.if_else(is_retryable, "retryable", "rejected"), text)


def _unprocessed(rows: pa.Table, words: str) -> pa.Table:
    return _outcomes(rows["Id"], pa.repeat("retryable", len(rows)), pa.repeat(words, len(rows)))


def _outcomes(keys: pa.ChunkedArray, status: pa.Array, message: pa.Array) -> pa.Table:
    return pa.table([keys, status, message, keys], schema=OUTCOMES)
