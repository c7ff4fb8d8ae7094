"""sObject Collections: read 10,000 and write 200 records per call, with an answer for each record."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import httpx
import pyarrow as pa

from connections.errors import ConnectionFailure, OutcomeUnknown
from connections.http import Connection
from reverse_etl.destinations import OUTCOMES, Batch
from reverse_etl.values import canonical_number

# A collections request reads 2,000 records, and one composite call carries 5 of them (REST API Developer Guide).
_READ_RECORDS, _READ_REQUESTS = 2_000, 5
READ_CALL_RECORDS = _READ_RECORDS * _READ_REQUESTS
_WRITE_RECORDS = 200
VERSION_FIELD = "LastModifiedDate"
# Assignment rules would give a record another owner than the one that was routed.
WRITE_HEADERS = {"Content-Type": "application/json; charset=UTF-8", "Sforce-Auto-Assign": "FALSE"}
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
# What a deletion is told of a record that is no longer there.
GONE = {"ENTITY_IS_DELETED", "INVALID_CROSS_REFERENCE_KEY"}


def read_records(
    connection: Connection, object_name: str, ids: Sequence[str], fields: Sequence[str], families: Mapping[str, str]
) -> pa.Table:
    """`remote_id`, `version` and the fields' canonical values of live records; what is not there is left out."""
    names = list(dict.fromkeys([*fields, VERSION_FIELD]))
    found: list[str] = []
    columns: dict[str, list[str | None]] = {name: [] for name in names}
    for start in range(0, len(ids), READ_CALL_RECORDS):
        for wanted, records in _read(connection, object_name, ids[start : start + READ_CALL_RECORDS], names):
            pairs = [(key, record) for key, record in zip(wanted, records, strict=True) if record is not None]
            found.extend(key for key, _ in pairs)
            for name, values in columns.items():
                family = "version" if name == VERSION_FIELD else families.get(name, "text")
                values.extend(canonical(record.get(name), family) for _, record in pairs)
    arrays = [pa.array(values, pa.string()) for values in [found, columns[VERSION_FIELD]]]
    arrays.extend(pa.array(columns[name], pa.string()) for name in fields)
    return pa.Table.from_arrays(arrays, names=["remote_id", "version", *fields])


def _read(
    connection: Connection, object_name: str, ids: Sequence[str], fields: Sequence[str]
) -> Iterator[tuple[Sequence[str], list[Any]]]:
    """Ids and their records (None for what is not there), 2,000 at a time, in one call."""
    chunks = [ids[start : start + _READ_RECORDS] for start in range(0, len(ids), _READ_RECORDS)]
    path = f"composite/sobjects/{object_name}"
    bodies = [{"ids": list(chunk), "fields": list(fields)} for chunk in chunks]
    if len(chunks) == 1:
        answers = [_numbers_kept(connection.request("POST", path, json=bodies[0], idempotent=True))]
    else:
        requests = [
            {"method": "POST", "url": f"{connection.root}/{path}", "referenceId": f"part{number}", "body": body}
            for number, body in enumerate(bodies)
        ]
        whole = {"compositeRequest": requests}
        answer = connection.request("POST", "composite", json=whole, idempotent=True)
        parts = _numbers_kept(answer)["compositeResponse"]
        if any(int(part["httpStatusCode"]) != httpx.codes.OK for part in parts):  # the request itself says it better
            answers = [_numbers_kept(connection.request("POST", path, json=body, idempotent=True)) for body in bodies]
        else:
            answers = [part["body"] for part in parts]
    return zip(chunks, answers, strict=True)


def _numbers_kept(answer: httpx.Response) -> Any:
    """The answer with numbers as they are written: a float would lose digits of large currency values."""
    return json.loads(answer.content, parse_float=str, parse_int=str)


