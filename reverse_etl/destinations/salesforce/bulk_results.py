"""What an ended Bulk job says of its rows, and of itself."""

from __future__ import annotations

from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from connections.errors import ConnectionFailure, QuotaExhausted, Unreachable
from reverse_etl.destinations import Batch
from reverse_etl.destinations.salesforce.collections import GONE, RETRYABLE
from reverse_etl.identifiers import literal

# What a job says of a row, by the value in the file's first column.
RESULTS = pa.schema([(name, pa.string()) for name in ("name", "status", "message", "remote_id")])


def stopped(job: str, ended: dict[str, Any]) -> ConnectionFailure | None:
    """Why a job took no row at all: going around it by other calls would be against somebody's will."""
    words = str(ended.get("errorMessage") or "")
    if ended["state"] == "JobComplete" or int(ended.get("numberRecordsProcessed") or 0):
        return None
    if "ExceededQuota" in words:
        return QuotaExhausted("salesforce", f"Bulk job {job}: {words}", "Run again when the quota is fresh")
    if ended["state"] == "Aborted":
        remedy = "Ask who did (Setup, Bulk Data Load Jobs), then run again"
        return Unreachable("salesforce", f"somebody aborted Bulk job {job} before it began", remedy)
    return None


def accepted(rows: pa.Table, name: str) -> pa.Table:
    """successfulResults (sf__Id, the column `name`) as results."""
    return _result(rows[name], "accepted", pa.repeat("", len(rows)), rows["sf__Id"])


def failures(rows: pa.Table, name: str) -> pa.Table:
    """failedResults (the column `name`, sf__Error), where sf__Error reads CODE:message:fields--, as results."""
    parts = pc.extract_regex(rows["sf__Error"], r"(?s)^(?P<code>[A-Z_]+):(?P<words>.*?):[\w, ]*-*\s*$")
    code, words = pc.struct_field(parts, "code"), pc.struct_field(parts, "words")
    is_retryable = pc.fill_null(pc.is_in(code, value_set=pa.array(sorted(RETRYABLE))), False)
    text = pc.fill_null(pc.binary_join_element_wise(code, words, ": "), rows["sf__Error"])
    return _result(rows[name], pc.if_else(is_retryable, "retryable", "rejected"), text)


def unprocessed(names: pa.ChunkedArray, words: str) -> pa.Table:
    """Rows that an ended job did not come to, to be sent again."""
    return _result(names, "retryable", pa.repeat(words, len(names)))


def _result(
    names: pa.ChunkedArray, status: pa.Array | str, message: pa.Array, remote_ids: pa.ChunkedArray | None = None
) -> pa.Table:
    given = pa.repeat(status, len(names)) if isinstance(status, str) else status
    ids = pa.nulls(len(names), pa.string()) if remote_ids is None else remote_ids
    return pa.table([names, given, message, ids], schema=RESULTS)


def named(rows: pa.Table, batch: Batch) -> pa.Table:
    """OUTCOMES of results, whose names are record keys of creates and ids of all others; gone is deleted."""
    with duckdb.connect() as con:
        con.register("records", batch.records)
        con.register("results", rows)
        gone = " or ".join(f"starts_with(message, {literal(code)})" for code in sorted(GONE))
        is_done = f"({literal(batch.operation)} = 'delete' and ({gone}))"
        return con.execute(f"""
            select records.record_key, if({is_done}, 'accepted', status) as status,
                if({is_done}, '', message) as message, results.remote_id,
            from results
            inner join records
                on results.name = {"records.record_key" if batch.operation == "create" else "records.remote_id"}
        """).to_arrow_table()
