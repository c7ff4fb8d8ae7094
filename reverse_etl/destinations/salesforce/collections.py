"""sObject Collections: read 2,000 and update 200 records per call, with an answer for each record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa

from connections.errors import ConnectionFailure, OutcomeUnknown
from connections.http import Connection
from reverse_etl.destinations import CELLS, OUTCOMES
from reverse_etl.values import canonical_number

READ_RECORDS = 2_000
UPDATE_RECORDS = 200
# Refused for the moment, to be sent again in smaller batches: record locks, and limits of one transaction
# (triggers and flows share CPU time and queries among the records of a batch).
RETRYABLE = {
    "UNABLE_TO_LOCK_ROW",
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
    "CANNOT_EXECUTE_FLOW_TRIGGER",
    "TXN_SECURITY_METERING_ERROR",
    "SERVER_UNAVAILABLE",
    "REQUEST_RUNNING_TOO_LONG",
}


def read_records(
    connection: Connection, object_name: str, keys: Sequence[str], fields: Sequence[str], families: Mapping[str, str]
) -> pa.Table:
    """POST composite/sobjects/X {ids, fields}: answers in the order of the ids, null for what is not there."""
    found_keys: list[str] = []
    columns: dict[str, list[str | None]] = {field: [] for field in fields}
    for start in range(0, len(keys), READ_RECORDS):
        ids = list(keys[start : start + READ_RECORDS])
        body = {"ids": ids, "fields": list(fields)}
        answer = connection.request("POST", f"composite/sobjects/{object_name}", json=body, idempotent=True)
        # Numbers stay as written: a float would lose digits of large currency values.
        records = json.loads(answer.content, parse_float=str, parse_int=str)
        pairs = [(key, record) for key, record in zip(ids, records, strict=True) if record is not None]
        found_keys.extend(key for key, _ in pairs)
        for field, values in columns.items():
            family = families.get(field, "text")
            values.extend(_canonical(record.get(field), family) for _, record in pairs)
    arrays = [pa.array(found_keys, pa.string()), *(pa.array(values, pa.string()) for values in columns.values())]
    return pa.Table.from_arrays(arrays, names=["remote_id", *columns])


def update_records(connection: Connection, object_name: str, cells: pa.Table, families: Mapping[str, str]) -> pa.Table:
    """PATCH composite/sobjects in calls of 200: HTTP 200 even if rows fail, answers in input order.

    Records of a call whose answer was lost, and of the calls that could not be made after it, are left out of the
    answer; raises ConnectionFailure only if the very first call was not carried out.
    """
    records = list(_records(object_name, cells, families))
    rows: list[dict[str, str | None]] = []
    for start in range(0, len(records), UPDATE_RECORDS):
        chunk = records[start : start + UPDATE_RECORDS]
        body = json.dumps({"allOrNone": False, "records": chunk}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=UTF-8"}
        try:
            answer = connection.request("PATCH", "composite/sobjects", content=body, headers=headers)
        except ConnectionFailure as failure:
            if start == 0 and not isinstance(failure, OutcomeUnknown):
                raise
            break
        rows.extend(_outcome(record["id"], result) for record, result in zip(chunk, answer.json(), strict=True))
    return pa.Table.from_pylist(rows, OUTCOMES)


def _records(object_name: str, cells: pa.Table, families: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """One JSON record per key, in the order of the cells, which stand together by record."""
    rows = zip(*(cells[name].to_pylist() for name in CELLS.names), strict=True)
    for key, group in groupby(rows, key=itemgetter(0)):
        values = {field: _typed(value, families.get(field, "text")) for _, field, value in group}
        yield {"attributes": {"type": object_name}, "id": key, **values}


def _typed(text: str | None, family: str) -> object:
    """The JSON value of a canonical text; null clears the field."""
    if text is None or family not in {"number", "boolean"}:
        return text
    if family == "boolean":
        return text == "true"
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _canonical(value: object, family: str) -> str | None:
    """The canonical text of a JSON value whose numbers are kept as text; an empty text is a blank."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    if family == "number":
        return canonical_number(text)
    # Salesforce writes 2026-11-22T08:30:00.000+0000, always in UTC.
    return text.replace("+0000", "Z") if family == "timestamp" else text


def _outcome(key: str, result: dict[str, Any]) -> dict[str, str | None]:
    if result["success"]:
        return {"record_key": key, "status": "accepted", "message": "", "remote_id": key}
    errors = result["errors"]
    is_retryable = all(error["statusCode"] in RETRYABLE for error in errors)
    words = "; ".join(f"{error['statusCode']}: {error['message']}" for error in errors)
    return {
        "record_key": key,
        "status": "retryable" if is_retryable else "rejected",
        "message": words,
        "remote_id": key,
    }