def write_records(connection: Connection, batch: Batch, families: Mapping[str, str], key: str | None) -> pa.Table:
    """OUTCOMES of a batch in calls of 200: HTTP 200 even if rows fail, answers in input order.

    `key` = the external id by which new records are upserted. Records of a call whose answer was lost, and of the calls
    that could not be made after it, are left out of the answer; raises ConnectionFailure only if the very first call
    was not carried out.
    """
    records = list(json_records(batch, families, key))
    rows: list[dict[str, str | None]] = []
    for start in range(0, len(records), _WRITE_RECORDS):
        chunk = records[start : start + _WRITE_RECORDS]
        try:
            answer = _send(connection, batch, [record for _, record in chunk], key)
        except ConnectionFailure as failure:
            if start == 0 and not isinstance(failure, OutcomeUnknown):
                raise
            break
        results = answer.json()
        rows.extend(outcome(name, result, batch) for (name, _), result in zip(chunk, results, strict=True))
    return pa.Table.from_pylist(rows, OUTCOMES)


def _send(connection: Connection, batch: Batch, records: list[dict[str, Any]], key: str | None) -> httpx.Response:
    path = "composite/sobjects"
    if batch.operation == "delete":
        params = {"ids": ",".join(record["id"] for record in records), "allOrNone": "false"}
        # Deleting what is gone is answered per record, so that a repetition does no harm.
        return connection.request("DELETE", path, params=params)
    method = "POST" if batch.operation == "create" and key is None else "PATCH"
    if batch.operation == "create" and key is not None:
        path = f"{path}/{batch.object_name}/{key}"
    body = json.dumps({"allOrNone": False, "records": records}, ensure_ascii=False).encode()
    return connection.request(method, path, content=body, headers=WRITE_HEADERS)


def json_records(
    batch: Batch, families: Mapping[str, str], key: str | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    """(record_key, JSON record) in the order of the batch; a new record has no id, and its nulls are not sent."""
    cells = zip(*(batch.cells[name].to_pylist() for name in ("record_key", "field", "value")), strict=True)
    values = {name: list(group) for name, group in groupby(cells, key=itemgetter(0))}
    key_field = key or batch.key_field
    for name, remote_id in zip(
        batch.records["record_key"].to_pylist(), batch.records["remote_id"].to_pylist(), strict=True
    ):
        record: dict[str, Any] = {"attributes": {"type": batch.object_name}}
        if batch.operation == "create":
            record |= {key_field: name} if key_field else {}
        else:
            record["id"] = remote_id
        if batch.operation != "delete":
            for _, field, value in values.get(name, ()):
                if value is not None or batch.operation == "update":
                    record[field] = _typed(value, families.get(field, "text"))
        yield name, record


def _typed(text: str | None, family: str) -> object:
    """The JSON value of a canonical text; null clears the field."""
    if text is None or family not in {"number", "boolean"}:
        return text
    if family == "boolean":
        return text == "true"
    return int(text) if text.lstrip("-").isdigit() else float(text)


def canonical(value: object, family: str) -> str | None:
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


def outcome(name: str, result: Mapping[str, Any], batch: Batch) -> dict[str, str | None]:
    """One row of OUTCOMES from {id, success, errors[{statusCode, message}]}."""
    errors = [(str(error["statusCode"]), str(error["message"])) for error in result.get("errors", ())]
    if result["success"] or (batch.operation == "delete" and all(code in GONE for code, _ in errors)):
        return {"record_key": name, "status": "accepted", "message": "", "remote_id": result.get("id")}
    is_retryable = all(code in RETRYABLE for code, _ in errors)
    words = "; ".join(f"{code}: {message}" for code, message in errors)
    status = "retryable" if is_retryable else "rejected"
    return {"record_key": name, "status": status, "message": words + _matches(result), "remote_id": None}


def _matches(result: Mapping[str, Any]) -> str:
    """Which records a duplicate rule found, where the answer tells."""
    ids = [
        str(record["record"]["Id"])
        for error in result.get("errors", ())
        for match in (error.get("duplicateResult") or {}).get("matchResults", ())
        for record in match.get("matchRecords", ())
    ]
    return f" ({', '.join(ids[:3])})" if ids else ""
